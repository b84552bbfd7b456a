import { continueAsNew, setHandler } from '@temporalio/workflow';
import type { CloseProgress } from '../contract/year-close.ts';
import { type YearCloseInput, yearCloseProgress } from './messages.ts';
import { closing } from './proxies.ts';

/**
 * Closes years (年度结算): every person's verdict is written down and told, page by page. The record knows how far it is, so a closing
 * may be started twice, killed and begun again. Without years given, those are closed that are due: so the schedule needs no year, and
 * one that was missed is made good by the next.
 * @returns each year's last progress
 */
export async function yearClose(input: YearCloseInput): Promise<CloseProgress[]> {
  const seen = new Map<number, CloseProgress>();
  setHandler(yearCloseProgress, () => [...seen.values()]);

  const years = input.years ?? (await closing.dueYears());
  let rounds = 0;
  for (const [at, year] of years.entries()) {
    let progress = await closing.beginYearClose(year);
    seen.set(year, progress);
    while (progress.state !== 'closed') {
      if (rounds === ROUNDS_A_RUN) return continueAsNew<typeof yearClose>({ ...input, years: years.slice(at) });
      rounds += 1;
      progress = await closing.closePages({ ...PACE, ...input.pace, year });
      seen.set(year, progress);
    }
  }
  return [...seen.values()];
}

/** Twenty pages of a thousand people are one activity of some seconds; faster than so many a second the people at work would feel it. */
const PACE = { pages: 20, people: 1_000, peoplePerSecond: 4_000 };
/** Two million people: the history stays short however many there are. */
const ROUNDS_A_RUN = 100;
