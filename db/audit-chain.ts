import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** The audit trail's chain (留痕链) is sealed each minute by the system; db/read/audit-chain.ts checks it. */

/** Seals what is new. @returns how many rows */
export async function sealAudit(db: Db): Promise<number> {
  const { rows } = await sql<{ sealed: number }>`select seal_audit() as sealed`.execute(db);
  return rows[0]?.sealed ?? 0;
}
