import { describe, expect, test } from 'vitest';
import {
  DEFERRAL_STATES,
  type DeferralState,
  deferralEndsAt,
  deferralRefusalBasis,
  deferralReminder,
  isDeferralOver,
  settleDeferral,
  whyNotDefer,
  whyNotShorten,
  whyNotUntil,
} from '../../rules/deferral.ts';

const none = { cancelled: false, requested: false, granted: false };
const ask = (rest: Partial<Parameters<typeof whyNotDefer>[0]> = {}) =>
  whyNotDefer({ year: 2026, until: '2027-06-30', today: '2026-11-23', earlier: none, ...rest });

describe('17: a deferral', () => {
  test('waits for something while it is requested or granted, and for nothing else', () => {
    const waiting = (Object.keys(DEFERRAL_STATES) as DeferralState[]).filter((state) => !isDeferralOver(state));
    expect(waiting).toEqual(['requested', 'granted']);
  });

  test('is asked for in its year and until 31 March of the next (D-11)', () => {
    expect(ask()).toBeUndefined();
    expect(ask({ today: '2026-01-01' })).toBeUndefined();
    expect(ask({ today: '2027-03-31' })).toBeUndefined();
    expect(ask({ today: '2027-04-01' })).toBe('deferral-window-closed');
    expect(ask({ year: 2027, until: '2028-06-30' })).toBe('deferral-year');
    expect(ask({ year: 2025, until: '2026-12-31' })).toBe('deferral-year');
  });

  test('of a year that fraud has cancelled is none (D-46), which is said before anything else is asked', () => {
    const cancelled = { ...none, cancelled: true };
    expect(ask({ earlier: cancelled })).toBe('deferral-cancelled');
    expect(ask({ earlier: { ...cancelled, granted: true }, until: '2028-01-01' })).toBe('deferral-cancelled');
    expect(deferralRefusalBasis('deferral-cancelled')).toBe('21');
    expect(deferralRefusalBasis('deferral-too-long')).toBe('17');
  });

  test('reaches 31 December of the next year and no further (D-12)', () => {
    expect(ask({ until: '2027-12-31' })).toBeUndefined();
    expect(ask({ until: '2028-01-01' })).toBe('deferral-too-long');
    expect(whyNotUntil(2026, '2027-12-31', '2026-11-23')).toBeUndefined();
  });

  test('lies after its year and not behind today', () => {
    expect(ask({ until: '2027-01-01' })).toBeUndefined();
    expect(ask({ until: '2026-12-31' })).toBe('deferral-backwards');
    expect(ask({ today: '2027-02-10', until: '2027-02-10' })).toBeUndefined();
    expect(ask({ today: '2027-02-10', until: '2027-02-09' })).toBe('deferral-backwards');
  });

  test('is granted once, and asked for once at a time', () => {
    expect(ask({ earlier: { ...none, requested: true } })).toBe('deferral-requested');
    expect(ask({ earlier: { ...none, granted: true } })).toBe('deferral-twice');
  });

  test('may only be shortened, to today at the earliest', () => {
    const now = { until: '2027-06-30', today: '2027-03-01' };
    expect(whyNotShorten(now, '2027-06-29')).toBeUndefined();
    expect(whyNotShorten(now, '2027-03-01')).toBeUndefined();
    expect(whyNotShorten(now, '2027-06-30')).toBe('deferral-not-longer');
    expect(whyNotShorten(now, '2027-07-01')).toBe('deferral-not-longer');
    expect(whyNotShorten(now, '2027-02-28')).toBe('deferral-not-longer');
  });

  test('ends at 24:00 of its last day in Asia/Shanghai, also on a leap day', () => {
    expect(deferralEndsAt('2027-06-30')).toBe('2027-06-30T16:00:00.000Z');
    expect(deferralEndsAt('2028-02-29')).toBe('2028-02-29T16:00:00.000Z');
    expect(deferralEndsAt('2027-12-31')).toBe('2027-12-31T16:00:00.000Z');
  });

  test('is reminded of 60, 30 and 7 days before', () => {
    const until = '2027-06-30';
    const on = [
      '2027-04-30',
      '2027-05-01',
      '2027-05-30',
      '2027-05-31',
      '2027-06-22',
      '2027-06-23',
      '2027-06-30',
      '2027-07-01',
    ];
    expect(on.map((today) => deferralReminder(until, today))).toEqual([null, 60, 60, 30, 30, 7, 7, null]);
  });

  test('is made up when complete, also on its last day; expires the day after; a completion beats the clock', () => {
    const until = '2027-06-30';
    expect(settleDeferral({ until, today: '2027-06-30', isComplete: false })).toBe('granted');
    expect(settleDeferral({ until, today: '2027-07-01', isComplete: false })).toBe('expired');
    expect(settleDeferral({ until, today: '2027-06-30', isComplete: true })).toBe('made-up');
    expect(settleDeferral({ until, today: '2027-07-01', isComplete: true })).toBe('made-up');
  });
});
