import { describe, expect, test } from 'vitest';
import { closableYears, yearClosesOn } from '../../rules/year.ts';

describe('a year can be closed', () => {
  test('4: from the day after claims for it are taken (D-10), not a day before', () => {
    expect(yearClosesOn(2026)).toBe('2027-04-01');
    expect(closableYears('2027-03-31')).toEqual([]);
    expect(closableYears('2027-04-01')).toEqual([2026]);
    expect(closableYears('2028-03-31')).toEqual([2026]);
    expect(closableYears('2028-04-01')).toEqual([2026, 2027]);
  });

  test('25: no year before the measures ever is', () => {
    expect(closableYears('2025-12-31')).toEqual([]);
    expect(closableYears('2026-12-31')).toEqual([]);
  });
});
