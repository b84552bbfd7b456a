import { type RawBuilder, sql } from 'kysely';
import { WAITING, type Waiting, type WaitingOverview } from '../../contract/overview.ts';
import { codes } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { bound, COUNT_LIMIT } from './inbox.ts';
import type { Scope } from './scope.ts';
import { waitingFor } from './waiting.ts';

const LIMIT = COUNT_LIMIT + 1;

type Row = { kind: Waiting; n: number; late: number; due_today: number; first_on: string | null };

/**
 * What waits for somebody, by all the roles they hold, in one statement: of each kind how much, how much of it is late, and the first day
 * to keep. Each kind is cut at the limit, so that the answer costs no more however much waits.
 */
export async function readOverview(db: Db, scope: Scope, today: string): Promise<WaitingOverview> {
  const sources = waitingFor(scope, today);
  const parts = sources.map(
    ({ kind, rows }) => sql`
    (select ${kind}::text as kind, count(*)::int as n, count(*) filter (where due_on < ${today}::date)::int as late,
       count(*) filter (where due_on = ${today}::date)::int as due_today, min(due_on)::text as first_on
     from (${cut(rows)}) as ${sql.id(kind)})`,
  );
  const found = await sql<Row>`${sql.join(parts, sql` union all `)}`.execute(db);
  const items = codes(WAITING).flatMap((kind) =>
    found.rows
      .filter((row) => row.kind === kind)
      .map((row) => ({
        kind,
        count: bound(row.n),
        late: Math.min(row.late, COUNT_LIMIT),
        dueToday: Math.min(row.due_today, COUNT_LIMIT),
        firstOn: row.first_on,
      })),
  );
  return { today, items };
}

const cut = (rows: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql.join(
    rows.map((part) => sql`(${part} limit ${LIMIT})`),
    sql` union all `,
  );
