import { sql } from 'kysely';
import { isWithin } from '../clock.ts';
import type { Db } from '../connect.ts';

/** Workers speak every five seconds; what was not heard of for three times as long is away. */
const HEARD_WITHIN = '15 seconds';

/** A canary starts every ten seconds and has five: three may fail to begin before workflows are said to stand still. */
const CANARY_WITHIN = '35 seconds';

export type Heard = { worker: boolean; temporal: boolean; workflows: boolean };

/**
 * Whether a worker has spoken of late, whether Temporal's store has answered one, and whether a canary workflow came to its end. Throws when the database does not answer.
 */
export async function heardOfLate(db: Db): Promise<Heard> {
  const { rows } = await sql<Heard>`
    select exists (select from heartbeat where ${isWithin('at', HEARD_WITHIN)}) as worker,
      exists (select from heartbeat where ${isWithin('temporal_at', HEARD_WITHIN)}) as temporal,
      exists (select from heartbeat where ${isWithin('worked_at', CANARY_WITHIN)}) as workflows`.execute(db);
  return rows[0] ?? { worker: false, temporal: false, workflows: false };
}

/**
 * Whether PostgreSQL's disk has room for what it needs next, a segment of its log (16 MB): what does not fit into a question's memory goes into a file
 * beside the tables, and is gone with the answer. A small row would tell nothing: it finds room on a page that is there.
 */
export async function hasRoom(db: Db): Promise<boolean> {
  try {
    await db.transaction().execute(async (trx) => {
      await sql`set local work_mem = '64kB'`.execute(trx);
      await sql`
        with filler as materialized (select repeat('x', 16000) as wide from generate_series(1, 1024))
        select max(length(wide)) from filler`.execute(trx);
    });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === DISK_FULL) return false;
    throw error;
  }
}
const DISK_FULL = '53100';
