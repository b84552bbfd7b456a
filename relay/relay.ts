import { EventEmitter } from 'node:events';
import type { Client } from '@temporalio/client';
import {
  type LogFunctionFactory,
  Logger,
  parseCronItems,
  type Runner,
  run,
  type Task,
  type WorkerEvents,
} from 'graphile-worker';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { z } from 'zod';
import { forgetAttempts } from '../db/acts/attempts.ts';
import { forgetAbandonedSignIns } from '../db/acts/identities.ts';
import { takeOverChanges } from '../db/acts/organisations.ts';
import { recordedRing } from '../db/acts/trail.ts';
import { sealAudit } from '../db/audit-chain.ts';
import { tellOfCasesWithoutOfficers } from '../db/case-officers.ts';
import { isAhead, isOlder } from '../db/clock.ts';
import {
  lookAtOverdueComplaints,
  lookAtUnattendedComplaints,
  recountComplaintDates,
  remindOfComplaints,
} from '../db/complaints.ts';
import type { Db } from '../db/connect.ts';
import { lookAtOverdueDeferrals, remindOfDeferrals } from '../db/deferrals.ts';
import { continueImport, dropAbandonedUploads } from '../db/imports.ts';
import { recountDueDates, remindOfReviews, tellStandIns } from '../db/overdue.ts';
import { lookAtOverdueReconsiderations } from '../db/reconsiderations.ts';
import { lookAtOverdueRectifications, remindOfRectifications } from '../db/rectifications.ts';
import { lookAtOverdueSanctions } from '../db/sanctions.ts';
import { rebuildStatistics } from '../db/statistics.ts';
import { recordStuck } from '../db/stuck.ts';
import { lookAtOverdueTitleOrders } from '../db/title-orders.ts';
import { continueWhatIf, dropOldWhatIfs } from '../db/what-if.ts';
import { legalDay } from '../rules/calendar.ts';
import { askTemporal } from './canary.ts';
import { forgetMinutesAhead, watchClock } from './clock.ts';
import { impatient } from './impatient.ts';
import { look, lookPayload } from './look.ts';
import { type Courier, sendAtOnce, sendDigests } from './notices.ts';
import { endOrphans } from './orphans.ts';
import { reconcileNow, reconcilePayload } from './reconciliation.ts';
import { bulkPayload, claimPayload, rebuild, rebuildPayload, recheck, workOnRepairs } from './repairs.ts';
import { isTemporalAway, ring, ringPayload } from './ring.ts';
import { inTraces } from './traced.ts';
import { closeYear, closeYearPayload } from './year-close.ts';

/**
 * The relay takes the outbox's jobs to Temporal. Terms: an act is written with its job in one transaction; graphile-worker locks a job,
 * the relay rings, the job is deleted; a failed job waits, longer each time. Three things make that heal fast:
 *   - when Temporal comes back, jobs that failed meanwhile run at once instead of after their wait;
 *   - jobs locked by a relay that was killed are freed when a relay starts, and by the sweep (ringing twice is harmless);
 *   - each minute the sweep rings again for acts that stayed unapplied, and for corrections whose day has passed.
 */
export type RelayDeps = {
  db: Db;
  pool: Pool;
  client: Client;
  taskQueue: string;
  log: RelayLog;
  courier: Courier;
  /** Told of every job that ended. */
  observe?: ((ran: RanJob) => void) | undefined;
};
export type RanJob = { task: string; seconds: number; isDone: boolean };
export type RelayLog = (
  level: 'error' | 'warning' | 'info' | 'debug',
  message: string,
  fields?: Record<string, unknown>,
) => void;

export type Relay = { stop(): Promise<void> };

const REPEAT_AFTER = '30 seconds';
const CANARY_MS = 1_000;
const RESTART_MS = 1_000;
/** A runner's first question for jobs takes milliseconds; far behind that, its answer is not to come. */
const FIRST_ANSWER_MS = 5_000;
/** A ring takes milliseconds; one that takes longer than this is taken for abandoned when a relay starts. */
const RING_SECONDS = 5;

/** In UTC: midnight there is eight in the morning in Hubei. */
const TIMETABLE = [
  { task: 'sweep', match: '* * * * *', identifier: 'sweep' },
  // Apart from the sweep: whatever goes wrong there, the trail is sealed.
  { task: 'seal', match: '* * * * *', identifier: 'seal' },
  { task: 'notices', match: '* * * * *', identifier: 'notices' },
  { task: 'digests', match: '0 0 * * *', identifier: 'digests' },
  { task: 'reminders', match: '30 23 * * *', identifier: 'reminders' },
  // From eight in the morning to six in Hubei; hourly, so that a relay that was away tells soon after. Nothing is told twice.
  { task: 'review-reminders', match: '5 0-10 * * *', identifier: 'review-reminders' },
  // Hourly, so that a relay that was away at midnight takes a day's changes over soon after.
  { task: 'organisation-changes', match: '1 * * * *', identifier: 'organisation-changes' },
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
    // Batched for its retries: a lone failure that cannot be written rejects a promise nobody holds, which ends the process.
    failJobBatchDelay: 50,
  },
};

export async function startRelay(deps: RelayDeps): Promise<Relay> {
  const free = freeingOnStart(deps);
  await forgetMinutesAhead(deps.db);
  await hurryWaitingJobs(deps.db);
  const outage = watchForReturn(deps);
  const runner = await keepRunning(deps.log, async () => {
    // What a runner held that ended by itself is held by nobody; nor is what PostgreSQL locked for it in an answer that never came,
    // before its connections ended: so also each time it listens anew.
    const events: WorkerEvents = new EventEmitter();
    events.on('pool:listen:success', () => {
      free.again();
    });
    return endedUnlessAnswered(events, deps.log, await beginRunner(deps, outage, events));
  });
  const clock = watchClock((seconds) => {
    deps.log('warning', 'the clock was set; the timetable begins anew', { seconds });
    forgetMinutesAhead(deps.db)
      .finally(() => runner.beginAnew())
      .catch((error: unknown) => deps.log('error', 'the timetable could not begin anew', { error }));
  });
  return {
    stop: async () => {
      clock.stop();
      free.stop();
      outage.stop();
      await runner.stop();
    },
  };
}

/**
 * A runner asks once which numbers its tasks have, and keeps the answer also when it is a fault: then it asks for jobs in vain for ever.
 * So one that has got no jobs by then, not even none, is ended, and another begins.
 */
function endedUnlessAnswered(events: WorkerEvents, log: RelayLog, runner: Runner): Runner {
  const timer = setTimeout(() => {
    log('warning', 'the outbox’s runner got no answer from PostgreSQL; another begins');
    stopRunner(log, runner).catch(() => undefined);
  }, FIRST_ANSWER_MS);
  for (const event of ['localQueue:getJobs:complete', 'stop'] as const)
    events.once(event, () => {
      clearTimeout(timer);
    });
  return runner;
}

const beginRunner = (deps: RelayDeps, outage: Outage, events: WorkerEvents): Promise<Runner> =>
  run({
    events,
    pgPool: impatient(deps.pool),
    noHandleSignals: true,
    preset: BATCHES,
    logger: new Logger(logTo(deps.log)),
    parsedCronItems: parseCronItems(TIMETABLE),
    taskList: observedBy(deps.observe, {
      ...towardsTemporal(deps, outage),
      sweep: async () => {
        await sweep(deps.db);
        await forgetAttempts(deps.db);
        await forgetAbandonedSignIns(deps.db);
      },
      seal: async () => {
        await sealAudit(deps.db);
      },
      import: (payload) => workOnImport(deps.db, payload),
      'what-if': (payload) => workOnWhatIf(deps.db, payload),
      repair: (payload) => workOnRepairs(deps.db, bulkPayload.parse(payload)),
      recount: () => rebuildStatistics(deps.db),
      notices: async () => {
        await sendAtOnce(deps.courier);
      },
      reminders: async () => {
        await remindOfDeferrals(deps.db, legalDay(Date.now()));
        await remindOfRectifications(deps.db, legalDay(Date.now()));
      },
      'review-reminders': async () => {
        const today = legalDay(Date.now());
        await recountDueDates(deps.db);
        await remindOfReviews(deps.db, today);
        await tellStandIns(deps.db, today);
        await recountComplaintDates(deps.db);
        await remindOfComplaints(deps.db, today);
        await lookAtUnattendedComplaints(deps.db);
        await recordStuck(deps.db);
        await tellOfCasesWithoutOfficers(deps.db, today);
      },
      'organisation-changes': async () => {
        await takeOverChanges(deps.db, legalDay(Date.now()));
      },
      digests: async () => {
        await sendDigests(deps.courier);
      },
    }),
  });

function observedBy(observe: RelayDeps['observe'], bare: Record<string, Task>): Record<string, Task> {
  const tasks = inTraces(bare);
  if (!observe) return tasks;
  const timed =
    (task: string, run: Task): Task =>
    async (payload, helpers) => {
      const from = performance.now();
      const tell = (isDone: boolean): void => observe({ task, seconds: (performance.now() - from) / 1_000, isDone });
      try {
        await run(payload, helpers);
        tell(true);
      } catch (error) {
        tell(false);
        throw error;
      }
    };
  return Object.fromEntries(Object.entries(tasks).map(([task, run]) => [task, timed(task, run)]));
}

/** The jobs that end in a call of Temporal: while it is away they wait, and on its return all of them run at once. */
const TEMPORAL_TASKS = ['ring', 'look', 'close-year', 'rebuild', 'recheck', 'reconcile', 'orphans'] as const;

function towardsTemporal(deps: RelayDeps, outage: Outage): Record<(typeof TEMPORAL_TASKS)[number], Task> {
  const watched =
    (task: (payload: unknown) => Promise<void>): Task =>
    async (payload) => {
      try {
        await task(payload);
      } catch (error) {
        if (isTemporalAway(error)) outage.began();
        throw error;
      }
    };
  return {
    ring: watched((payload) => ring(deps, ringPayload.parse(payload))),
    look: watched((payload) => look(deps, lookPayload.parse(payload))),
    'close-year': watched((payload) => closeYear(deps, closeYearPayload.parse(payload))),
    rebuild: watched((payload) => rebuild(deps, rebuildPayload.parse(payload))),
    recheck: watched((payload) => recheck(deps, claimPayload.parse(payload))),
    reconcile: watched((payload) => reconcileNow(deps, reconcilePayload.parse(payload))),
    orphans: watched(async () => {
      const ended = await endOrphans(deps);
      if (ended > 0) deps.log('warning', 'workflows of no open claim were ended', { ended });
    }),
  };
}

/**
 * graphile-worker ends its pool when deletions cannot be written, at once or after minutes by the kind of fault. The outbox outlives
 * that: the runner begins again, each second while PostgreSQL is away, until it is told to stop.
 */
async function keepRunning(
  log: RelayLog,
  begin: () => Promise<Runner>,
): Promise<Relay & { beginAnew(): Promise<void> }> {
  const state = { isStopping: false, isAsked: false, runner: await begin() };
  const beginAgain = async (): Promise<void> => {
    while (!state.isStopping) {
      try {
        state.runner = await begin();
        return;
      } catch (error) {
        log('warning', 'the outbox cannot be served yet', { error });
        await pause(RESTART_MS);
      }
    }
  };
  const hasStopped = (): boolean => state.isStopping;
  const watch = async (): Promise<void> => {
    for (;;) {
      await state.runner.promise.catch((error: unknown) => log('error', 'the outbox’s runner failed', { error }));
      if (state.isStopping) return;
      if (state.isAsked) state.isAsked = false;
      else log('error', 'the outbox’s runner ended by itself; it begins again');
      await pause(RESTART_MS);
      await beginAgain();
      // Read anew: it may have been set while the runner began.
      if (hasStopped()) await stopRunner(log, state.runner);
    }
  };
  const watching = watch();
  return {
    beginAnew: () => {
      state.isAsked = true;
      return stopRunner(log, state.runner);
    },
    stop: async () => {
      state.isStopping = true;
      await stopRunner(log, state.runner);
      await watching;
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A runner that has ended by itself refuses to be stopped, which is said and no fault. */
const stopRunner = (log: RelayLog, runner: Runner): Promise<void> =>
  runner.stop().catch((error: unknown) => log('debug', 'the outbox’s runner had ended', { error }));

/** Rings again where an act stayed unapplied or a correction's last day passed unnoticed. */
export async function sweep(db: Db): Promise<void> {
  await freeAbandonedJobs(db, '60 seconds');
  await hurryJobsMadeAhead(db);
  await sql`
    select graphile_worker.add_job('ring', ${recordedRing(sql.ref('late.id'), sql`least(late.applied_seq + 1, late.act_seq)`)},
                                   job_key := 'ring-again:' || id)
    from (
      (select id, applied_seq, act_seq from claim where applied_seq < act_seq and ${isOlder('updated_at', REPEAT_AFTER)}
       order by updated_at limit 1000)
      union
      (select id, applied_seq, act_seq from claim where state = 'correction' and correction_due_at < now() - ${REPEAT_AFTER}::interval
       limit 1000)) late`.execute(db);
  await lookAtOverdueDeferrals(db, REPEAT_AFTER);
  await lookAtOverdueRectifications(db, REPEAT_AFTER);
  await lookAtOverdueComplaints(db, REPEAT_AFTER);
  await lookAtOverdueSanctions(db, REPEAT_AFTER);
  await lookAtOverdueReconsiderations(db, REPEAT_AFTER);
  await lookAtOverdueTitleOrders(db, REPEAT_AFTER);
  await dropAbandonedUploads(db, '1 hour');
  await dropOldWhatIfs(db, '30 days');
}

/**
 * Jobs whose relay died stay locked for hours by default. A live relay's job that is freed for being slow rings twice: whoever finishes
 * first deletes it by its id. One that takes longer over a whole province (a recount, reminders) may run beside itself: each of them writes
 * once what it writes.
 */
async function freeAbandonedJobs(db: Db, lockedFor: string): Promise<void> {
  await sql`
    select graphile_worker.force_unlock_workers(array_agg(distinct locked_by))
    from graphile_worker.jobs where ${isOlder('locked_at', lockedFor)}
    having count(*) > 0`.execute(db);
}

/**
 * Frees what a relay held that died before this one started: at once where the lock is older than a ring takes, and once more when
 * that long has passed, since a relay is often started again within a second of its death.
 */
function freeingOnStart({ db, log }: RelayDeps): { again(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const free = (): void => {
    freeAbandonedJobs(db, `${RING_SECONDS} seconds`).catch((error: unknown) =>
      log('warning', 'abandoned jobs could not be freed; the sweep will', { error }),
    );
  };
  return {
    again: () => {
      free();
      clearTimeout(timer);
      timer = setTimeout(free, RING_SECONDS * 1_000 + 500);
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
}

/** What was to run at once before the clock went back would wait until it is there again. */
async function hurryJobsMadeAhead(db: Db): Promise<void> {
  await sql`
    select graphile_worker.reschedule_jobs(array_agg(id), run_at := now())
    from graphile_worker.jobs where ${isAhead('created_at')} and ${isAhead('run_at')} and locked_at is null
    having count(*) > 0`.execute(db);
}

async function hurryWaitingJobs(db: Db): Promise<void> {
  await sql`
    select graphile_worker.reschedule_jobs(array_agg(id), run_at := now(), attempts := 0)
    from graphile_worker.jobs
    where task_identifier = any (${sql.val([...TEMPORAL_TASKS])}::text[]) and attempts > 0 and locked_at is null
    having count(*) > 0`.execute(db);
}

type Outage = { began(): void; stop(): void };

/** After a ring has found Temporal away: asks each second, and on its return lets the waiting jobs run at once. */
function watchForReturn({ db, client, log }: RelayDeps): Outage {
  let timer: NodeJS.Timeout | undefined;
  const askSoon = (): void => {
    timer = setTimeout(ask, CANARY_MS);
  };
  const ask = (): void => {
    askTemporal(client)
      .then(() => hurryWaitingJobs(db))
      .then(
        () => {
          timer = undefined;
          log('info', 'Temporal is back; the waiting rings run now');
        },
        (error: unknown) => {
          log('debug', 'Temporal is still away', { error });
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
    if (severity === 'error' || severity === 'warning') log(severity, firstLine(message), newsOf(meta));
  };

/** The library puts the error's message and stack behind its own words; the error itself stands among the fields. */
const firstLine = (message: string): string => (message.split('\n', 1)[0] ?? '').replace(/ with error '.*$/, '');

/** The library's fields hold whole jobs; their ids are enough. */
function newsOf(meta: Record<string, unknown> = {}): Record<string, unknown> {
  const { error, fatalError, attempts, job } = meta;
  const id = typeof job === 'object' && job !== null && 'id' in job ? job.id : undefined;
  return { error: error ?? fatalError, attempts, job: id };
}

const importPayload = z.object({ importId: z.uuid() });

/** A part of an import, short enough that no other relay takes the job for abandoned; what is left is a job of its own. */
async function workOnImport(db: Db, payload: unknown): Promise<void> {
  const { importId } = importPayload.parse(payload);
  const left = await continueImport(db, importId);
  if (left === 'ended') return;
  const afterSeconds = left === 'later' ? 5 : 0;
  await sql`
    select graphile_worker.add_job('import', ${JSON.stringify({ importId })}::json, job_key := ${`import:${importId}`},
                                   run_at := now() + make_interval(secs => ${afterSeconds}))`.execute(db);
}

const whatIfPayload = z.object({ whatIfId: z.uuid() });

/** A part of a what-if, as of an import. */
async function workOnWhatIf(db: Db, payload: unknown): Promise<void> {
  const { whatIfId } = whatIfPayload.parse(payload);
  if ((await continueWhatIf(db, whatIfId)) === 'ended') return;
  await sql`
    select graphile_worker.add_job('what-if', ${JSON.stringify({ whatIfId })}::json, job_key := ${`what-if:${whatIfId}`})`.execute(
    db,
  );
}
