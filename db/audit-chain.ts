import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** The audit trail's chain (留痕链) is sealed each minute by the system; db/read/audit-chain.ts checks it. */

/** So many rows a seal holds at most: whoever doubts one row reads no more of them. */
const SEAL_ROWS = 10_000;

/** Seals what is new, seal after seal, each in a transaction of its own. @returns how many rows */
export async function sealAudit(db: Db, most = SEAL_ROWS): Promise<number> {
  let rows = 0;
  for (let after: number | null = null; ; ) {
    const seal = await sealOnce(db, most, after);
    rows += seal?.sealed ?? 0;
    if (seal === undefined || seal.sealed < most) return rows;
    after = seal.last_id;
  }
}

async function sealOnce(db: Db, most: number, after: number | null): Promise<Seal | undefined> {
  const { rows } = await sql<Seal>`select sealed, last_id from seal_audit(${most}::int, ${after}::bigint)`.execute(db);
  return rows[0];
}

type Seal = { sealed: number; last_id: number };
