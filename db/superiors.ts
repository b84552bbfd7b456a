import { type RawBuilder, sql } from 'kysely';
import { superiorOf as wayUp } from '../rules/overdue.ts';
import { codes, LEVELS, ORGANISATION_KINDS } from '../rules/vocabulary.ts';
import type { Db } from './connect.ts';

/** Which body stands over another (Arts. 7-9), for whatever is told or referred upwards: late reviews, overdue orders, complaints, misconduct. */

/**
 * The authority above the body `o` of a statement: its trade's of the next region up, or of the one above that; else the HRSS authority of the
 * next region; at the province the HRSS department, which stands over every trade. Null for that department itself.
 */
const ABOVE = sql<string | null>`coalesce(
  (select s.id from organisation s, region r left join region p on p.code = r.parent_code
   where r.code = o.region_code and s.kind = o.kind and s.industry_code is not distinct from o.industry_code
     and s.region_code in (r.parent_code, p.parent_code) and s.closed_on is null
   order by s.region_code = r.parent_code desc limit 1),
  (select s.id from organisation s join region r on r.parent_code = s.region_code
   where r.code = o.region_code and s.kind = 'hrss' and s.closed_on is null limit 1),
  (select s.id from organisation s where s.kind = 'hrss' and s.level = 'province' and s.id <> o.id and s.closed_on is null limit 1))`;

/** The body above an authority; null for the province's HRSS department. */
export async function superiorOf(db: Db, organisationId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`
    select ${ABOVE} as id from organisation o where o.id = ${organisationId}`.execute(db);
  return rows[0]?.id ?? null;
}

/**
 * The superior bodies of the body `o` that has a task of the claim `c` of a statement, as rows (id, own): a lateral subquery. Of an employer
 * or agency they are the bodies that would re-review the claim.
 */
export const superiorsOf = (): RawBuilder<unknown> => sql`(
  select up.id, false as own from (select ${ABOVE} as id) up
  where ${WAY} = 'next-level' and up.id is not null
  union
  select coalesce(b.successor_id, b.id), false
  from jsonb_path_query(c.plan, '$.stages[*] ? (@.kind == "re-review").tasks[*].organisationId') x(id)
  join organisation b on b.id = x.id #>> '{}'
  where ${WAY} = 're-review-bodies'
  union
  -- A central unit has no re-review: the province is told (D-16).
  select s.id, false from organisation s
  where ${WAY} = 're-review-bodies' and s.kind = 'hrss' and s.level = 'province'
    and not jsonb_path_exists(c.plan, '$.stages[*] ? (@.kind == "re-review").tasks[*]')
  union
  select o.id, true where ${WAY} = 'own')`;

/** What the rule says of the body's kind and level, as an SQL expression. */
const WAY = sql`(case ${sql.join(
  codes(ORGANISATION_KINDS).flatMap((kind) =>
    codes(LEVELS).map(
      (level) =>
        sql`when o.kind = ${sql.lit(kind)} and o.level = ${sql.lit(level)} then ${sql.lit(wayUp(kind, level))}`,
    ),
  ),
  sql` `,
)} end)`;

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
