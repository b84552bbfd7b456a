import { sql } from 'kysely';
import type { Supposition } from '../../contract/what-if.ts';
import type { Db } from '../connect.ts';
import type { Caller } from './caller.ts';
import { auditCte } from './trail.ts';

/** Leaves a trail of a what-if, which shows people by name: what was asked, never who was seen. */
export async function noteWhatIf(
  db: Db,
  caller: Caller,
  action: 'what-if.read' | 'what-if.export' | 'what-if.denied',
  { year, region, employer, figures }: Supposition,
): Promise<void> {
  const detail = { year, region, employer, figures };
  await sql`with ${auditCte(caller, { action, subjectKind: 'what-if', subjectId: String(year), detail })} select 1`.execute(
    db,
  );
}
