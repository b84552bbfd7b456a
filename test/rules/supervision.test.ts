import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterComplaintAct,
  COMPLAINT_STATES,
  type ComplaintAct,
  type ComplaintState,
  complaintCode,
  readComplaintCode,
} from '../../rules/complaint.ts';
import { isResultUseDoubtful, MISCONDUCT_STATES, SUPERVISING } from '../../rules/supervision.ts';

const STATES = Object.keys(COMPLAINT_STATES) as ComplaintState[];
const ACTS: ComplaintAct[] = ['assign', 'investigate', 'answer'];

describe('a complaint', () => {
  test('20: is assigned, investigated and answered in this order, and may be assigned anew until it is investigated', () => {
    const ways = STATES.flatMap((state) =>
      ACTS.flatMap((act) => {
        const next = afterComplaintAct(state, act);
        return next === null ? [] : [`${state} ${act} ${next}`];
      }),
    );
    expect(ways).toEqual([
      'received assign assigned',
      'assigned assign assigned',
      'assigned investigate investigated',
      'investigated answer answered',
    ]);
  });

  test('20: has a code that is read however it is typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 32 }), (random) => {
        const code = complaintCode(random);
        expect(code).toMatch(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/);
        const plain = code.replaceAll('-', '');
        expect(readComplaintCode(code)).toBe(plain);
        expect(readComplaintCode(` ${plain.toLowerCase()} `)).toBe(plain);
      }),
    );
  });

  test.each(['', 'ABCD', 'ABCD-EFGH-JKLM-NPQ0', 'ABCD-EFGH-JKLM-NPQRS', '＇; drop table'])(
    '20: %j can be no code',
    (typed) => {
      expect(readComplaintCode(typed)).toBeNull();
    },
  );
});

describe('supervision', () => {
  test('20: is for HRSS and industry authorities', () => {
    expect(SUPERVISING).toEqual(['hrss', 'industry-authority']);
  });

  test('6, 20: an employer is asked when some of its people’s years were considered by nobody', () => {
    expect(isResultUseDoubtful({ people: 10, considered: 9 })).toBe(true);
    expect(isResultUseDoubtful({ people: 10, considered: 10 })).toBe(false);
    expect(isResultUseDoubtful({ people: 0, considered: 0 })).toBe(false);
  });

  test('23: misconduct is recorded, referred to the superior body, and concluded there', () => {
    expect(Object.keys(MISCONDUCT_STATES)).toEqual(['recorded', 'referred', 'concluded']);
  });
});
