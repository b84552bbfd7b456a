import { Context } from '@temporalio/activity';
import type { CloseProgress } from '../contract/year-close.ts';
import type { Db } from '../db/connect.ts';
import * as record from '../db/year-close.ts';
import { legalDay } from '../rules/calendar.ts';

export type PagesInput = { year: number; pages: number; people: number; peoplePerSecond: number };

/** What closing a year may do. Each is safe to repeat: the record keeps how far it is. */
export type YearCloseActivities = {
  dueYears(): Promise<number[]>;
  beginYearClose(year: number): Promise<CloseProgress>;
  closePages(input: PagesInput): Promise<CloseProgress>;
};

/** @param now the clock that says which years can be closed; a parameter so that tests can stand on any day */
export function yearCloseActivities({ db, now = () => new Date() }: { db: Db; now?: () => Date }): YearCloseActivities {
  const today = (): string => legalDay(now().toISOString());
  return {
    dueYears: () => record.dueYears(db, today()),
    beginYearClose: (year) => record.beginYearClose(db, { year, today: today() }),
    closePages: (input) => closePages(db, input),
  };
}

/** Some pages, no faster than allowed: people who work at the same time must not feel it. Each page beats the heart. */
async function closePages(db: Db, { year, pages, people, peoplePerSecond }: PagesInput): Promise<CloseProgress> {
  const context = Context.current();
  const pageMs = (people / peoplePerSecond) * 1_000;
  for (let page = 1; ; page += 1) {
    const began = performance.now();
    const progress = await record.closePage(db, { year, people });
    context.heartbeat(progress.peopleDone);
    if (progress.state === 'closed' || page >= pages) return progress;
    await context.sleep(Math.max(0, pageMs - (performance.now() - began)));
  }
}
