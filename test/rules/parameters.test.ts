import { expect, test } from 'vitest';
import * as parameters from '../../rules/parameters.ts';
import { type Figure, inForce, isGoverned, MEASURES_FROM_YEAR, NotInForceError } from '../../rules/parameters.ts';

const changed: Figure<number> = [
  { fromYear: 2026, value: 90, basis: '4' },
  { fromYear: 2028, value: 96, basis: '4' },
];

test('25: a year is judged by the line in force in it', () => {
  expect([2026, 2027, 2028, 2040].map((year) => inForce(changed, year))).toEqual([90, 90, 96, 96]);
});

test('25: a year before the first line has no figure, and the refusal is coded', () => {
  expect(() => inForce(changed, 2025)).toThrow(NotInForceError);
  expect(new NotInForceError('').code).toBe('before-measures');
});

test('25: the measures govern from 2026 on', () => {
  expect([2025, 2026, 2027].map(isGoverned)).toEqual([false, true, true]);
});

test('14: an overdue task goes to the superior body after five more working days', () => {
  expect(inForce(parameters.ESCALATION_WORKING_DAYS, 2026)).toBe(5);
});

test('every figure has a line from the first governed year, and its lines ascend', () => {
  const figures = [
    ...Object.values(parameters).filter((value) => Array.isArray(value)),
    ...Object.values(parameters.REVIEW_WORKING_DAYS),
  ] as readonly Figure<unknown>[];
  expect(figures.length).toBeGreaterThan(15);
  for (const figure of figures) {
    expect(figure[0].fromYear).toBe(MEASURES_FROM_YEAR);
    const years = figure.map((line) => line.fromYear);
    expect(years).toEqual([...new Set(years)].sort((a, b) => a - b));
  }
});
