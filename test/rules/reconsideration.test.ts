import { describe, expect, test } from 'vitest';
import { endOfDayInstant } from '../../rules/calendar.ts';
import {
  type HigherBodies,
  higherBody,
  reconsiderationDueOn,
  reconsiderationStep,
  reconsiderationUntil,
  whyNotReconsider,
} from '../../rules/reconsideration.ts';

const bodies: HigherBodies = {
  ownHrssId: 'hrss-own',
  supervisingDepartmentId: 'department',
  parentIndustryId: 'industry-above',
  parentHrssId: 'hrss-above',
  provinceHrssId: 'hrss-province',
};

describe('14: the review of a rejection (D-26)', () => {
  test('is asked for within fifteen working days from the day after the notice, over the holidays of autumn', () => {
    expect(reconsiderationUntil('2026-09-21')).toBe('2026-10-19');
    const facts = { rejectedOn: '2026-09-21', asked: false, isSanctioned: false };
    expect(whyNotReconsider({ ...facts, today: '2026-10-19' })).toBeUndefined();
    expect(whyNotReconsider({ ...facts, today: '2026-10-20' })).toBe('reconsideration-late');
  });

  test('over the year’s end counts the next year’s first days', () => {
    expect(reconsiderationUntil('2026-12-25')).toBe('2027-01-15');
    expect(reconsiderationDueOn('2026-12-25').calendar).toMatch(/2027/);
  });

  test('over a leap day counts it as the working day it is', () => {
    // 29 February 2028 is a Tuesday.
    expect(reconsiderationUntil('2028-02-28')).toBe('2028-03-20');
    expect(reconsiderationUntil('2028-02-29')).toBe('2028-03-21');
  });

  test('is had once, and only of a rejection', () => {
    const on = { today: '2026-11-03', isSanctioned: false };
    expect(whyNotReconsider({ ...on, rejectedOn: '2026-11-02', asked: true })).toBe('reconsideration-twice');
    expect(whyNotReconsider({ ...on, rejectedOn: null, asked: false })).toBe('reconsideration-none');
    expect(whyNotReconsider({ ...on, rejectedOn: null, asked: true })).toBe('reconsideration-twice');
  });

  test('is not for a claim that a sanction ended, whatever else happened to it: its remedy is the appeal (21)', () => {
    for (const asked of [false, true])
      for (const rejectedOn of ['2026-11-02', null])
        expect(whyNotReconsider({ rejectedOn, asked, isSanctioned: true, today: '2026-11-03' })).toBe(
          'reconsideration-sanctioned',
        );
  });
});

describe('8: who reviews (D-27)', () => {
  const who = (
    ...[by, kind, rest = {}]: [
      Parameters<typeof higherBody>[0],
      Parameters<typeof higherBody>[1],
      Partial<HigherBodies>?,
    ]
  ) => higherBody(by, kind, { ...bodies, ...rest }).value;

  test('an employer’s and an agency’s rejection: the HRSS authority of the place', () => {
    expect(who({ capacity: 'employer', level: 'county' }, 'ordinary')).toBe('hrss-own');
    expect(who({ capacity: 'archive-agency', level: 'city' }, 'archive-hosted')).toBe('hrss-own');
    expect(who({ capacity: 'employer', level: 'city' }, 'ordinary', { ownHrssId: null })).toBe('hrss-above');
  });

  test('14: a direct unit’s: its supervising department; a central unit’s: the province', () => {
    expect(who({ capacity: 'employer', level: 'province' }, 'provincial-direct')).toBe('department');
    expect(who({ capacity: 'employer', level: 'province' }, 'central')).toBe('hrss-province');
  });

  test('7: an authority’s: its kind one level up, the HRSS authority there where there is none', () => {
    expect(who({ capacity: 'industry', level: 'county' }, 'ordinary')).toBe('industry-above');
    expect(who({ capacity: 'industry', level: 'city' }, 'ordinary', { parentIndustryId: null })).toBe('hrss-above');
    expect(who({ capacity: 'hrss', level: 'city' }, 'ordinary')).toBe('hrss-above');
  });

  test('at the province: its HRSS department, also of its own; nobody registered is nobody', () => {
    for (const capacity of ['industry', 'hrss', 'supervising'] as const)
      expect(who({ capacity, level: 'province' }, 'ordinary')).toBe('hrss-province');
    expect(who({ capacity: 'hrss', level: 'province' }, 'ordinary', { provinceHrssId: null })).toBeNull();
  });
});

describe('14: an undecided review (D-28)', () => {
  const facts = { ...reconsiderationDueOn('2026-11-23'), reminded: false, escalated: false };
  const dueEnds = Date.parse(endOfDayInstant(facts.dueOn));
  const escalateEnds = Date.parse(endOfDayInstant(facts.escalateOn));

  test('is due in fifteen working days and escalated after five more', () => {
    expect(facts).toMatchObject({ dueOn: '2026-12-14', escalateOn: '2026-12-21' });
  });

  test('is reminded at 24:00 of its last day, not a second earlier', () => {
    expect(reconsiderationStep(facts, dueEnds - 1_000)).toEqual({ do: 'wait', until: endOfDayInstant(facts.dueOn) });
    expect(reconsiderationStep(facts, dueEnds)).toEqual({ do: 'remind' });
  });

  test('is escalated at 24:00 of that day, not a second earlier, and then rests: the system never decides', () => {
    const reminded = { ...facts, reminded: true };
    expect(reconsiderationStep(reminded, escalateEnds - 1_000)).toEqual({
      do: 'wait',
      until: endOfDayInstant(facts.escalateOn),
    });
    expect(reconsiderationStep(reminded, escalateEnds)).toEqual({ do: 'escalate' });
    expect(reconsiderationStep({ ...reminded, escalated: true }, escalateEnds + 1e12)).toEqual({ do: 'rest' });
  });
});
