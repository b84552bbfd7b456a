import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysBetween } from '../../rules/calendar.ts';
import {
  isRectificationOver,
  ORDERABLE,
  RECTIFICATION_STATES,
  type RectificationState,
  rectificationEndsAt,
  rectificationReminder,
  settleRectification,
  whyNotDueOn,
  whyNotExtend,
} from '../../rules/rectification.ts';

const TODAY = '2026-11-23';

describe('a rectification order', () => {
  test('22: is given to employers and institutions of continuing education, not to authorities', () => {
    expect(ORDERABLE).toEqual(['employer', 'education-base', 'personnel-archive-agency']);
  });

  test.each([
    ['2026-11-22', 'rectification-past'],
    ['2026-11-23', 'rectification-past'],
    ['2026-11-24', undefined],
    ['2027-11-23', undefined],
    ['2027-11-24', 'rectification-too-long'],
  ])('22: may run until %s: %s', (dueOn, refused) => {
    expect(whyNotDueOn(dueOn, TODAY)).toBe(refused);
  });

  test.each([
    ['2026-12-01', 'rectification-not-later'],
    ['2026-12-10', 'rectification-not-later'],
    ['2026-12-11', undefined],
    ['2027-12-11', 'rectification-too-long'],
  ])('22: that runs until 10 December is extended until %s: %s', (dueOn, refused) => {
    expect(whyNotExtend({ dueOn: '2026-12-10', today: TODAY }, dueOn)).toBe(refused);
  });

  test('22: that is overdue may be extended, but not into the past', () => {
    expect(whyNotExtend({ dueOn: '2026-11-01', today: TODAY }, '2026-11-20')).toBe('rectification-past');
    expect(whyNotExtend({ dueOn: '2026-11-01', today: TODAY }, '2026-11-24')).toBeUndefined();
  });

  test('22: is overdue from the day after its last day, at 24:00 in Asia/Shanghai', () => {
    expect(settleRectification({ dueOn: TODAY, today: TODAY })).toBe('ordered');
    expect(settleRectification({ dueOn: TODAY, today: '2026-11-24' })).toBe('overdue');
    expect(rectificationEndsAt(TODAY)).toBe('2026-11-23T16:00:00.000Z');
  });

  test.each([
    [8, null],
    [7, 7],
    [4, 7],
    [3, 3],
    [2, 3],
    [1, 1],
    [0, 1],
    [-1, null],
  ])('22: is reminded of with %d days left: %s', (left, due) => {
    expect(rectificationReminder(addDays(TODAY, left), TODAY)).toBe(due);
  });

  test('22: is over once accepted or withdrawn, and only then', () => {
    const over = (Object.keys(RECTIFICATION_STATES) as RectificationState[]).filter(isRectificationOver);
    expect(over).toEqual(['accepted', 'withdrawn']);
  });

  test('22: whatever deadline may be set gives time, and an end within a year', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 800 }), (days) => {
        const dueOn = addDays(TODAY, days);
        const left = daysBetween(TODAY, dueOn);
        return (whyNotDueOn(dueOn, TODAY) === undefined) === (left >= 1 && left <= 365);
      }),
    );
  });
});
