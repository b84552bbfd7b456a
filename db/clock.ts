import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** The record's clock: what is due is judged by it alone, whichever machine looks. */
export const databaseClock = async (trx: Db): Promise<Date> => {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('the database told no time');
  return row.now;
};
