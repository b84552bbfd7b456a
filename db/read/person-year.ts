import { sql } from 'kysely';
import type { PersonYear } from '../../contract/person-years.ts';
import type { Db } from '../connect.ts';
import { maskedIdNumber } from './me.ts';
import { actingFor, overseenPlace, poolsOf, type Scope } from './scope.ts';
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
  const { rows } = await sql<PersonYear['person'] & { mayRevoke: boolean }>`
    select p.id, p.name, ${maskedIdNumber} as "idNumberMasked", e.name as "employerName",
      p.id <> ${scope.personId} and coalesce(${actingFor(scope, 'a')}, '') <> '' as "mayRevoke"
    from person p
    left join affiliation a on a.person_id = p.id and a.from_on <= ${today}::date and (a.until_on is null or a.until_on > ${today}::date)
    left join organisation e on e.id = a.employer_id
    where p.id = ${personId} and (p.id = ${scope.personId} or (a.id is not null and ${overseenPlace(scope, 'a')}) or ${isReviewed(scope, year)})`.execute(
    db,
  );
  const [row] = rows;
  if (!row) return null;
  const { mayRevoke, ...person } = row;
  return { ...(await readYear(db, personId, year, today)), person, mayRevoke };
}

function isReviewed(scope: Scope, year: number) {
  const pools = poolsOf(scope).map(
    (pool) => sql`(t.organisation_id = ${pool.organisationId} and t.stage_kind = ${pool.stage})`,
  );
  if (pools.length === 0) return sql`false`;
  return sql`exists (select from claim c join task t on t.claim_id = c.id
    where c.person_id = p.id and c.year = ${year} and (${sql.join(pools, sql` or `)}))`;
}
