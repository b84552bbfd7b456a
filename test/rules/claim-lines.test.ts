import { describe, expect, test } from 'vitest';
import type { Activity } from '../../rules/activity.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';

const unit = { studyArchive: true };
const training = (...days: string[]): Activity => ({
  form: 'authority-training',
  organiser: 'hrss',
  mode: 'offline',
  proof: true,
  days: days.map((on) => ({ on, subject: 'professional', hundredths: 800 })),
});
const hours = (activity: Activity) => {
  const ruling = recogniseClaim(activity, unit);
  return ruling.outcome === 'accepted' ? ruling.lines.map((line) => line.hundredths) : ruling.code;
};

describe('a claim as a whole', () => {
  test('(18) each day of a training across new year stands with the hours of its own year', () => {
    expect(hours(training('2026-12-31', '2027-01-01'))).toEqual([800, 800]);
  });

  test('(25) of the days before the measures nothing is recognised, of the others all', () => {
    expect(hours(training('2025-12-31', '2026-01-01'))).toEqual([0, 800]);
    expect(hours(training('2025-12-31'))).toBe('before-measures');
  });

  test('(11(1)) what every year refuses is refused', () => {
    expect(hours({ ...training('2026-12-31', '2027-01-01'), mode: 'online' } as Activity)).toBe('not-offline');
  });
});
