import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/** Whether the audit trail's chain (留痕链) holds: for whoever doubts it. */

/** What is wrong with the chain: a row changed, gone or never sealed; a seal that does not follow from its rows and the one before. */
export type ChainFault =
  | { kind: 'row-changed' | 'row-gone' | 'row-unsealed'; auditId: number }
  | { kind: 'seal-broken' | 'seal-missing'; seq: number };

export type ChainCheck = { from: number; to: number; rows: number; faults: ChainFault[]; next: number | null };

/** Faults beyond these are not listed: one is enough to know. */
const LISTED = 100;

/**
 * Checks the seals from `from` on, as many as hold about `rows` rows, against the audit rows themselves.
 * @returns what was checked, and the seal to go on with; null at the chain's end
 */
export async function checkChain(db: Db, { from, rows }: { from: number; rows: number }): Promise<ChainCheck> {
  const seals = await db
    .selectFrom('audit_seal')
    .select(['seq', 'rows', 'last_id'])
    .select(sql<boolean>`(digest = audit_seal_digest(seq) and ${saysItsRows})`.as('follows'))
    .where('seq', '>=', from)
    .orderBy('seq')
    .limit(await sealsHolding(db, from, rows))
    .execute();
  const to = seals.at(-1)?.seq ?? from - 1;
  const faults: ChainFault[] = seals.flatMap(({ seq, follows }) => (follows ? [] : [{ kind: 'seal-broken', seq }]));
  for (const [at, { seq }] of seals.entries())
    if (seq !== from + at) faults.push({ kind: 'seal-missing', seq: from + at });
  faults.push(...(await changedRows(db, { from, to })), ...(await unsealedRows(db, from, seals)));
  const isMore = await db.selectFrom('audit_seal').select('seq').where('seq', '>', to).limit(1).executeTakeFirst();
  return {
    from,
    to,
    rows: seals.reduce((sum, seal) => sum + seal.rows, 0),
    faults: faults.slice(0, LISTED),
    next: isMore ? to + 1 : null,
  };
}

/** A seal of the first version does not cover what it says of its rows: that is compared with them. */
const saysItsRows = sql`(version <> 1 or (first_id, last_id, rows) = (
  select min(d.audit_id), max(d.audit_id), count(*)::int from audit_digest d where d.seal_seq = audit_seal.seq))`;

async function sealsHolding(db: Db, from: number, rows: number): Promise<number> {
  const { rows: found } = await sql<{ n: number }>`
    select count(*)::int as n from (
      select sum(rows) over (order by seq) - rows as before from audit_seal where seq >= ${from} order by seq limit 10000) as s
    where before < ${rows}`.execute(db);
  return Math.max(1, found[0]?.n ?? 1);
}

async function changedRows(db: Db, { from, to }: { from: number; to: number }): Promise<ChainFault[]> {
  const { rows } = await sql<{ auditId: number; isGone: boolean }>`
    select d.audit_id as "auditId", a.id is null as "isGone"
    from audit_digest d left join audit a on a.id = d.audit_id
    where d.seal_seq between ${from} and ${to} and (a.id is null or audit_digest_of(a) <> d.digest)
    order by d.audit_id limit ${LISTED}`.execute(db);
  return rows.map(({ auditId, isGone }) => ({ kind: isGone ? 'row-gone' : 'row-changed', auditId }));
}

/** Rows among the sealed ones, or behind the seal before them, that have no digest: slipped in later, under an id that had been left free. */
async function unsealedRows(db: Db, from: number, seals: readonly { last_id: number }[]): Promise<ChainFault[]> {
  if (seals.length === 0) return [];
  const last = Math.max(...seals.map((seal) => seal.last_id));
  const { rows } = await sql<{ id: number }>`
    select a.id from audit a
    where a.id > coalesce((select last_id from audit_seal where seq = ${from - 1}), 0) and a.id <= ${last} 
      and (a.at < clock_timestamp() - interval '15 minutes' or a.id <= (
        select last_id from audit_seal where sealed_at < clock_timestamp() - interval '15 minutes' order by seq desc limit 1))
      and not exists (select from audit_digest d where d.audit_id = a.id)
    order by a.id limit ${LISTED}`.execute(db);
  return rows.map(({ id }) => ({ kind: 'row-unsealed', auditId: id }));
}
