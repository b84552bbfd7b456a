import { describe, expect, test } from 'vitest';
import { INTERPRETATIONS } from '../../rules/interpretations.ts';
import {
  competentBodies,
  defenceDeadline,
  dishonestUntil,
  dueInSanction,
  isClosedBySanction,
  isHeard,
  isRecordInForce,
  isSanctionOver,
  recordEndsAt,
  recordEndsOn,
  recordLastDay,
  restoredUntil,
  SANCTION_STATES,
  type SanctionState,
  whyNotOpen,
} from '../../rules/sanction.ts';
import { mayBeDue, orderOverdueAt } from '../../rules/title-order.ts';

const bodies = {
  reReviewIndustryId: 'ind',
  reReviewHrssId: 'hrss',
  filingIndustryId: 'prov-ind',
  filingHrssId: 'prov',
};

describe('D-14: the statement and defence', () => {
  test('ends with the tenth working day, counted from the day after the notice', () => {
    expect(defenceDeadline('2026-11-23')).toMatchObject({ lastDay: '2026-12-07', dueAt: '2026-12-07T16:00:00.000Z' });
  });
  test('leaves out the seven days of National Day and counts the weekend worked in exchange', () => {
    const { lastDay, calendar } = defenceDeadline('2026-09-28');
    expect(lastDay).toBe('2026-10-16');
    expect(calendar).not.toContain('weekends-only');
  });
  test('says when the holidays of the next year are not known yet', () => {
    expect(defenceDeadline('2026-12-25').calendar).toContain('weekends-only:2027');
  });
  test('is over at its instant, or when the person has no more to say', () => {
    const dueAt = Date.parse('2026-12-07T16:00:00.000Z');
    expect(isHeard({ dueAt, isClosed: false, now: dueAt - 1 })).toBe(false);
    expect(isHeard({ dueAt, isClosed: false, now: dueAt })).toBe(true);
    expect(isHeard({ dueAt, isClosed: true, now: dueAt - 1 })).toBe(true);
    expect(INTERPRETATIONS['D-14'].text).toContain('10个工作日');
  });
});

describe('D-15: the dishonesty record', () => {
  test.each([
    ['2026-12-10', '2029-12-10'],
    ['2028-02-29', '2031-02-28'],
    ['2027-02-28', '2030-02-28'],
    ['2029-03-01', '2032-03-01'],
  ])('that begins on %s ends on %s', (from, endsOn) => {
    expect(recordEndsOn(from)).toBe(endsOn);
  });
  test('is in force on its first day and on the day before it ends, and not on the day it ends', () => {
    const record = { from: '2026-12-10', endsOn: '2029-12-10' };
    expect(isRecordInForce(record, '2026-12-09')).toBe(false);
    expect(isRecordInForce(record, '2026-12-10')).toBe(true);
    expect(isRecordInForce(record, '2029-12-09')).toBe(true);
    expect(isRecordInForce(record, '2029-12-10')).toBe(false);
    expect(recordLastDay('2029-12-10')).toBe('2029-12-09');
    expect(recordEndsAt('2029-12-10')).toBe('2029-12-09T16:00:00.000Z');
  });
});

describe('D-23: while a record runs, no title can be applied for', () => {
  test('until the last day of the longest one', () => {
    const records = [
      { from: '2026-12-10', endsOn: '2029-12-10' },
      { from: '2027-05-01', endsOn: '2030-05-01' },
    ];
    expect(dishonestUntil(records, '2027-06-01')).toBe('2030-04-30');
    expect(dishonestUntil(records.toReversed(), '2027-06-01')).toBe('2030-04-30');
    expect(dishonestUntil(records, '2027-04-30')).toBe('2029-12-09');
    expect(dishonestUntil(records, '2030-05-01')).toBeNull();
    expect(dishonestUntil([], '2027-06-01')).toBeNull();
  });
});

describe('D-25: the competent authority', () => {
  test('is that of the employer’s level; for central and provincial units the province’s', () => {
    expect(competentBodies({ kind: 'ordinary', level: 'city' }, bodies)).toEqual({ hrssId: 'hrss', industryId: 'ind' });
    expect(competentBodies({ kind: 'central', level: 'city' }, bodies)).toEqual({
      hrssId: 'prov',
      industryId: 'prov-ind',
    });
    expect(competentBodies({ kind: 'provincial-direct', level: 'province' }, bodies).hrssId).toBe('prov');
    expect(competentBodies({ kind: 'ordinary', level: 'county' }, { ...bodies, reReviewHrssId: null }).hrssId).toBe(
      'prov',
    );
  });
});

describe('D-44: what a lifted sanction gives back', () => {
  test('has a whole period of its own from the day after the lifting, and no year’s end cuts it short', () => {
    expect(restoredUntil('first-review', '2027-06-15')).toMatchObject({ dueOn: '2027-06-29' });
    expect(restoredUntil('re-review', '2027-06-15')).toMatchObject({ dueOn: '2027-07-06' });
    expect(restoredUntil('filing', '2027-06-15')).toMatchObject({ dueOn: '2027-07-06' });
    // 24:00 of the fifteenth working day in Asia/Shanghai.
    expect(restoredUntil('correction', '2027-06-15')).toEqual({ correctionDueAt: '2027-07-06T16:00:00.000Z' });
  });
});

describe('21: a case', () => {
  test('is of a governed year that has begun', () => {
    expect(whyNotOpen({ year: 2025, today: '2026-11-23' })).toBe('sanction-year');
    expect(whyNotOpen({ year: 2026, today: '2026-11-23' })).toBeUndefined();
    expect(whyNotOpen({ year: 2027, today: '2026-12-31' })).toBe('sanction-year');
    expect(whyNotOpen({ year: 2027, today: '2027-01-01' })).toBeUndefined();
  });
  test('closes the claims of its year alone', () => {
    expect(isClosedBySanction([2026], 2026)).toBe(true);
    expect(isClosedBySanction([2026, 2027], 2026)).toBe(false);
    expect(isClosedBySanction([2027], 2026)).toBe(false);
    expect(isClosedBySanction([], 2026)).toBe(false);
  });
  test('is due for what its state waits for, and for nothing else', () => {
    const defence = { dueAt: 100, isClosed: false };
    const due = (state: SanctionState, now: number, rest: object = {}) =>
      dueInSanction({ state, defence, recordEndsAt: 200, now, ...rest });
    expect(due('hearing', 99)).toEqual({ due: null, nextAt: 100 });
    expect(due('hearing', 100)).toEqual({ due: 'hearing-over', nextAt: null });
    expect(due('decided', 100).due).toBe('hearing-over');
    expect(due('hearing', 100, { defence: { dueAt: 100, isClosed: true } })).toEqual({ due: null, nextAt: null });
    expect(due('in-force', 199)).toEqual({ due: null, nextAt: 200 });
    expect(due('in-force', 200)).toEqual({ due: 'record-ends', nextAt: null });
    expect(due('hearing', 100, { defence: null })).toEqual({ due: null, nextAt: null });
    expect(due('in-force', 200, { recordEndsAt: null })).toEqual({ due: null, nextAt: null });
    for (const state of ['opened', 'ended', 'lifted', 'dismissed'] as const)
      expect(due(state, 500)).toEqual({ due: null, nextAt: null });
  });
  test('is over when it has ended, was lifted or dismissed', () => {
    const over = (Object.keys(SANCTION_STATES) as SanctionState[]).filter(isSanctionOver);
    expect(over).toEqual(['ended', 'lifted', 'dismissed']);
  });
});

describe('21: an order to revoke a title', () => {
  test('is due after today and within a year', () => {
    expect(mayBeDue('2026-12-10', '2026-12-10')).toBe(false);
    expect(mayBeDue('2026-12-11', '2026-12-10')).toBe(true);
    expect(mayBeDue('2027-12-11', '2026-12-10')).toBe(true);
    expect(mayBeDue('2027-12-12', '2026-12-10')).toBe(false);
    expect(orderOverdueAt('2027-01-10')).toBe('2027-01-10T16:00:00.000Z');
  });
});
