import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatHours, formatHundredths, hoursOfMinutes, multiplyDown, parseHundredths } from '../../rules/hours.ts';

test.each([
  ['0', 0],
  ['4.5', 450],
  ['4.05', 405],
  ['59.50', 5950],
  ['99999.99', 9_999_999],
])('%s hours are read as %i hundredths', (text, hundredths) => {
  expect(parseHundredths(text)).toBe(hundredths);
});

test.each(['', '-1', '+1', '1.', '.5', '1.234', '1e2', ' 1', '1,5', 'NaN', '一', '12345678'])(
  '%j is no number of hours',
  (text) => {
    expect(parseHundredths(text)).toBeUndefined();
  },
);

test('hours are written as short as they are exact', () => {
  expect([0, 5, 50, 450, 405, 9000].map(formatHundredths)).toEqual(['0', '0.05', '0.5', '4.5', '4.05', '90']);
  expect(formatHours(450)).toBe('4.5 学时');
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.nat(999_999_999), (hundredths) => {
      expect(parseHundredths(formatHundredths(hundredths))).toBe(hundredths);
    }),
  );
});

test('4: an hour is forty-five minutes and the rest of an hour is not counted', () => {
  expect([0, 44, 45, 89, 90, 100].map((minutes) => hoursOfMinutes(minutes, 45))).toEqual([0, 0, 100, 100, 200, 200]);
});

test('11(8): a conversion is rounded down to hundredths', () => {
  expect(multiplyDown(233, 333)).toBe(775);
  expect(multiplyDown(100, 99)).toBe(99);
  expect(multiplyDown(1, 99)).toBe(0);
});
