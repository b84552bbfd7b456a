import { describe, expect, test } from 'vitest';
import { madeUpYear, whyNotMakeUp } from '../../rules/make-up.ts';

const asked = (rest: Partial<Parameters<typeof whyNotMakeUp>[0]> = {}) =>
  whyNotMakeUp({
    completedOn: '2027-03-01',
    today: '2027-03-02',
    deferral: { until: '2027-06-30' },
    chosen: false,
    ...rest,
  });

describe('17: a completion on the platform is counted for the deferred year at the person’s choice, once', () => {
  test('17: a course of the year after, within a granted deferral', () => {
    expect(asked()).toBeUndefined();
    expect(madeUpYear('2027-01-01')).toBe(2026);
    expect(asked({ completedOn: '2027-01-01' })).toBeUndefined();
    expect(asked({ deferral: undefined })).toBe('make-up-no-deferral');
  });

  test('17: on its last day it may be completed and chosen, the day after neither', () => {
    const last = '2027-06-30';
    expect(asked({ completedOn: last, today: last })).toBeUndefined();
    expect(asked({ completedOn: '2027-07-01', today: '2027-07-01' })).toBe('make-up-other-day');
    expect(asked({ completedOn: last, today: '2027-07-01' })).toBe('make-up-over');
  });

  test('17: never beyond the 31st of December of the next year, whatever was granted', () => {
    const deferral = { until: '2028-06-30' };
    expect(asked({ deferral, completedOn: '2027-12-31', today: '2027-12-31' })).toBeUndefined();
    expect(asked({ deferral, completedOn: '2027-12-31', today: '2028-01-01' })).toBe('make-up-over');
  });

  test('17: once; and nothing that lies ahead', () => {
    expect(asked({ chosen: true })).toBe('make-up-twice');
    expect(asked({ completedOn: '2027-03-03' })).toBe('make-up-other-day');
  });
});
