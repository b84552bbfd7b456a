import { type RawBuilder, sql } from 'kysely';
import type { Bounded, TaskCounts } from '../../contract/tasks.ts';
import type { Db } from '../connect.ts';
import { bound, COUNT_LIMIT, copiesTo, todoRanges } from './inbox.ts';
import { poolsOf, type Scope } from './scope.ts';

const LIMIT = COUNT_LIMIT + 1;

/** How much lies in each box and pool: exact up to a thousand, in one statement. */
export async function readCounts(db: Db, scope: Scope, today: string): Promise<TaskCounts> {
  const pools = poolsOf(scope);
  const parts = pools.map((pool, index) => {
    const ranges = todoRanges(pool, scope, today);
    return sql`select ${index}::int as pool, ${countOf(ranges)} as todo, ${countOf(ranges, sql`and t.due_on < ${today}::date`)} as overdue`;
  });
  const own = sql`
    select -1 as pool,
      (select count(*)::int from (select 1 from task where assignee_id = ${scope.personId} and state = 'claimed' limit ${LIMIT}) x) as todo,
      (select count(*)::int from (
        select 1 from decision d join task t on t.id = d.task_id and t.organisation_id = d.organisation_id
        where d.decided_by = ${scope.personId} and d.superseded_at is null limit ${LIMIT}) x) as overdue`;
  const copied = sql`
    select -2 as pool, (select count(*)::int from (${sql.join(
      copiesTo(scope).map((to) => sql`(select 1 from claim_copy k where ${to} limit ${LIMIT})`),
      sql` union all `,
    )}) x) as todo, 0 as overdue`;
  const { rows } = await sql<{ pool: number; todo: number; overdue: number }>`
    ${sql.join([own, copied, ...parts], sql` union all `)}`.execute(db);
  const of = (index: number) => rows.find((r) => r.pool === index) ?? { todo: 0, overdue: 0 };
  const counted = pools.map((pool, index) => ({
    ...pool,
    todo: bound(of(index).todo),
    overdue: bound(of(index).overdue),
  }));
  return {
    todo: together(counted.map((pool) => pool.todo)),
    mine: bound(of(-1).todo),
    done: bound(of(-1).overdue),
    cc: bound(of(-2).todo),
    overdue: together(counted.map((pool) => pool.overdue)),
    pools: counted,
  };
}

/** Each range is cut at the limit, so that the count costs no more however much waits. */
const countOf = (ranges: RawBuilder<unknown>[], also: RawBuilder<unknown> = sql``): RawBuilder<number> => sql`(
  select count(*)::int from (${sql.join(
    ranges.map((range) => sql`(select 1 from task t where ${range} ${also} limit ${LIMIT})`),
    sql` union all `,
  )}) x)`;

const together = (counts: Bounded[]): Bounded => {
  const sum = bound(counts.reduce((total, count) => total + count.value, 0));
  return { value: sum.value, more: sum.more || counts.some((count) => count.more) };
};
