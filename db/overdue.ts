import { type RawBuilder, sql } from 'kysely';
import { addDays, calendarVersion } from '../rules/calendar.ts';
import { stageDueOn } from '../rules/deadlines.ts';
import { CHINA } from '../rules/holidays.ts';
import { REVIEW_BASIS, warningLimits } from '../rules/overdue.ts';
import { ROLE_OF_STAGE } from '../rules/stages.ts';
import { codes, STAGE_KINDS, type StageKind } from '../rules/vocabulary.ts';
import { auditJson } from './audit-detail.ts';
import type { Db } from './connect.ts';
import { superiorsOf } from './superiors.ts';

/** What the system does by itself about late reviews (D-21): it reminds, tells the superior body, and never decides. */

/** Who sees and urges what is escalated to their body; at a body of the province that is late itself, its supervisors. */
export const SUPERIOR_ROLES = ['re-reviewer', 'filing-officer', 'supervisor', 'administrator'] as const;
export const OWN_SUPERIOR_ROLES = ['supervisor', 'administrator'] as const;

/**
 * The day's reminders, however many tasks there are in one statement: a warning is written once a task and kind, and only what was written
 * now is told, in one notice a person, pool and kind. A body that was not reminded in time (the relay was away) gets the present warning only.
 * @returns how many tasks were warned of
 */
export async function remindOfReviews(db: Db, today: string): Promise<number> {
  const { dueSoonUntil, escalatedUntil } = warningLimits(today);
  const { rows } = await sql<{ n: number }>`
    with due as (
      select t.*, case when t.due_on <= ${escalatedUntil}::date then 'escalated' when t.due_on < ${today}::date then 'overdue'
                       else 'due-soon' end as warning
      from task t where t.state in ('open', 'claimed') and t.due_on <= ${dueSoonUntil}::date),
    marked as (
      insert into task_warning (task_id, warning, warned_on) select id, warning, ${today}::date from due
      on conflict do nothing returning task_id, warning),
    fresh as (select d.* from due d join marked m on m.task_id = d.id and m.warning = d.warning),
    escalated as (
      insert into escalation (task_id, claim_id, organisation_id, own, escalated_on)
      select f.id, f.claim_id, s.id, s.own, ${today}::date
      from fresh f join claim c on c.id = f.claim_id join organisation o on o.id = f.organisation_id cross join lateral ${superiorsOf()} s
      where f.warning = 'escalated' on conflict do nothing returning task_id, claim_id, organisation_id, own),
    ${poolTold(today)}, ${superiorTold(today)},
    line as (
      insert into timeline (claim_id, at, kind, organisation_id, stage_seq, detail)
      select e.claim_id, clock_timestamp(), 'escalated', e.organisation_id, f.stage_seq, jsonb_build_object('dueOn', f.due_on)
      from escalated e join fresh f on f.id = e.task_id order by e.claim_id),
    audited as (
      insert into audit (organisation_id, action, subject_kind, subject_id, detail)
      select organisation_id, 'task.' || warning, 'task', id::text,
        ${auditJson({ actor: 'system', article: REVIEW_BASIS, interpretation: 'D-21' })}::jsonb || jsonb_build_object('dueOn', due_on)
      from fresh)
    select count(*)::int as n from fresh`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Those who serve the pool and are not on leave; their stand-ins serve it too. Nobody hears of a claim they stepped back from. */
const poolTold = (today: string): RawBuilder<unknown> => sql`
  pool_told as (
    insert into notice (person_id, kind, key, detail)
    select h.person_id, 'review-' || f.warning, f.organisation_id || '/' || f.stage_kind || '/' || ${today}::text || '/' || min(f.id::text),
      jsonb_build_object('organisation', min(o.name), 'stage', ${labelOf(sql.ref('f.stage_kind'))}, 'count', count(*)::int, 'path', '/inbox')
    from fresh f join organisation o on o.id = f.organisation_id
    join role_holding h on h.organisation_id = f.organisation_id and h.role = ${roleOf(sql.ref('f.stage_kind'))} and ${holds(today)}
    where h.person_id <> f.declarant_id
      and not exists (select from claim_recusal r where r.claim_id = f.claim_id and r.person_id = h.person_id)
      and not exists (select from leave l where l.person_id = h.person_id and l.organisation_id = h.organisation_id and l.role = h.role
                      and l.cancelled_at is null and l.from_on <= ${today}::date and l.until_on >= ${today}::date)
    group by h.person_id, f.organisation_id, f.stage_kind, f.warning
    on conflict do nothing)`;

const superiorTold = (today: string): RawBuilder<unknown> => sql`
  superior_told as (
    insert into notice (person_id, kind, key, detail)
    select h.person_id, 'review-to-urge', e.organisation_id || '/' || ${today}::text || '/' || min(e.task_id::text),
      jsonb_build_object('organisation', min(o.name), 'count', count(distinct e.task_id)::int, 'path', '/escalations')
    from escalated e join organisation o on o.id = e.organisation_id
    join role_holding h on h.organisation_id = e.organisation_id and ${holds(today)}
      and h.role = any (case when e.own then ${sql.val([...OWN_SUPERIOR_ROLES])}::text[] else ${sql.val([...SUPERIOR_ROLES])}::text[] end)
    group by h.person_id, e.organisation_id on conflict do nothing)`;

const holds = (today: string): RawBuilder<unknown> =>
  sql`h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)`;

/** The role that decides at a stage, as SQL of the stage's column. */
export const roleOf = (stage: RawBuilder<unknown>): RawBuilder<string> => byStage(stage, (kind) => ROLE_OF_STAGE[kind]);
const labelOf = (stage: RawBuilder<unknown>): RawBuilder<string> => byStage(stage, (kind) => STAGE_KINDS[kind]);

const byStage = (stage: RawBuilder<unknown>, word: (kind: StageKind) => string): RawBuilder<string> =>
  sql<string>`(case ${stage} ${sql.join(
    codes(STAGE_KINDS).map((kind) => sql`when ${sql.lit(kind)} then ${sql.lit(word(kind))}`),
    sql` `,
  )} end)`;

/**
 * Stand-ins hear once a day what has come to the pools of those they stand in for.
 * @returns how many stand-ins were told
 */
export async function tellStandIns(db: Db, today: string): Promise<number> {
  const { rows } = await sql`
    insert into notice (person_id, kind, key, detail)
    select l.stand_in_id, 'stand-in-tasks', l.id || '/' || ${today}::text,
      jsonb_build_object('person', min(p.name), 'organisation', min(o.name), 'count', count(*)::int, 'path', '/inbox')
    from leave l join person p on p.id = l.person_id join organisation o on o.id = l.organisation_id
    join task t on t.organisation_id = l.organisation_id and ${roleOf(sql.ref('t.stage_kind'))} = l.role and t.state = 'open'
      and t.opened_at >= ${addDays(today, -1)}::date::timestamp at time zone 'Asia/Shanghai'
    where l.cancelled_at is null and l.from_on <= ${today}::date and l.until_on >= ${today}::date and t.declarant_id <> l.stand_in_id
    group by l.id on conflict do nothing returning person_id`.execute(db);
  return rows.length;
}

/**
 * Due dates that were counted before a year's holidays were known are counted again with the calendar there is: open stages and their
 * waiting tasks. Each keeps the version it was counted by, so a second run finds nothing.
 * @returns how many stages were changed
 */
export async function recountDueDates(db: Db): Promise<number> {
  const { rows: kinds } = await sql<{ kind: StageKind; opened_on: string; due_on: string; calendar: string }>`
    select distinct kind, (opened_at at time zone 'Asia/Shanghai')::date::text as opened_on, due_on::text as due_on, calendar
    from stage where settled_at is null and calendar like '%+weekends-only:%'`.execute(db);
  const changes = kinds.flatMap((was) => {
    const now = stageDueOn(was.kind, was.opened_on);
    const isSame = now.calendar === was.calendar || calendarVersion(was.opened_on, was.due_on, CHINA) === was.calendar;
    return isSame ? [] : [{ ...was, now_on: now.dueOn, now_calendar: now.calendar }];
  });
  if (changes.length === 0) return 0;
  const { rows } = await sql<{ n: number }>`
    with change as (
      select * from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
        as x(kind text, opened_on date, due_on date, calendar text, now_on date, now_calendar text)),
    recounted as (
      update stage s set due_on = x.now_on, calendar = x.now_calendar from change x
      where s.settled_at is null and s.kind = x.kind and s.calendar = x.calendar and s.due_on = x.due_on
        and (s.opened_at at time zone 'Asia/Shanghai')::date = x.opened_on
      returning s.claim_id, s.seq, s.due_on),
    moved as (
      update task t set due_on = r.due_on from recounted r
      where t.claim_id = r.claim_id and t.stage_seq = r.seq and t.state in ('open', 'claimed')),
    audited as (
      insert into audit (action, subject_kind, subject_id, detail)
      select 'claim.due-date-recounted', 'claim', claim_id::text, jsonb_build_object('actor', 'system', 'article', '14', 'dueOn', due_on)
      from recounted)
    select count(*)::int as n from recounted`.execute(db);
  return rows[0]?.n ?? 0;
}
