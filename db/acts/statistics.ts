import { sql } from 'kysely';
import type { AuditFacts } from '../../contract/audit-detail.ts';
import type { Db } from '../connect.ts';
import type { Caller } from './caller.ts';
import { auditCte } from './trail.ts';

/** Leaves a trail of people's years being looked at by name, or taken away in a file; what was asked, never who was seen. */
export async function noteStatisticsRead(
  db: Db,
  caller: Caller,
  action: 'statistics.people' | 'statistics.export' | 'statistics.denied',
  asked: AuditFacts,
): Promise<void> {
  const subjectId = typeof asked.year === 'number' ? String(asked.year) : 'all';
  await sql`with ${auditCte(caller, { action, subjectKind: 'statistics', subjectId, detail: asked })}
    select 1`.execute(db);
}
