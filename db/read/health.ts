import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/** Workers speak every five seconds; what was not heard of for three times as long is away. */
const HEARTBEAT_SECONDS = 15;

export type Heard = { worker: boolean; temporal: boolean };

/** Whether a worker has spoken of late, and whether Temporal's store has answered one. Throws when the database does not answer. */
export async function heardOfLate(db: Db): Promise<Heard> {
  const { rows } = await sql<Heard>`
    select exists (select from heartbeat where at > late.since) as worker,
      exists (select from heartbeat where temporal_at > late.since) as temporal
    from (select now() - make_interval(secs => ${HEARTBEAT_SECONDS}::int) as since) late`.execute(db);
  return rows[0] ?? { worker: false, temporal: false };
}
