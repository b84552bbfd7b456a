import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { isOlder, isWithin } from '../db/clock.ts';
import type { Db } from '../db/connect.ts';
import { askTemporal, runCanary } from './canary.ts';
import type { RelayLog } from './relay.ts';

/** The worker's word that it serves, for readiness (db/read/health): one row a worker, with the last time Temporal's store answered it, and a canary came to its end. */

type HeartbeatDeps = { db: Db; client: Client; taskQueue: string; isServing: () => boolean; log: RelayLog };

const EVERY_MS = 5_000;
/** A canary each ten seconds, by whichever worker comes first. */
const CANARY_MS = 2_000;
const FORGOTTEN_AFTER = '1 day';

export function startHeartbeat(deps: HeartbeatDeps): { stop(): Promise<void> } {
  const worker = `${hostname()}:${process.pid}`;
  // Apart: a canary that does not come back must not keep the worker from saying that it runs.
  const turns = [again(EVERY_MS, () => beat(deps, worker)), again(CANARY_MS, () => proveWork(deps, worker))];
  return {
    stop: async () => {
      await Promise.all(turns.map((turn) => turn.stop()));
      await forget(deps, worker);
    },
  };
}

/** Does the work, and again so long after its end. */
function again(everyMs: number, work: () => Promise<void>): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let working = Promise.resolve();
  const next = (): void => {
    working = work().finally(() => {
      if (!isStopped) timer = setTimeout(next, everyMs);
    });
  };
  next();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}

async function beat({ db, client, isServing, log }: HeartbeatDeps, worker: string): Promise<void> {
  if (!isServing()) return;
  const isTemporalUp = await askTemporal(client).then(
    () => true,
    (error: unknown) => {
      log('warning', 'Temporal does not answer', { error });
      return false;
    },
  );
  try {
    await sql`
      insert into heartbeat as h (worker, at, temporal_at)
      values (${worker}, now(), case when ${isTemporalUp}::boolean then now() end)
      on conflict (worker) do update set at = excluded.at, temporal_at = coalesce(excluded.temporal_at, h.temporal_at)`.execute(
      db,
    );
  } catch (error) {
    log('warning', 'the heartbeat could not be written', { error });
  }
}

/** Unless another worker has proved it just now: a task queue's canary may be answered by any of them. */
async function proveWork({ db, client, taskQueue, isServing, log }: HeartbeatDeps, worker: string): Promise<void> {
  if (!isServing()) return;
  try {
    const { rows } = await sql`select from heartbeat where ${isWithin('worked_at', '10 seconds')} limit 1`.execute(db);
    if (rows.length > 0) return;
    await runCanary(client, taskQueue);
    await sql`
      insert into heartbeat (worker, at, worked_at) values (${worker}, now(), now())
      on conflict (worker) do update set worked_at = excluded.worked_at`.execute(db);
  } catch (error) {
    log('warning', 'no canary workflow came to its end', { error });
  }
}

/** A worker that stops in order says so at once; rows of those that died are cleared away with it. */
async function forget({ db, log }: HeartbeatDeps, worker: string): Promise<void> {
  try {
    await sql`delete from heartbeat where worker = ${worker} or ${isOlder('at', FORGOTTEN_AFTER)}`.execute(db);
  } catch (error) {
    log('warning', 'the heartbeat could not be taken back', { error });
  }
}
