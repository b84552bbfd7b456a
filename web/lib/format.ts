import type { Day } from '../../rules/activity.ts';
import { dayInWords, legalDay } from '../../rules/calendar.ts';
import { formatHours } from '../../rules/hours.ts';
import { SUBJECTS } from '../../rules/vocabulary.ts';

/** `2026-11-23` → `2026年11月23日`. */
export const formatDay = dayInWords;

/** The last day before an instant that is 24:00 of a legal day. */
export const formatLastDay = (instant: string): string => formatDay(legalDay(Date.parse(instant) - 1));

/** A sentence with its days as people write them. */
export const withDays = (text: string): string =>
  text.replace(/ ?(\d{4}-\d{2}-\d{2}) ?/g, (_, day: Day) => formatDay(day));

const INSTANT = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** An instant in Asia/Shanghai: `2026年11月23日 14:05`. */
export function formatInstant(instant: string): string {
  const part: Record<string, string> = {};
  for (const { type, value } of INSTANT.formatToParts(new Date(instant))) part[type] = value;
  return `${part['year'] ?? ''}年${part['month'] ?? ''}月${part['day'] ?? ''}日 ${part['hour'] ?? ''}:${part['minute'] ?? ''}`;
}

/** `1536000` → `1.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${Number((bytes / 1024 / 1024).toFixed(1))} MB`;
}

/** Hours by subject in words, such as `公需科目 8 学时`; a subject without hours is left out. */
export function subjectsOf(hours: { publicHundredths: number; professionalHundredths: number }): string[] {
  const { publicHundredths, professionalHundredths } = hours;
  return [
    ...(publicHundredths > 0 ? [`${SUBJECTS.public} ${formatHours(publicHundredths)}`] : []),
    ...(professionalHundredths > 0 ? [`${SUBJECTS.professional} ${formatHours(professionalHundredths)}`] : []),
  ];
}
