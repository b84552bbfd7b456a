import chineseDays from 'chinese-days';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDays,
  calendarVersion,
  compareDays,
  dayOfWeek,
  daysBetween,
  endOfDayInstant,
  isDay,
  isWorkingDay,
  legalDay,
  workingDaysAfter,
  workingDaysBetween,
  yearOf,
} from '../../rules/calendar.ts';
import { CHINA } from '../../rules/holidays.ts';

const anyDay = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const asDate = (day: string): number => Date.parse(`${day}T00:00:00Z`);

test.each(['2026-01-01', '2026-02-28', '2028-02-29', '2000-02-29', '2026-12-31'])('%s is a day', (day) => {
  expect(isDay(day)).toBe(true);
});

test.each([
  '2026-02-29',
  '2026-02-30',
  '2100-02-29',
  '2026-04-31',
  '2026-13-01',
  '2026-00-10',
  '2026-01-00',
  '0000-01-01',
  '2026-1-1',
  '20260101',
  '2026-01-01T00:00',
  '',
  ' 2026-01-01',
  '2026-01-01\n',
])('%j is no day', (text) => {
  expect(isDay(text)).toBe(false);
});

test('the leap day that ends four hundred years, and years of fewer than four digits', () => {
  expect(addDays('2000-02-28', 1)).toBe('2000-02-29');
  expect(addDays('2000-02-29', 1)).toBe('2000-03-01');
  expect(addDays('0998-12-31', 1)).toBe('0999-01-01');
  expect(isDay('0001-01-01')).toBe(true);
});

test('days are added, compared and counted as the calendar has them', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: -40_000, max: 40_000 }), (day, count) => {
      const later = addDays(day, count);
      expect(asDate(later)).toBe(asDate(day) + count * 86_400_000);
      expect(daysBetween(day, later)).toBe(count);
      expect(Math.sign(compareDays(later, day))).toBe(Math.sign(count));
      expect(dayOfWeek(day)).toBe(new Date(asDate(day)).getUTCDay());
      expect(yearOf(day)).toBe(new Date(asDate(day)).getUTCFullYear());
    }),
  );
});

test('a day that does not exist is a fault in arithmetic', () => {
  expect(() => addDays('2026-02-30', 1)).toThrow(RangeError);
  expect(() => endOfDayInstant('2026-02-30')).toThrow(RangeError);
});

test('a day ends at 24:00 in Shanghai, which is 16:00 UTC', () => {
  expect(endOfDayInstant('2026-12-31')).toBe('2026-12-31T16:00:00.000Z');
});

test('an instant lies in the Shanghai day, to the second', () => {
  expect(legalDay('2026-12-31T15:59:59Z')).toBe('2026-12-31');
  expect(legalDay('2026-12-31T15:59:59.999Z')).toBe('2026-12-31');
  expect(legalDay('2026-12-31T16:00:00.000Z')).toBe('2027-01-01');
  expect(legalDay('2026-12-31T16:00:30Z')).toBe('2027-01-01');
  expect(legalDay('2026-12-31T16:30:00Z')).toBe('2027-01-01');
  expect(legalDay('2026-12-31T21:40:00+05:45')).toBe('2026-12-31');
  expect(legalDay('2026-12-31T21:45:00+05:45')).toBe('2027-01-01');
  expect(legalDay('2026-12-31T23:59+08:00')).toBe('2026-12-31');
  expect(legalDay('2026-12-31T10:59:59-05:00')).toBe('2026-12-31');
  expect(legalDay('2026-12-31T11:00:00-0500')).toBe('2027-01-01');
  expect(legalDay(Date.UTC(2026, 11, 31, 15, 59, 59, 999))).toBe('2026-12-31');
  expect(legalDay(Date.UTC(2026, 11, 31, 16))).toBe('2027-01-01');
  expect(legalDay(-1)).toBe('1970-01-01');
});

test('an instant without an offset is a fault, for it names no moment', () => {
  expect(() => legalDay('2026-12-31T15:59:59')).toThrow(RangeError);
  expect(() => legalDay('2026-12-31')).toThrow(RangeError);
});

test('the end of a day is the first instant of the next', () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      expect(legalDay(endOfDayInstant(day))).toBe(addDays(day, 1));
      expect(legalDay(Date.parse(endOfDayInstant(day)) - 1)).toBe(day);
    }),
  );
});

test('holidays and exchanged working days are those of chinese-days, day by day', () => {
  for (const year of CHINA.years) {
    for (let day = `${year}-01-01`; yearOf(day) === year; day = addDays(day, 1)) {
      expect(isWorkingDay(day, CHINA), day).toBe(chineseDays.isWorkday(day));
    }
  }
});

test('working days skip weekends and holidays and use the exchanged Saturdays', () => {
  // 2026-09-20 is a worked Sunday, 25–27 September and 1–7 October are holidays, 10 October a worked Saturday.
  expect(workingDaysAfter('2026-09-18', 1, CHINA)).toBe('2026-09-20');
  expect(workingDaysAfter('2026-09-24', 1, CHINA)).toBe('2026-09-28');
  expect(workingDaysAfter('2026-09-30', 1, CHINA)).toBe('2026-10-08');
  expect(workingDaysAfter('2026-10-09', 1, CHINA)).toBe('2026-10-10');
  expect(workingDaysAfter('2026-10-09', 2, CHINA)).toBe('2026-10-12');
  expect(workingDaysAfter('2026-10-09', 0, CHINA)).toBe('2026-10-09');
});

test('a year whose holidays are not published counts weekends only, and its version says so', () => {
  expect(isWorkingDay('2027-10-01', CHINA)).toBe(true);
  expect(isWorkingDay('2027-10-02', CHINA)).toBe(false);
  expect(isWorkingDay('2027-10-03', CHINA)).toBe(false);
  expect(calendarVersion('2026-12-01', '2026-12-20', CHINA)).toBe(CHINA.version);
  expect(calendarVersion('2026-12-20', '2027-01-10', CHINA)).toBe(`${CHINA.version}+weekends-only:2027`);
  expect(calendarVersion('2026-12-20', '2028-01-10', CHINA)).toBe(`${CHINA.version}+weekends-only:2027,2028`);
});

test('working days between two days are those after the first up to the second, and below zero backwards', () => {
  expect(workingDaysBetween('2026-09-18', '2026-09-18', CHINA)).toBe(0);
  expect(workingDaysBetween('2026-11-20', '2026-11-23', CHINA)).toBe(1);
  expect(workingDaysBetween('2026-11-23', '2026-11-20', CHINA)).toBe(-1);
  expect(workingDaysBetween('2026-11-20', '2026-11-22', CHINA)).toBe(0);
  fc.assert(
    fc.property(anyDay, fc.integer({ min: 0, max: 60 }), (day, count) => {
      expect(workingDaysBetween(day, workingDaysAfter(day, count, CHINA), CHINA)).toBe(count);
    }),
    { numRuns: 50 },
  );
});
