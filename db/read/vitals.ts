import { sql } from 'kysely';
import { legalDay } from '../../rules/calendar.ts';
import type { StageKind } from '../../rules/vocabulary.ts';
import { isAhead, isOlder, isWithin } from '../clock.ts';
import type { Db } from '../connect.ts';

/** What the record says of how the system is, in numbers alone: for the metrics of each process, and nothing in it names anybody. */
export type Vitals = {
  outbox: { task: string; waiting: number; failing: number; dead: number; oldestSeconds: number }[];
  stages: { stage: StageKind; open: number; claimed: number; overdue: number; oldestSeconds: number }[];
  stuck: { cause: string; count: number }[];
  undelivered: { channel: string; count: number }[];
  /** Claims with an act that no workflow has applied for half a minute: the sweep rings again for them. */
  unappliedClaims: number;
  /** Age of the oldest audit row that no seal covers; 0 when all are sealed. */
  unsealedSeconds: number;
  workers: number;
  /** Since a worker spoke, since Temporal's store answered one, since a canary workflow came to its end; null: never. */
  heardSeconds: { worker: number | null; temporal: number | null; workflows: number | null };
  databaseBytes: number;
  /** How far this process's clock is ahead of the database's (behind: negative), to the time a question takes. */
  clockAheadSeconds: number;
};

/** Counts of open things only, each on an index of open things, so that asking every few seconds costs milliseconds. */
export async function readVitals(db: Db, now = new Date()): Promise<Vitals> {
  const [outbox, stages, stuck, undelivered, rest] = await Promise.all([
    outboxOf(db),
    stagesOf(db, legalDay(now.toISOString())),
    stuckOf(db),
    undeliveredOf(db),
    restOf(db),
  ]);
  return { outbox, stages, stuck, undelivered, ...rest };
}

/** A job that waits for its time is no lag; one that failed is, whenever it is tried next. */
async function outboxOf(db: Db): Promise<Vitals['outbox']> {
  const { rows } = await sql<Vitals['outbox'][number]>`
    select task_identifier as task, count(*) filter (where attempts < max_attempts)::int as waiting,
      count(*) filter (where attempts > 0 and attempts < max_attempts)::int as failing,
      count(*) filter (where attempts >= max_attempts)::int as dead,
      coalesce(extract(epoch from now() - min(created_at) filter (where run_at <= now() or attempts > 0)), 0)::float8 as "oldestSeconds"
    from graphile_worker.jobs group by task_identifier`.execute(db);
  return rows;
}

async function stagesOf(db: Db, today: string): Promise<Vitals['stages']> {
  const { rows } = await sql<Vitals['stages'][number]>`
    select stage_kind as stage, count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'claimed')::int as claimed,
      count(*) filter (where due_on < ${today}::date)::int as overdue, extract(epoch from now() - min(opened_at))::float8 as "oldestSeconds"
    from task where state in ('open', 'claimed') group by stage_kind`.execute(db);
  return rows;
}

/** Stages that nobody may decide, and what the reconciliation found and does not yet see mended. */
async function stuckOf(db: Db): Promise<Vitals['stuck']> {
  const { rows } = await sql<Vitals['stuck'][number]>`
    select cause, count(*)::int as count from stuck_stage where ended_at is null group by cause
    union all
    select class, count(*)::int from stuck_finding where resolved_at is null group by class`.execute(db);
  return rows;
}

async function undeliveredOf(db: Db): Promise<Vitals['undelivered']> {
  const { rows } = await sql<Vitals['undelivered'][number]>`
    select channel, count(*)::int as count from notice_delivery
    where state = 'failed' and at > now() - interval '1 day' group by channel`.execute(db);
  return rows;
}

type Rest = Pick<
  Vitals,
  'unappliedClaims' | 'unsealedSeconds' | 'workers' | 'heardSeconds' | 'databaseBytes' | 'clockAheadSeconds'
>;
type Row = Omit<Rest, 'heardSeconds' | 'clockAheadSeconds'> & Vitals['heardSeconds'] & { now: Date };

async function restOf(db: Db): Promise<Rest> {
  const asked = Date.now();
  const { rows } = await sql<Row>`
    select (select count(*)::int from claim where applied_seq < act_seq and ${isOlder('updated_at', '30 seconds')}) as "unappliedClaims",
      coalesce((select extract(epoch from now() - min(at)) from audit
                where id > coalesce((select last_id from audit_seal order by seq desc limit 1), 0)), 0)::float8 as "unsealedSeconds",
      (select count(*)::int from heartbeat where ${isWithin('at', '15 seconds')}) as workers,
      extract(epoch from now() - (select max(at) from heartbeat where not ${isAhead('at')}))::float8 as worker,
      extract(epoch from now() - (select max(temporal_at) from heartbeat where not ${isAhead('temporal_at')}))::float8 as temporal,
      extract(epoch from now() - (select max(worked_at) from heartbeat where not ${isAhead('worked_at')}))::float8 as workflows,
      pg_database_size(current_database())::float8 as "databaseBytes", clock_timestamp() as now`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('a select without a table gives one row');
  const { worker, temporal, workflows, now, ...rest } = row;
  const clockAheadSeconds = ((asked + Date.now()) / 2 - now.getTime()) / 1_000;
  return { ...rest, clockAheadSeconds, heardSeconds: { worker, temporal, workflows } };
}
