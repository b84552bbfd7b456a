import { sql } from 'kysely';
import type { Db } from './connect.ts';

/**
 * The body above an authority (Arts. 7-9): its trade's authority of the region above, else the HRSS authority there; at the province the
 * HRSS department for every trade. Null for that department itself.
 */
export async function superiorOf(db: Db, organisationId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select s.id
    from organisation o join region r on r.code = o.region_code
    join organisation s on s.region_code = coalesce(r.parent_code, r.code) and s.closed_on is null and s.id <> o.id
      and (s.kind = 'hrss' or (s.kind = 'industry-authority' and o.kind = 'industry-authority' and s.industry_code = o.industry_code))
    where o.id = ${organisationId}
    order by s.kind = o.kind desc limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

/** Who holds the role at a body on a legal day. */
export async function officersOf(
  db: Db,
  organisationId: string,
  role: 'supervisor' | 'administrator',
  today: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct person_id as id from role_holding
    where organisation_id = ${organisationId} and role = ${role}
      and from_on <= ${today}::date and (until_on is null or until_on > ${today}::date)`.execute(db);
  return rows.map((row) => row.id);
}
