import { sql } from 'kysely';
import type { AuditFilter } from '../../contract/audit.ts';
import type { Db } from '../connect.ts';
import type { Caller } from './caller.ts';
import { auditCte } from './trail.ts';

/** Reading the trail leaves a trail too: who looked, for what. */
export async function noteAuditRead(
  db: Db,
  caller: Caller,
  deed: 'read' | 'export' | 'checked' | 'denied',
  asked: AuditFilter | { from: number },
): Promise<void> {
  const entry = { action: `audit.${deed}`, subjectKind: 'audit', subjectId: 'trail', detail: { ...asked } } as const;
  await sql`with ${auditCte(caller, entry)} select 1`.execute(db);
}
