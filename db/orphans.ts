import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** Which of these ids are of no claim that is open or has an act to be applied. */
export async function withoutOpenClaim(db: Db, claimIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${sql.val([...claimIds])}::text[]) as given(id)
    where not exists (
      select from claim c where c.id::text = given.id and c.version > 0 and (c.ended_at is null or c.applied_seq < c.act_seq))`.execute(
    db,
  );
  return rows.map((row) => row.id);
}
