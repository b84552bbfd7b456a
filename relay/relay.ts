import type { Client } from '@temporalio/client';
import { type LogFunctionFactory, Logger, parseCronItems, type Runner, run } from 'graphile-worker';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { recordedRing } from '../db/acts/trail.ts';
import type { Db } from '../db/connect.ts';
import { type Courier, sendAtOnce, sendDigests } from './notices.ts';
import { isTemporalAway, ring, ringPayload } from './ring.ts';

/**
 * The relay takes the outbox's jobs to Temporal. Terms: an act is written with its job in one transaction; graphile-worker locks a job,
 * the relay rings, the job is deleted; a failed job waits, longer each time. Three things make that heal fast:
 *   - when Temporal comes back, jobs that failed meanwhile run at once instead of after their wait;
 *   - jobs locked by a relay that was killed are freed when a relay starts, and by the sweep (ringing twice is harmless);
 *   - each minute the sweep rings again for acts that stayed unapplied, and for corrections whose day has passed.
 */
export type RelayDeps = { db: Db; pool: Pool; client: Client; taskQueue: string; log: RelayLog; courier: Courier };
export type RelayLog = (
  level: 'error' | 'warning' | 'info' | 'debug',
  message: string,
  fields?: Record<string, unknown>,
) => void;

export type Relay = { stop(): Promise<void> };

const REPEAT_AFTER = '30 seconds';
const CANARY_MS = 1_000;

/** In UTC: midnight there is eight in the morning in Hubei. */
const TIMETABLE = [
  { task: 'sweep', match: '* * * * *', identifier: 'sweep' },
  { task: 'notices', match: '* * * * *', identifier: 'notices' },
  { task: 'digests', match: '0 0 * * *', identifier: 'digests' },
];

/**
 * Jobs are fetched and deleted together: under load one statement of each kind serves many rings, and a lone ring waits at most 15 ms.
 * A job whose deletion was still to come when its relay died rings twice, which is harmless.
 */
const BATCHES: GraphileConfig.Preset = {
  worker: {
    concurrentJobs: 16,
    // A notification that arrives during a fetch is lost to the delay after it; the poll finds that job.
    pollInterval: 200,
    localQueue: {
      size: 32,
      ttl: 10_000,
      refetchDelay: { durationMs: 10, threshold: 31, maxAbortThreshold: 1_000_000 },
    },
    completeJobBatchDelay: 50,
  },
};

export async function startRelay(deps: RelayDeps): Promise<Relay> {
  await freeAbandonedJobs(deps.db, '5 seconds');
  await hurryWaitingJobs(deps.db);
  const outage = watchForReturn(deps);
  const runner: Runner = await run({
    pgPool: deps.pool,
    noHandleSignals: true,
    preset: BATCHES,
    logger: new Logger(logTo(deps.log)),
    parsedCronItems: parseCronItems(TIMETABLE),
    taskList: {
      ring: async (payload) => {
        try {
          await ring(deps, ringPayload.parse(payload));
        } catch (error) {
          if (isTemporalAway(error)) outage.began();
          throw error;
        }
      },
      sweep: () => sweep(deps.db),
      notices: async () => {
        await sendAtOnce(deps.courier);
      },
      digests: async () => {
        await sendDigests(deps.courier);
      },
    },
  });
  return {
    stop: async () => {
      outage.stop();
      await runner.stop();
    },
  };
}

/** Rings again where an act stayed unapplied or a correction's last day passed unnoticed. */
export async function sweep(db: Db): Promise<void> {
  await freeAbandonedJobs(db, '60 seconds');
  await sql`
    select graphile_worker.add_job('ring', ${recordedRing(sql.ref('late.id'), sql`least(late.applied_seq + 1, late.act_seq)`)},
                                   job_key := 'ring-again:' || id)
    from (
      (select id, applied_seq, act_seq from claim where applied_seq < act_seq and updated_at < now() - ${REPEAT_AFTER}::interval
       order by updated_at limit 1000)
      union
      (select id, applied_seq, act_seq from claim where state = 'correction' and correction_due_at < now() - ${REPEAT_AFTER}::interval
       limit 1000)) late`.execute(db);
}

/** Jobs whose relay died stay locked for hours by default; here nothing runs for so long. */
async function freeAbandonedJobs(db: Db, lockedFor: string): Promise<void> {
  await sql`
    select graphile_worker.force_unlock_workers(array_agg(distinct locked_by))
    from graphile_worker.jobs where locked_at < now() - ${lockedFor}::interval
    having count(*) > 0`.execute(db);
}

async function hurryWaitingJobs(db: Db): Promise<void> {
  await sql`
    select graphile_worker.reschedule_jobs(array_agg(id), run_at := now(), attempts := 0)
    from graphile_worker.jobs
    where task_identifier = 'ring' and attempts > 0 and locked_at is null
    having count(*) > 0`.execute(db);
}

/** After a ring has found Temporal away: asks each second, and on its return lets the waiting jobs run at once. */
function watchForReturn({ db, client, log }: RelayDeps): { began(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const askSoon = (): void => {
    timer = setTimeout(ask, CANARY_MS);
  };
  const ask = (): void => {
    client.connection
      .withDeadline(Date.now() + 3_000, () => client.connection.workflowService.getSystemInfo({}))
      .then(() => hurryWaitingJobs(db))
      .then(
        () => {
          timer = undefined;
          log('info', 'Temporal is back; the waiting rings run now');
        },
        (error: unknown) => {
          log('debug', 'Temporal is still away', { cause: String(error) });
          askSoon();
        },
      );
  };
  return {
    began: () => {
      if (timer) return;
      log('warning', 'Temporal is away; acts are kept in the outbox');
      askSoon();
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
}

const logTo =
  (log: RelayLog): LogFunctionFactory =>
  () =>
  (level, message, meta) => {
    // A job's start and end are no news; its failure is.
    const severity: string = level;
    if (severity === 'error' || severity === 'warning')
      log(severity, message, meta ? { meta: JSON.stringify(meta) } : {});
  };
