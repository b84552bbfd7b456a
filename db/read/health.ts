import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/** Workers speak every five seconds; what was not heard of for three times as long is away. */
const HEARTBEAT_SECONDS = 15;

/** A canary starts every ten seconds and has five: three may fail to begin before workflows are said to stand still. */
const CANARY_SECONDS = 35;

export type Heard = { worker: boolean; temporal: boolean; workflows: boolean };

/**
 * Whether a worker has spoken of late, whether Temporal's store has answered one, and whether a canary workflow came to its end. Throws when the database does not answer.
 */
export async function heardOfLate(db: Db): Promise<Heard> {
  const { rows } = await sql<Heard>`
    select exists (select from heartbeat where at > late.since) as worker,
      exists (select from heartbeat where temporal_at > late.since) as temporal,
      exists (select from heartbeat where worked_at > now() - make_interval(secs => ${CANARY_SECONDS}::int)) as workflows
    from (select now() - make_interval(secs => ${HEARTBEAT_SECONDS}::int) as since) late`.execute(db);
  return rows[0] ?? { worker: false, temporal: false, workflows: false };
}
