import type { Day } from './activity.ts';

/**
 * Days as text, `YYYY-MM-DD` in Asia/Shanghai (UTC+8 all year), by arithmetic alone: the same on a server, in a
 * workflow's sandbox and in a browser, whatever their clock and zone. Days compare as strings.
 */

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 60 * MINUTE_MS;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Whether a text is a day that exists: 2026-02-30 does not. */
export function isDay(text: string): boolean {
  const match = DAY.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const length = month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  return year >= 1 && day >= 1 && day <= length;
}

/** The year a day lies in. */
export const yearOf = (day: Day): number => Number(day.slice(0, 4));

/** Days since 1970-01-01. March starts the counted year, so that the leap day is its last. */
function serial(day: Day): number {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  const month = Number(day.slice(5, 7));
  const year = yearOf(day) - (month <= 2 ? 1 : 0);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + Number(day.slice(8)) - 1;
  return year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + dayOfYear - 719_468;
}

/** The day of a serial; the inverse of `serial`. */
function fromSerial(days: number): Day {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The day `count` days later (earlier if negative). */
export const addDays = (day: Day, count: number): Day => fromSerial(serial(day) + count);

/** `2026-11-23` → `2026年11月23日`, as officials write a day. */
export function dayInWords(day: Day): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${year}年${Number(month)}月${Number(date)}日`;
}

/** How many days `to` lies after `from`. */
export const daysBetween = (from: Day, to: Day): number => serial(to) - serial(from);

/** Negative, zero or positive as `a` lies before, on or after `b`. */
export const compareDays = (a: Day, b: Day): number => (a < b ? -1 : a > b ? 1 : 0);

/** 0 Sunday … 6 Saturday. 1970-01-01 was a Thursday. */
export const dayOfWeek = (day: Day): number => (((serial(day) + 4) % 7) + 7) % 7;

/** 24:00 of a day in Asia/Shanghai, as UTC: the first instant that is no longer in it. */
export function endOfDayInstant(day: Day): string {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  return `${day}T16:00:00.000Z`;
}

/** The legal day an instant lies in: epoch milliseconds, or ISO text with its offset. */
export const legalDay = (instant: string | number): Day =>
  fromSerial(Math.floor(((typeof instant === 'number' ? instant : epochOf(instant)) + SHANGHAI_MS) / DAY_MS));

/** Epoch milliseconds of ISO text, to the second: a legal day needs no finer. */
function epochOf(instant: string): number {
  const match = INSTANT.exec(instant);
  if (match === null) throw new RangeError(`not an instant with an offset: ${instant}`);
  const [, day = '', hours, minutes, seconds = '0', zone = 'Z'] = match;
  const local = serial(day) * DAY_MS + (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1000;
  return local - offsetMinutes(zone) * MINUTE_MS;
}

/** `+08:00` → 480. */
function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Public holidays and the weekend days worked in exchange. `years` are those whose arrangement is known. */
export type WorkCalendar = {
  readonly version: string;
  readonly years: readonly number[];
  readonly holidays: ReadonlySet<Day>;
  readonly workdays: ReadonlySet<Day>;
};

/** Whether offices work on a day. In a year without a published arrangement only weekends are free. */
export function isWorkingDay(day: Day, calendar: WorkCalendar): boolean {
  if (calendar.workdays.has(day)) return true;
  if (calendar.holidays.has(day)) return false;
  const weekday = dayOfWeek(day);
  return weekday !== 0 && weekday !== 6;
}

/** The `count`-th working day after a day; the day itself is never counted. */
export function workingDaysAfter(day: Day, count: number, calendar: WorkCalendar): Day {
  let current = day;
  for (let left = count; left > 0; ) {
    current = addDays(current, 1);
    if (isWorkingDay(current, calendar)) left -= 1;
  }
  return current;
}

/** How many working days lie after `from` up to and with `to`; below zero when `to` is the earlier. */
export function workingDaysBetween(from: Day, to: Day, calendar: WorkCalendar): number {
  if (to < from) return 0 - workingDaysBetween(to, from, calendar);
  let count = 0;
  for (let day = addDays(from, 1); day <= to; day = addDays(day, 1)) if (isWorkingDay(day, calendar)) count += 1;
  return count;
}

/**
 * The version to keep beside a due date. A span that touches a year without published holidays says so, and is
 * recomputed when they are known.
 */
export function calendarVersion(from: Day, to: Day, calendar: WorkCalendar): string {
  const unknown: number[] = [];
  for (let year = yearOf(from); year <= yearOf(to); year += 1) if (!calendar.years.includes(year)) unknown.push(year);
  return unknown.length === 0 ? calendar.version : `${calendar.version}+weekends-only:${unknown.join(',')}`;
}
