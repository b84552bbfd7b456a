import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { Caller } from './caller.ts';
import { auditCte } from './trail.ts';

/** Leaves a trail of somebody's year being looked at by another person, or of the wish to. */
export async function notePersonYearRead(
  db: Db,
  caller: Caller,
  { personId, year, seen }: { personId: string; year: number; seen: boolean },
): Promise<void> {
  const action = seen ? 'person-year.read' : 'person-year.denied';
  await sql`with ${auditCte(caller, { action, subjectKind: 'person-year', subjectId: `${personId}/${year}` })} select 1`.execute(
    db,
  );
}
