import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/** Workers speak every five seconds; one that missed three is away. */
const HEARTBEAT_SECONDS = 15;

/** Whether a worker has spoken of late. Throws when the database does not answer. */
export async function workerAlive(db: Db): Promise<boolean> {
  const { rows } = await sql<{ alive: boolean }>`
    select exists (select from heartbeat where at > now() - make_interval(secs => ${HEARTBEAT_SECONDS}::int)) as alive`.execute(
    db,
  );
  return rows[0]?.alive ?? false;
}
