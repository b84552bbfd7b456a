import { type RawBuilder, sql } from 'kysely';
import type { Db } from './connect.ts';

/** The record's clock: what is due is judged by it alone, whichever machine looks. */
export const databaseClock = async (trx: Db): Promise<Date> => {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('the database told no time');
  return row.now;
};

/**
 * How old a stamp of the record is, judged by its own clock. Clocks are set now and then: a stamp that lies ahead was written before the clock went
 * back, and says nothing of how long ago. Waiting until the clock is there again would wait for as long as it went back, so it counts as old,
 * and never as fresh. A minute is left for what was written this moment.
 */
export const isOlder = (stamp: string, interval: string): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(stamp)} < now() - ${interval}::interval or ${isAhead(stamp)})`;
export const isWithin = (stamp: string, interval: string): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(stamp)} > now() - ${interval}::interval and not ${isAhead(stamp)})`;
export const isAhead = (stamp: string): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(stamp)} > now() + interval '1 minute'`;

/** The legal day of that clock, in SQL. PostgreSQL's own current_date is the day of the session's zone, eight hours behind. */
export const legalToday: RawBuilder<string> = sql<string>`(clock_timestamp() at time zone 'Asia/Shanghai')::date`;
