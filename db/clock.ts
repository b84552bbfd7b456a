import { type RawBuilder, sql } from 'kysely';
import type { Db } from './connect.ts';

/** The record's clock: what is due is judged by it alone, whichever machine looks. */
export const databaseClock = async (trx: Db): Promise<Date> => {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('the database told no time');
  return row.now;
};

/** The legal day of that clock, in SQL. PostgreSQL's own current_date is the day of the session's zone, eight hours behind. */
export const legalToday: RawBuilder<string> = sql<string>`(clock_timestamp() at time zone 'Asia/Shanghai')::date`;
