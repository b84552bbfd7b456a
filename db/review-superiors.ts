import { type RawBuilder, sql } from 'kysely';
import { superiorOf } from '../rules/overdue.ts';
import { codes, LEVELS, ORGANISATION_KINDS } from '../rules/vocabulary.ts';

/**
 * The superior bodies of the body `o` that has a task of the claim `c` of a statement, as rows (id, own): a lateral subquery. Where
 * nobody stands one level up in the trade, the level above it does, or the HRSS authority (Art. 8).
 */
export const superiorsOf = (): RawBuilder<unknown> => sql`(
  select up.id, false as own from (
    select coalesce(
      (select s.id from organisation s, region r left join region p on p.code = r.parent_code
       where r.code = o.region_code and s.kind = o.kind and s.industry_code is not distinct from o.industry_code
         and s.region_code in (r.parent_code, p.parent_code) and s.closed_on is null
       order by s.region_code = r.parent_code desc limit 1),
      (select s.id from organisation s join region r on r.parent_code = s.region_code
       where r.code = o.region_code and s.kind = 'hrss' and s.closed_on is null)) as id) up
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
        sql`when o.kind = ${sql.lit(kind)} and o.level = ${sql.lit(level)} then ${sql.lit(superiorOf(kind, level))}`,
    ),
  ),
  sql` `,
)} end)`;
