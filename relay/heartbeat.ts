import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import { askTemporal } from './canary.ts';
import type { RelayLog } from './relay.ts';

/** The worker's word that it serves, for readiness (db/read/health): one row a worker, with the last time Temporal's store answered it. */

type HeartbeatDeps = { db: Db; client: Client; isServing: () => boolean; log: RelayLog };

const EVERY_MS = 5_000;
const FORGOTTEN_AFTER = '1 day';

export function startHeartbeat(deps: HeartbeatDeps): { stop(): Promise<void> } {
  const worker = `${hostname()}:${process.pid}`;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let beating = Promise.resolve();
  const next = (): void => {
    beating = beat(deps, worker).finally(() => {
      if (!isStopped) timer = setTimeout(next, EVERY_MS);
    });
  };
  next();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await beating;
      await forget(deps, worker);
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

/** A worker that stops in order says so at once; rows of those that died are cleared away with it. */
async function forget({ db, log }: HeartbeatDeps, worker: string): Promise<void> {
  try {
    await sql`delete from heartbeat where worker = ${worker} or at < now() - ${FORGOTTEN_AFTER}::interval`.execute(db);
  } catch (error) {
    log('warning', 'the heartbeat could not be taken back', { error });
  }
}
