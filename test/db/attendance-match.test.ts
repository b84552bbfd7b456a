import { describe, expect, test } from 'vitest';
import type { AttendanceRow } from '../../contract/trainings.ts';
import { judgeRows, type Member } from '../../db/acts/attendance-match.ts';

/** Whom a row of an attendance list means. */

const DAY = '2026-09-01';
const member = (n: number, more: Partial<Member> = {}): Member => ({
  personId: `p${n}`,
  name: `人员${n}`,
  idNumber: `42010019990101${String(n).padStart(4, '0')}`,
  personKey: null,
  workNumber: `W${n}`,
  fromOn: '2020-01-01',
  untilOn: null,
  listed: false,
  missed: null,
  declared: false,
  ...more,
});
const row = (n: number, named: Partial<AttendanceRow>): AttendanceRow => ({ row: n, ...named }) as AttendanceRow;
const judge = (members: readonly Member[], rows: readonly AttendanceRow[]) =>
  judgeRows(rows, { days: [DAY], members, atBase: false }).map(({ outcome, personId }) => [outcome, personId]);

describe('whom a row means', () => {
  test('one number is enough; several must all be the same person’s', () => {
    const members = [member(1), member(2)];
    expect(
      judge(members, [
        row(2, { workNumber: 'W1' }),
        row(3, { idNumber: member(2).idNumber, workNumber: 'W2' }),
        row(4, { idNumber: member(2).idNumber, workNumber: 'W1' }),
        row(5, { workNumber: 'W3' }),
        row(6, { name: '人员1' }),
        row(7, { idNumber: member(1).idNumber }),
      ]),
    ).toEqual([
      ['added', 'p1'],
      ['added', 'p2'],
      ['unknown', null],
      ['unknown', null],
      ['no-identifier', null],
      ['repeated', 'p1'],
    ]);
  });

  test('of those who ever had a work number, the one who had it on the day', () => {
    const earlier = member(1, { workNumber: 'W', untilOn: '2026-01-01' });
    const now = member(2, { workNumber: 'W', fromOn: '2026-01-01' });
    expect(judge([earlier, now], [row(2, { workNumber: 'W' })])).toEqual([['added', 'p2']]);
    expect(judge([earlier], [row(2, { workNumber: 'W' })])).toEqual([['not-on-day', 'p1']]);
  });

  test('nobody’s missing number is taken for another’s', () => {
    expect(judge([member(1, { workNumber: null, personKey: null })], [row(2, { workNumber: 'W1' })])).toEqual([
      ['unknown', null],
    ]);
  });
});

test('a list of 20,000 looks at each member a few times, not once a row', () => {
  const COUNT = 20_000;
  let looks = 0;
  const watched = (of: Member): Member =>
    new Proxy(of, {
      get: (target, name: keyof Member) => {
        looks += 1;
        return target[name];
      },
    });
  const members = Array.from({ length: COUNT }, (_, n) => watched(member(n)));
  const rows = Array.from({ length: COUNT }, (_, n) =>
    row(n + 2, { workNumber: `W${COUNT - n}`, name: `人员${COUNT - n}` }),
  );
  const outcomes = judge(members, rows).map(([outcome]) => outcome);
  expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(COUNT - 1);
  expect(looks).toBeLessThan(30 * COUNT);
});
