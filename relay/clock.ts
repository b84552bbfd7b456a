import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';

/**
 * A clock that is set while the relay runs. The library's timetable sleeps until the minute it wrote down, and never works at a minute twice: set back by
 * an hour it would leave sweep, seal and messages undone for that hour, set forward by a month it would make up for each minute of it.
 */

/** Set by less, it is corrected as clocks are; up to here the timetable catches up by itself. */
const BACK_MS = 30_000;
const FORWARD_MS = 3_600_000;
const LOOK_MS = 2_000;

/**
 * Tells when the wall's clock has gone another way than the time that passed, and by how many seconds (back: negative). A machine that slept
 * has a clock that went forward.
 */
export function watchClock(onSet: (seconds: number) => void, lookMs = LOOK_MS): { stop(): void } {
  const difference = (): number => Date.now() - performance.now();
  let before = difference();
  const timer = setInterval(() => {
    const set = difference() - before;
    if (set > -BACK_MS && set < FORWARD_MS) return;
    before += set;
    onSet(Math.round(set / 1_000));
  }, lookMs);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** The minutes that the timetable has been at and that lie ahead are still to come. */
export async function forgetMinutesAhead(db: Db): Promise<void> {
  await sql`
    update graphile_worker._private_known_crontabs set last_execution = null
    where last_execution > now() + interval '1 minute'`.execute(db);
}
