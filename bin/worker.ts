import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { canaryActivities } from '../activities/canary.ts';
import { claimActivities } from '../activities/claims.ts';
import { complaintActivities } from '../activities/complaints.ts';
import { deferralActivities } from '../activities/deferrals.ts';
import { ledgerActivities } from '../activities/ledger.ts';
import { reconciliationActivities } from '../activities/reconciliation.ts';
import { reconsiderationActivities } from '../activities/reconsiderations.ts';
import { rectificationActivities } from '../activities/rectifications.ts';
import { sanctionActivities } from '../activities/sanctions.ts';
import { yearCloseActivities } from '../activities/year-close.ts';
import { connectPool, kyselyOn } from '../db/connect.ts';
import { foldStatistics } from '../db/statistics.ts';
import { startHeartbeat } from '../relay/heartbeat.ts';
import { ensureLedgerCheckSchedule } from '../relay/ledger-check.ts';
import { ensureReconciliationSchedules } from '../relay/reconciliation.ts';
import { type RelayLog, startRelay } from '../relay/relay.ts';
import { smsSender, smtpSender } from '../relay/senders.ts';
import { workflowsOf } from '../relay/workflows.ts';
import { ensureYearCloseSchedule } from '../relay/year-close.ts';
import { readConfig, TRACE_SETTINGS } from './config.ts';
import { openLog, saysWhyItEnds } from './lib/log.ts';
import { countSteps, jobMetrics, poolMetrics, processMetrics, showMetrics, vitalMetrics } from './lib/metrics.ts';
import { freePort } from './lib/ports.ts';
import { orLeave, Refusal } from './lib/refusal.ts';
import { onceThere, requireSchema } from './lib/schema-check.ts';
import { requireNamespace } from './lib/temporal.ts';
import { tracedCalls, tracedSteps, tracedWorkflows, traceSinks } from './lib/traced-temporal.ts';
import { openTraces } from './lib/traces.ts';

/** The worker: runs the workflows and their activities, and carries the outbox to Temporal. Several may run side by side. */
const config = await orLeave(() =>
  readConfig(process.env, [
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
    'TASK_QUEUE',
    'LOG_LEVEL',
    'POOL_SIZE',
    'START_WAIT_SECONDS',
    'SMTP_URL',
    'MAIL_FROM',
    'SMS_GATEWAY_URL',
    'PUBLIC_URL',
    'METRICS_PORT',
    'METRICS_HOST',
    ...TRACE_SETTINGS,
  ]),
);
const FOLD_MS = 15_000;
const log = openLog('worker', config.LOG_LEVEL);
saysWhyItEnds(log);
const relayLog: RelayLog = (level, message, fields) => log[level === 'warning' ? 'warn' : level](fields ?? {}, message);
const traces = openTraces(config, 'xueshi-worker', (fault) => log.warn({ err: fault }, 'traces were lost'));
const metrics = processMetrics('worker');
/** Where the SDK's runtime shows its own, for this process to pass on. */
const engineMetrics = config.METRICS_PORT === undefined ? undefined : `127.0.0.1:${await freePort()}`;

Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) => log.warn({ temporal: level, ...meta }, message)),
  telemetryOptions: {
    logging: { filter: 'ERROR', forward: {} },
    ...(engineMetrics && { metrics: { prometheus: { bindAddress: engineMetrics } } }),
  },
  // Shutting down is decided below, in order: relay first, then the worker.
  shutdownSignals: [],
});

const pool = connectPool(config.DATABASE_URL, config.POOL_SIZE);
const relayPool = connectPool(config.DATABASE_URL, 12);
const db = kyselyOn(pool);
const patience = { seconds: config.START_WAIT_SECONDS, tell: (words: string): void => log.warn(words) };
await orLeave(() =>
  onceThere(config.DATABASE_URL, patience, () => requireSchema(db, config.DATABASE_URL, patience.tell)),
);
const native = await orLeave(() =>
  untilConnected(() => NativeConnection.connect({ address: config.TEMPORAL_ADDRESS })),
);
const connection = Connection.lazy({ address: config.TEMPORAL_ADDRESS });
await orLeave(() => requireNamespace(connection, config.TEMPORAL_ADDRESS, config.TEMPORAL_NAMESPACE));
const client = new Client({
  connection,
  namespace: config.TEMPORAL_NAMESPACE,
  ...(traces && { interceptors: { workflow: [tracedCalls] } }),
});

const worker = await Worker.create({
  connection: native,
  namespace: config.TEMPORAL_NAMESPACE,
  taskQueue: config.TASK_QUEUE,
  interceptors: {
    activity: [countSteps(metrics), ...(traces ? [tracedSteps] : [])],
    ...(traces && { workflowModules: [tracedWorkflows] }),
  },
  ...(traces && { sinks: traceSinks(traces) }),
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
  activities: {
    ...canaryActivities({ db }),
    ...claimActivities({ db }),
    ...yearCloseActivities({ db }),
    ...complaintActivities({ db }),
    ...deferralActivities({ db }),
    ...rectificationActivities({ db }),
    ...sanctionActivities({ db }),
    ...reconsiderationActivities({ db }),
    ...ledgerActivities({ db }),
    ...reconciliationActivities({ db, workflows: workflowsOf(client) }),
  },
  // About 0.2 MB each: bounded so that thousands of waiting claims cost no memory; an evicted one is replayed when it wakes.
  maxCachedWorkflows: 400,
  maxConcurrentWorkflowTaskExecutions: 40,
  // After a worker dies its claims' next step waits this long for it, not the default ten seconds.
  stickyQueueScheduleToStartTimeout: '2 seconds',
});
const relay = await startRelay({
  db,
  pool: relayPool,
  client,
  taskQueue: config.TASK_QUEUE,
  observe: jobMetrics(metrics),
  courier: {
    db,
    email: config.SMTP_URL === undefined ? undefined : smtpSender(config.SMTP_URL, config.MAIL_FROM),
    sms: config.SMS_GATEWAY_URL === undefined ? undefined : smsSender(config.SMS_GATEWAY_URL),
    publicUrl: config.PUBLIC_URL.replace(/\/$/, ''),
  },
  log: relayLog,
});

keepSchedule('the closing of years', ensureYearCloseSchedule);
keepSchedule('the verification of the ledger', ensureLedgerCheckSchedule);
keepSchedule('reconciliation', ensureReconciliationSchedules);

const folding = setInterval(fold, FOLD_MS);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
const running = worker.run();
const heartbeat = startHeartbeat({
  db,
  client,
  taskQueue: config.TASK_QUEUE,
  isServing: () => worker.getState() === 'RUNNING',
  log: relayLog,
});
const shown = await orLeave(showOwnMetrics);
console.log('READY worker');
await running;
await shown?.close();
await Promise.all([native.close(), connection.close(), db.destroy(), relayPool.end()]);
await traces?.close();

/** This process's metrics and, with them, those of the SDK's runtime: one address to scrape a process. */
async function showOwnMetrics(): Promise<{ close(): Promise<void> } | undefined> {
  const { METRICS_PORT: port, METRICS_HOST: host } = config;
  if (port === undefined || engineMetrics === undefined) return undefined;
  poolMetrics(metrics, { worker: pool, relay: relayPool });
  vitalMetrics(metrics, db);
  return showMetrics(metrics, { host, port }, () => askedEngine(`http://${engineMetrics}/metrics`));
}

/** The probe asks this page too: what the runtime does not show for once must not hide the rest. */
async function askedEngine(address: string): Promise<string> {
  try {
    return await (await fetch(address, { signal: AbortSignal.timeout(2_000) })).text();
  } catch (error) {
    log.warn({ err: error }, 'the SDK’s metrics could not be read');
    return '';
  }
}

/** Relay first, so that nothing is rung that this worker would not hear; then the worker, after its running steps. */
function stop(): void {
  clearInterval(folding);
  heartbeat
    .stop()
    .then(() => relay.stop())
    .catch((error: unknown) => {
      log.error({ err: error }, 'the relay did not stop cleanly');
    })
    .finally(() => {
      worker.shutdown();
    });
}

/** Tried until it is there, beside the work: what happens once a night or a year must not keep claims waiting. */
function keepSchedule(what: string, ensure: (client: Client, taskQueue: string) => Promise<void>): void {
  ensure(client, config.TASK_QUEUE).catch((error: unknown) => {
    log.error({ err: error }, `${what} is not scheduled; trying again in a minute`);
    setTimeout(() => keepSchedule(what, ensure), 60_000).unref();
  });
}

/** The statistics are right without it, and slower to read the more is not added up. */
function fold(): void {
  foldStatistics(db).catch((error: unknown) => {
    log.warn({ err: error }, 'the statistics could not be added up');
  });
}

/** @throws Refusal when Temporal is not there in time */
async function untilConnected<T>(connect: () => Promise<T>): Promise<T> {
  const { TEMPORAL_ADDRESS: address, START_WAIT_SECONDS: seconds } = config;
  const began = performance.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return await connect();
    } catch (error) {
      const waitedSeconds = Math.round((performance.now() - began) / 1_000);
      if (waitedSeconds >= seconds)
        throw new Refusal(
          `Temporal（${address}）在 ${String(seconds)} 秒内没有应答：${error instanceof Error ? error.message : String(error)}`,
          '启动 Temporal，或改正 TEMPORAL_ADDRESS；已提交的决定都在数据库中，启动后照常处理。',
        );
      if (tries % 5 === 0)
        log.warn(
          { err: error },
          `Temporal（${address}）还不能使用：已等待 ${waitedSeconds} 秒，最多等待 ${seconds} 秒。`,
        );
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
