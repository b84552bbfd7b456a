import { sql } from 'kysely';
import type { Db } from './connect.ts';
import type { CaseKind } from './tables/deferrals.ts';

/** Claims whose workflow has something to do: open ones, and those with an act to be applied. Of the claim that the statement calls `c`. */
export const isUnderWay = sql<boolean>`c.version > 0 and (c.ended_at is null or c.applied_seq < c.act_seq)`;

/** Which of these ids are of no claim that is open or has an act to be applied. */
export async function withoutOpenClaim(db: Db, claimIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${sql.val([...claimIds])}::text[]) as given(id)
    where not exists (
      select from claim c where c.id::text = given.id and ${isUnderWay})`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * Which of these ids are of no case of that kind (each kind's table has its name). A case that is over is none of them: its workflow sees so
 * when it looks next.
 */
export async function withoutCase(db: Db, kind: CaseKind, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${sql.val([...ids])}::text[]) as given(id)
    where not exists (select from ${sql.table(kind.replaceAll('-', '_'))} c where c.id::text = given.id)`.execute(db);
  return rows.map((row) => row.id);
}
