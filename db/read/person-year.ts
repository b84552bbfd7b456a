import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { PersonYear } from '../../contract/person-years.ts';
import { claimYears } from '../../rules/deadlines.ts';
import type { Db } from '../connect.ts';
import { maskedIdNumber } from './me.ts';
import { actingFor, overseenPerson, poolsOf, type Scope } from './scope.ts';
import { readYear } from './years.ts';

type Asked = { personId: string; year: number; today: string };

/**
 * The year of somebody the caller oversees today, by employer, region or trade, or of whose claims for the year a pool of the caller's
 * has or had a task; null for everybody else, as for a person who is not there.
 */
export async function readPersonYear(
  db: Db,
  scope: Scope,
  { personId, year, today }: Asked,
): Promise<PersonYear | null> {
  const reviewed = await isReviewed(db, scope, { personId, year });
  const { rows } = await sql<PersonYear['person'] & { mayRevoke: boolean }>`
    select p.id, p.name, ${maskedIdNumber} as "idNumberMasked", e.name as "employerName",
      p.id <> ${scope.personId} and coalesce(${actingFor(scope, 'a')}, '') <> '' as "mayRevoke"
    from person p
    left join affiliation a on a.person_id = p.id and a.from_on <= ${today}::date and (a.until_on is null or a.until_on > ${today}::date)
    left join organisation e on e.id = a.employer_id
    where p.id = ${personId} and (p.id = ${scope.personId} or (a.id is not null and ${overseenPerson(scope, 'a')}) or ${reviewed})`.execute(
    db,
  );
  const [row] = rows;
  if (!row) return null;
  const { mayRevoke, ...person } = row;
  return { ...(await readYear(db, personId, year, today)), person, mayRevoke };
}

/** A claim is filed under the first year it is for: a training across new year is reviewed for both (D-3). */
async function isReviewed(db: Db, scope: Scope, { personId, year }: Omit<Asked, 'today'>): Promise<boolean> {
  const pools = poolsOf(scope).map(
    (pool) => sql`(t.organisation_id = ${pool.organisationId} and t.stage_kind = ${pool.stage})`,
  );
  if (pools.length === 0) return false;
  const { rows } = await sql<{ year: number; declaration: Declared }>`
    select c.year, c.declaration from claim c
    where c.person_id = ${personId} and c.year in (${year}::int, ${year - 1}::int)
      and exists (select from task t where t.claim_id = c.id and (${sql.join(pools, sql` or `)}))`.execute(db);
  return rows.some((row) => row.year === year || claimYears(asActivity(row.declaration, true)).includes(year));
}
