import { sql } from 'kysely';
import type { Role } from '../rules/vocabulary.ts';
import type { Db } from './connect.ts';

/** Who handles cases of fraud at an authority, and is told of them at any organisation. */
export const CASE_OFFICERS: readonly Role[] = ['supervisor', 'administrator'];
/** Who is told at a unit that one of its people was sanctioned: those who review its claims and those who manage it. */
export const UNIT_OFFICERS: readonly Role[] = ['first-reviewer', 'administrator'];

type Asked = { organisationIds: readonly string[]; roles: readonly Role[]; today: string; except: readonly string[] };

/** Everybody who holds one of the roles at one of the organisations on a legal day, once each, with the first of them by id. */
export async function officersAt(
  db: Db,
  { organisationIds, roles, today, except }: Asked,
): Promise<{ personId: string; organisationId: string }[]> {
  const { rows } = await sql<{ personId: string; organisationId: string }>`
    select distinct on (person_id) person_id as "personId", organisation_id as "organisationId" from role_holding
    where organisation_id = any (${sql.val([...organisationIds])}::text[]) and role = any (${sql.val([...roles])}::text[])
      and from_on <= ${today}::date and (until_on is null or until_on > ${today}::date)
      and not person_id = any (${sql.val([...except])}::uuid[])
    order by person_id, organisation_id`.execute(db);
  return rows;
}
