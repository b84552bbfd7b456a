import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/**
 * A database that a back-up is being read into carries a mark until the last step is done, since rows may be there before what waits for a workflow
 * is in the outbox. Cut short, it is served by nobody, and the next restoring begins anew.
 */
export const isHalfRestored = async (db: Db): Promise<boolean> => {
  const { rows } = await sql<{ is: boolean }>`select to_regclass('public.restoring') is not null as is`.execute(db);
  return rows[0]?.is === true;
};

export const markRestoring = async (db: Db): Promise<void> => {
  await sql`create table public.restoring (begun_at timestamptz not null default now())`.execute(db);
};

export const unmarkRestored = async (db: Db): Promise<void> => {
  await sql`drop table public.restoring`.execute(db);
};

/** Takes away what a restoring that was cut short has laid. @throws where the database carries no mark */
export async function clearHalfRestored(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await unmarkRestored(trx);
    await sql`drop schema if exists graphile_worker cascade`.execute(trx);
    await sql`drop schema public cascade`.execute(trx);
    await sql`create schema public`.execute(trx);
  });
}
