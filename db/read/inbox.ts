import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import type { Bounded, TaskSummary, TasksPage, tasksQuery } from '../../contract/tasks.ts';
import { workingDaysBetween } from '../../rules/calendar.ts';
import { CHINA } from '../../rules/holidays.ts';
import { warningLimits, warningOf } from '../../rules/overdue.ts';
import type { Outcome } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { servingIn, stoodInBy } from '../held.ts';
import type { TaskRow } from '../schema.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { type Pool, poolsOf, type Scope } from './scope.ts';

/**
 * A page of the inbox. A pool's page is one range of the index `task_pool` and no join: a task carries what the page shows. Somebody
 * with several pools gets a merge of as many ranges, each cut at the page's length; so does what people hold who have left the pool
 * (index `task_held`) or are on leave with the caller as stand-in (代理). A claim the caller stepped back from (回避), or one of a relative,
 * is not listed to them. 抄送 is what was copied to the caller or their bodies. The count stops at 1,001.
 */

export type InboxQuery = Omit<z.output<typeof tasksQuery>, 'after'> & { after: Cursor | null; today: string };

/** What narrows a box. */
export type Filters = Pick<InboxQuery, 'box' | 'stage' | 'form' | 'organisation' | 'overdue' | 'q' | 'today'>;

export const COUNT_LIMIT = 1000;

export const bound = (found: number): Bounded => ({ value: Math.min(found, COUNT_LIMIT), more: found > COUNT_LIMIT });

export async function readInbox(db: Db, scope: Scope, asked: InboxQuery): Promise<TasksPage> {
  const [page, count] = await Promise.all([
    pageOfBox(db, scope, asked),
    asked.count === 'true' ? countBox(db, scope, asked) : null,
  ]);
  return { ...page, count };
}

function pageOfBox(db: Db, scope: Scope, asked: InboxQuery): Promise<Omit<TasksPage, 'count'>> {
  switch (asked.box) {
    case 'done':
      return donePage(db, scope, asked);
    case 'cc':
      return copiedPage(db, scope, asked);
    case 'todo':
    case 'mine':
      return openPage(db, scope, asked);
  }
}

type Row = Omit<TaskRow, 'assignee_id' | 'claimed_at' | 'ended_at' | 'stage_seq' | 'standing_in_for'> & {
  outcome: Outcome | null;
  decided_at: Date | null;
  sort_key: string;
  sort_id: string;
};

const COLUMNS = sql`t.id, t.claim_id, t.stage_kind, t.organisation_id, t.capacity, t.state, t.opened_at, t.due_on,
  t.declarant_id, t.declarant_name, t.employer_name, t.claim_number, t.year, t.form, t.title, t.claimed_hundredths, t.version, t.nudged_at, t.urged_at`;

async function openPage(db: Db, scope: Scope, asked: InboxQuery): Promise<Omit<TasksPage, 'count'>> {
  const after = asked.after ? sql`and (t.due_on, t.id) > (${asked.after.key}::date, ${asked.after.id}::uuid)` : sql``;
  const ranges = rangesOf(scope, asked).map(
    (range) => sql`(
      select ${COLUMNS}, null as outcome, null::timestamptz as decided_at, t.due_on::text as sort_key, t.id as sort_id
      from task t where ${range} ${after} ${filters(asked)}
      order by t.due_on, t.id limit ${asked.limit + 1})`,
  );
  if (ranges.length === 0) return { items: [], next: null };
  const { rows } = await sql<Row>`
    ${sql.join(ranges, sql` union all `)} ${ranges.length > 1 ? sql`order by due_on, id limit ${asked.limit + 1}` : sql``}`.execute(
    db,
  );
  return pageFrom(rows, scope, asked);
}

/** What the caller decided, the latest first; a rejection they overturned (复核) is no task of theirs. */
async function donePage(db: Db, scope: Scope, asked: InboxQuery): Promise<Omit<TasksPage, 'count'>> {
  const after = asked.after
    ? sql`and (d.decided_at, d.id) < (${asked.after.key}::timestamptz, ${asked.after.id}::uuid)`
    : sql``;
  const { rows } = await sql<Row>`
    select ${COLUMNS}, d.outcome, d.decided_at, d.decided_at::text as sort_key, d.id as sort_id
    from decision d join task t on t.id = d.task_id
    where d.decided_by = ${scope.personId} and d.organisation_id = t.organisation_id and d.superseded_at is null ${after} ${narrowing(asked)} ${filters(asked)}
    order by d.decided_at desc, d.id desc limit ${asked.limit + 1}`.execute(db);
  return pageFrom(rows, scope, asked);
}

/** What was copied to the caller, or to a body they review at, the latest first. */
async function copiedPage(db: Db, scope: Scope, asked: InboxQuery): Promise<Omit<TasksPage, 'count'>> {
  const after = asked.after
    ? sql`and (k.copied_at, k.id) < (${asked.after.key}::timestamptz, ${asked.after.id}::uuid)`
    : sql``;
  const ranges = copiesTo(scope).map(
    (to) => sql`(
      select ${COLUMNS}, null as outcome, null::timestamptz as decided_at, k.copied_at::text as sort_key, k.id as sort_id, k.copied_at
      from claim_copy k join task t on t.id = k.task_id
      where ${to} ${after} ${narrowing(asked)} ${filters(asked)} order by k.copied_at desc, k.id desc limit ${asked.limit + 1})`,
  );
  const { rows } = await sql<Row>`
    select * from (${sql.join(ranges, sql` union all `)}) k order by copied_at desc, sort_id desc limit ${asked.limit + 1}`.execute(
    db,
  );
  return pageFrom(rows, scope, asked);
}

/** The copies `k` for the caller: to them, and to each body they review at; a declarant gets no copy of their own claim. */
export const copiesTo = (scope: Scope): RawBuilder<unknown>[] => [
  sql`k.to_person_id = ${scope.personId}`,
  ...[...new Set(poolsOf(scope).map((pool) => pool.organisationId))].map(
    (id) =>
      sql`k.to_organisation_id = ${id} and exists (select from claim c where c.id = k.claim_id and c.person_id <> ${scope.personId})`,
  ),
];

async function countBox(db: Db, scope: Scope, asked: InboxQuery): Promise<Bounded> {
  const { rows } = await sql<{ found: number }>`select ${found(scope, asked)} as found`.execute(db);
  return bound(rows[0]?.found ?? 0);
}

/** How many tasks the filters leave, as an SQL expression: exact up to the limit, and no dearer however much waits. */
export function found(scope: Scope, asked: Filters): RawBuilder<number> {
  const limit = COUNT_LIMIT + 1;
  const parts =
    asked.box === 'cc'
      ? copiesTo(scope).map(
          (to) =>
            sql`(select 1 from claim_copy k join task t on t.id = k.task_id where ${to} ${narrowing(asked)} ${filters(asked)} limit ${limit})`,
        )
      : asked.box === 'done'
        ? [
            sql`(select 1 from decision d join task t on t.id = d.task_id
            where d.decided_by = ${scope.personId} and d.organisation_id = t.organisation_id and d.superseded_at is null ${narrowing(asked)} ${filters(asked)} limit ${limit})`,
          ]
        : rangesOf(scope, asked).map(
            (range) => sql`(select 1 from task t where ${range} ${filters(asked)} limit ${limit})`,
          );
  return parts.length === 0
    ? sql<number>`0`
    : sql<number>`(select count(*)::int from (${sql.join(parts, sql` union all `)}) as bounded)`;
}

/** The index ranges of a box: each pool the caller serves, or what they have claimed. */
function rangesOf(scope: Scope, asked: Filters): RawBuilder<unknown>[] {
  if (asked.box === 'mine') return [sql`t.assignee_id = ${scope.personId} and t.state = 'claimed' ${narrowing(asked)}`];
  return poolsOf(scope)
    .filter((pool) => isAsked(pool, asked))
    .flatMap((pool) => todoRanges(pool, scope, asked.today));
}

/** What waits in a pool: its open tasks, and those whose holder has left it or is stood in for by the caller. Each is one index range. */
export function todoRanges(pool: Pool, scope: Pick<Scope, 'personId'>, today: string): RawBuilder<unknown>[] {
  const of = sql`t.organisation_id = ${pool.organisationId} and t.stage_kind = ${pool.stage}
    and t.claim_id <> all (array(select r.claim_id from claim_recusal r where r.person_id = ${scope.personId}))
    and t.declarant_id <> all (array(
      select case when r.person_id = ${scope.personId} then r.other_id else r.person_id end from declared_relation r
      where r.ended_at is null and r.other_id is not null and ${scope.personId} in (r.person_id, r.other_id)))`;
  const here = { organisation_id: pool.organisationId, stage_kind: pool.stage };
  const freed = sql`(t.assignee_id <> all (${servingIn(here, today)}) or t.assignee_id = any (${stoodInBy(scope.personId, here, today)}))`;
  return [sql`${of} and t.state = 'open'`, sql`${of} and t.state = 'claimed' and ${freed}`];
}

const isAsked = (pool: Pool, asked: Filters): boolean =>
  (asked.stage === undefined || asked.stage === pool.stage) &&
  (asked.organisation === undefined || asked.organisation === pool.organisationId);

/** Stage and organisation, where a pool does not already say them. */
const narrowing = (asked: Filters): RawBuilder<unknown> => sql`
  ${asked.stage ? sql`and t.stage_kind = ${asked.stage}` : sql``}
  ${asked.organisation ? sql`and t.organisation_id = ${asked.organisation}` : sql``}`;

function filters({ form, overdue, q, today }: Filters): RawBuilder<unknown> {
  const like = `%${(q ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  const number = q !== undefined && /^\d{1,15}$/.test(q) ? sql`or t.claim_number = ${Number(q)}::bigint` : sql``;
  return sql`
    ${form ? sql`and t.form = ${form}` : sql``}
    ${overdue === 'true' ? sql`and t.due_on < ${today}::date` : sql``}
    ${overdue === 'false' ? sql`and t.due_on >= ${today}::date` : sql``}
    ${q ? sql`and (t.declarant_name ilike ${like} or t.employer_name ilike ${like} or t.title ilike ${like} ${number})` : sql``}`;
}

function pageFrom(found: Row[], scope: Scope, asked: InboxQuery): Omit<TasksPage, 'count'> {
  const { rows, next } = pageOf(found, asked.limit, (r) => ({ key: r.sort_key, id: r.sort_id }));
  // In 待办 a task whose holder has left is as good as open.
  const shown = asked.box === 'todo' ? rows.map((row) => ({ ...row, state: 'open' as const })) : rows;
  return { items: shown.map((row) => asSummary(row, scope, asked.today)), next };
}

/** A task's row as its line in the inbox. */
export function asSummary(
  row: Omit<Row, 'sort_key' | 'sort_id'>,
  scope: Pick<Scope, 'personId'>,
  today: string,
): TaskSummary {
  const isUnfinished = row.state === 'open' || row.state === 'claimed';
  return {
    id: row.id,
    claimId: row.claim_id,
    claimNumber: row.claim_number,
    stage: row.stage_kind,
    organisationId: row.organisation_id,
    capacity: row.capacity,
    state: row.state,
    dueOn: row.due_on,
    overdue: row.due_on < today && isUnfinished,
    workingDaysLeft: isUnfinished ? workingDaysBetween(today, row.due_on, CHINA) : null,
    warning: isUnfinished ? warningOf(row.due_on, warningLimits(today)) : null,
    openedAt: row.opened_at.toISOString(),
    declarantName: row.declarant_name,
    employerName: row.employer_name,
    year: row.year,
    form: row.form,
    title: row.title,
    claimedHundredths: row.claimed_hundredths,
    version: row.version,
    nudgedAt: row.nudged_at?.toISOString() ?? null,
    urgedAt: row.urged_at?.toISOString() ?? null,
    own: row.declarant_id === scope.personId,
    outcome: row.outcome,
    decidedAt: row.decided_at?.toISOString() ?? null,
  };
}
