import { sql } from 'kysely';
import type { Db } from './connect.ts';
import type { DeferralRow } from './tables/deferrals.ts';

type Of = Pick<DeferralRow, 'decider_id' | 'hrss_id' | 'person_id'>;

/** Who is told of a deferral (Art. 17) at its bodies on a legal day: those who decide at the unit, and those of the HRSS authority who may revoke it. */
export async function deferralOfficers(
  db: Db,
  { decider_id, hrss_id, person_id }: Of,
  { at, today }: { at: readonly ('unit' | 'hrss')[]; today: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct person_id as id from role_holding
    where ((${at.includes('unit')} and organisation_id = ${decider_id} and role = 'first-reviewer')
        or (${at.includes('hrss')} and organisation_id = ${hrss_id} and role in ('supervisor', 'administrator', 're-reviewer')))
      and from_on <= ${today}::date and (until_on is null or until_on > ${today}::date) and person_id <> ${person_id}`.execute(
    db,
  );
  return rows.map((row) => row.id);
}
