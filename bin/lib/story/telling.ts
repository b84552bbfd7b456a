import type { Outcomes } from '../../../contract/problems.ts';
import { dayOfWeek, legalDay } from '../../../rules/calendar.ts';

/** How a story is told: one line a happening, with its day as an official reads it; what differs from the law is counted. */
export class Telling {
  differences = 0;

  /** @param at the instant in the story */
  say(at: Date, line: string): void {
    console.log(`${this.#when(at)}　${line}`);
  }

  heading(line: string): void {
    console.log(`\n${line}`);
  }

  expect(what: string, got: unknown, wanted: unknown): void {
    if (got === wanted) return;
    this.differences += 1;
    console.log(`✗ ${what}：应为 ${String(wanted)}，实为 ${String(got)}`);
  }

  #when(at: Date): string {
    const time = at.toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hourCycle: 'h23' });
    return `${dayWords(legalDay(at.getTime()))} ${time}`;
  }
}

/** `2027-06-30` → `2027年6月30日（星期三）`. */
export function dayWords(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${year}年${Number(month)}月${Number(date)}日（星期${'日一二三四五六'[dayOfWeek(day)] ?? ''}）`;
}

/** The value of an act that the story needs done. */
export function done<T>(outcome: Outcomes<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.refusal.code}：${outcome.refusal.detail}`);
  return outcome.value;
}
