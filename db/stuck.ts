import { type RawBuilder, sql } from 'kysely';
import { legalDay } from '../rules/calendar.ts';
import { REVIEW_BASIS } from '../rules/overdue.ts';
import type { Db } from './connect.ts';
import { roleOf } from './overdue.ts';

/**
 * Open stages that nobody may decide (滞留): no body, an empty pool, or a pool in which everybody is the declarant, related, recused, or has
 * acted at another stage or for another body of this one. Recorded and told to those who can mend it; never approved by default. What has
 * been mended meanwhile ends.
 * @param claimId one claim alone; all when not given
 * @returns how many were found now
 */
export async function recordStuck(
  db: Db,
  { claimId, now = new Date() }: { claimId?: string; now?: Date } = {},
): Promise<number> {
  const today = legalDay(now.toISOString());
  const only = (column: string): RawBuilder<unknown> =>
    claimId === undefined ? sql`` : sql`and ${sql.ref(column)} = ${claimId}`;
  const { rows } = await sql<{ n: number }>`
    with stuck as (
      select t.claim_id, t.stage_seq, t.id as task_id, t.organisation_id,
        case when exists (select from role_holding h left join account a on a.person_id = h.person_id where ${inPool(today)})
          then 'nobody-eligible' else 'empty-pool' end as cause
      from task t where t.state in ('open', 'claimed') ${only('t.claim_id')} and not exists (
        select from role_holding h left join account a on a.person_id = h.person_id where ${inPool(today)} and ${mayDecide})
      union all
      select s.claim_id, s.seq, null, null, 'no-body' from stage s
      where s.settled_at is null ${only('s.claim_id')} and not exists (select from task t where t.claim_id = s.claim_id and t.stage_seq = s.seq)),
    ended as (
      update stuck_stage x set ended_at = ${now} where x.ended_at is null ${only('x.claim_id')} and not exists (
        select from stuck n where n.claim_id = x.claim_id and n.stage_seq = x.stage_seq and n.task_id is not distinct from x.task_id)),
    found as (
      insert into stuck_stage (claim_id, stage_seq, task_id, organisation_id, cause, found_at)
      select claim_id, stage_seq, task_id, organisation_id, cause, ${now} from stuck
      on conflict do nothing returning *),
    audited as (
      insert into audit (organisation_id, action, subject_kind, subject_id, detail)
      select organisation_id, 'claim.stuck', 'claim', claim_id::text,
        jsonb_build_object('actor', 'system', 'article', ${REVIEW_BASIS}::text, 'cause', cause, 'stage', stage_seq) from found),
    told as (
      insert into notice (person_id, kind, key, detail)
      select h.person_id, 'stage-stuck', coalesce(f.organisation_id, 'none') || '/' || min(f.id::text),
        jsonb_build_object('organisation', coalesce(min(o.name), ''), 'count', count(*)::int, 'path', '/admin/stuck')
      from found f left join organisation o on o.id = f.organisation_id
      join role_holding h on h.role = 'administrator' and h.organisation_id in (f.organisation_id, ${PROVINCE_HRSS})
        and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)
      group by h.person_id, f.organisation_id on conflict do nothing)
    select count(*)::int as n from found`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Who grants administrators, where a body has none (Art. 8). */
const PROVINCE_HRSS = 'hrss-420000';

/** Whether the holding `h` serves the pool of the task `t` on the day. */
const inPool = (today: string): RawBuilder<unknown> => sql`
  h.organisation_id = t.organisation_id and h.role = ${roleOf(sql.ref('t.stage_kind'))} and a.disabled_at is null
  and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)`;

/** Whether its holder may decide it (Arts. 14, 23). Co-authors are known when they act; they recuse. */
const mayDecide = sql`
  h.person_id <> t.declarant_id
  and not exists (select from claim_recusal r where r.claim_id = t.claim_id and r.person_id = h.person_id)
  and not exists (select from declared_relation r where r.ended_at is null
                  and (r.person_id, r.other_id) in ((h.person_id, t.declarant_id), (t.declarant_id, h.person_id)))
  and not exists (select from reviewer_of_claim r where r.claim_id = t.claim_id and r.person_id = h.person_id and r.stage_kind <> t.stage_kind)
  and not exists (select from decision d where d.claim_id = t.claim_id and d.stage_seq = t.stage_seq and d.decided_by = h.person_id
                  and d.superseded_at is null)`;
