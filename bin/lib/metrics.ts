import { createServer, type Server } from 'node:http';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type pg from 'pg';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Answered } from '../../api/deps.ts';
import type { Db } from '../../db/connect.ts';
import { readVitals, type Vitals } from '../../db/read/vitals.ts';
import type { RanJob } from '../../relay/relay.ts';
import { whyNotListening } from './ports.ts';

/**
 * A process's metrics for Prometheus. Terms: a *vital* is read from the record (outbox, tasks, stuck stages), so API and workers show the
 * same and a chart takes their maximum; everything else is this process's own. Labels are codes and routes: no id, no name.
 */

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry with what every Node process shows of itself. */
export function processMetrics(process: 'api' | 'worker'): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Counts the API's answers. */
export function answerMetrics(registry: Registry): (answered: Answered) => void {
  const registers = [registry];
  const requests = new Histogram({
    name: 'xueshi_http_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const problems = new Counter({
    name: 'xueshi_http_problems_total',
    help: 'Requests refused or failed, by the code of the problem',
    labelNames: ['code', 'status'],
    registers,
  });
  return ({ route, method, status, seconds, problem }) => {
    requests.observe({ route, method, status }, seconds);
    if (problem !== null) problems.inc({ code: problem, status });
  };
}

/** Counts the relay's jobs. */
export function jobMetrics(registry: Registry): (ran: RanJob) => void {
  const jobs = new Histogram({
    name: 'xueshi_outbox_job_seconds',
    help: 'Time of one try of an outbox job',
    labelNames: ['task', 'outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  return ({ task, seconds, isDone }) => jobs.observe({ task, outcome: isDone ? 'done' : 'failed' }, seconds);
}

/** Counts the workflows' steps, local ones too, which the SDK's own metrics do not tell apart by their failure. */
export function countSteps(registry: Registry): ActivityInterceptorsFactory {
  const steps = new Histogram({
    name: 'xueshi_activity_seconds',
    help: 'Time of one try of an activity',
    labelNames: ['activity', 'outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  return ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        const end = steps.startTimer({ activity: info.activityType });
        try {
          const result = await next(input);
          end({ outcome: 'done' });
          return result;
        } catch (error) {
          end({ outcome: 'failed' });
          throw error;
        }
      },
    },
  });
}

/** How far each pool of connections is used. */
export function poolMetrics(registry: Registry, pools: Readonly<Record<string, pg.Pool>>): void {
  new Gauge({
    name: 'xueshi_pool_connections',
    help: 'Connections to PostgreSQL by state; waiting: callers without one',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
        this.set({ pool, state: 'used' }, totalCount - idleCount);
        this.set({ pool, state: 'idle' }, idleCount);
        this.set({ pool, state: 'waiting' }, waitingCount);
      }
    },
  });
}

const VITALS_KEPT_MS = 5_000;
const VITALS_WITHIN_MS = 3_000;

type Fill = (gauge: Gauge, vitals: Vitals) => void;

/** Every vital: its name, what it says, its labels, and where it stands. */
const VITALS: readonly (readonly [name: string, help: string, labels: string[], fill: Fill])[] = [
  [
    'xueshi_outbox_jobs',
    'Jobs in the outbox; failing: tried and to be tried again; dead: never tried again',
    ['task', 'state'],
    (gauge, { outbox }) => {
      for (const { task, waiting, failing, dead } of outbox)
        for (const [state, count] of Object.entries({ waiting, failing, dead })) gauge.set({ task, state }, count);
    },
  ],
  [
    'xueshi_outbox_oldest_seconds',
    'Age of the oldest job that is due',
    ['task'],
    (gauge, { outbox }) => {
      for (const { task, oldestSeconds } of outbox) gauge.set({ task }, oldestSeconds);
    },
  ],
  [
    'xueshi_open_tasks',
    'Tasks nobody has decided yet',
    ['stage', 'state'],
    (gauge, { stages }) => {
      for (const { stage, open, claimed } of stages)
        for (const [state, count] of Object.entries({ open, claimed })) gauge.set({ stage, state }, count);
    },
  ],
  [
    'xueshi_overdue_tasks',
    'Of these, past their day',
    ['stage'],
    (gauge, { stages }) => {
      for (const { stage, overdue } of stages) gauge.set({ stage }, overdue);
    },
  ],
  [
    'xueshi_oldest_task_seconds',
    'Age of the oldest of these',
    ['stage'],
    (gauge, { stages }) => {
      for (const { stage, oldestSeconds } of stages) gauge.set({ stage }, oldestSeconds);
    },
  ],
  [
    'xueshi_stuck',
    'What does not move, or does not agree, by cause',
    ['cause'],
    (gauge, { stuck }) => {
      for (const { cause, count } of stuck) gauge.set({ cause }, count);
    },
  ],
  [
    'xueshi_undelivered_notices',
    'Messages given up in the last day',
    ['channel'],
    (gauge, { undelivered }) => {
      for (const { channel, count } of undelivered) gauge.set({ channel }, count);
    },
  ],
  [
    'xueshi_unapplied_claims',
    'Claims with an act that no workflow has applied for half a minute',
    [],
    (gauge, { unappliedClaims }) => gauge.set(unappliedClaims),
  ],
  [
    'xueshi_unsealed_seconds',
    'Age of the oldest audit row under no seal',
    [],
    (gauge, { unsealedSeconds }) => gauge.set(unsealedSeconds),
  ],
  ['xueshi_workers', 'Workers that spoke within 15 seconds', [], (gauge, { workers }) => gauge.set(workers)],
  [
    'xueshi_heard_seconds',
    'Since a worker spoke, Temporal’s store answered one, a canary workflow came to its end',
    ['of'],
    (gauge, { heardSeconds }) => {
      for (const [of, seconds] of Object.entries(heardSeconds)) gauge.set({ of }, seconds ?? Number.POSITIVE_INFINITY);
    },
  ],
  [
    'xueshi_clock_ahead_seconds',
    'How far the clock of this process is ahead of the database’s',
    [],
    (gauge, { clockAheadSeconds }) => gauge.set(clockAheadSeconds),
  ],
  ['xueshi_database_bytes', 'Size of the database', [], (gauge, { databaseBytes }) => gauge.set(databaseBytes)],
];

/** The vitals, asked for when they are scraped, every five seconds at most. While the record does not answer they are absent. */
export function vitalMetrics(registry: Registry, db: Db): void {
  const ask = keptFor(VITALS_KEPT_MS, () => within(VITALS_WITHIN_MS, readVitals(db)));
  new Gauge({
    name: 'xueshi_record_answers',
    help: 'Whether the database answered this process with the vitals',
    registers: [registry],
    async collect() {
      this.set((await ask()) === null ? 0 : 1);
    },
  });
  for (const [name, help, labelNames, fill] of VITALS) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const vitals = await ask();
        this.reset();
        if (vitals !== null) fill(this, vitals);
        // Without labels a reset leaves a zero, which would be a lie.
        else if (labelNames.length === 0) this.remove();
      },
    });
  }
}

/** The answer of a question asked at most once in a while; null when it failed, which `xueshi_record_answers` says. */
function keptFor<T>(ms: number, question: () => Promise<T>): () => Promise<T | null> {
  let kept: { until: number; answer: Promise<T | null> } | undefined;
  return () => {
    const now = performance.now();
    if (!kept || kept.until < now) kept = { until: now + ms, answer: question().catch(() => null) };
    return kept.answer;
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), ms).unref();
  });
  return Promise.race([work, late]);
}

/**
 * Shows a registry at `/metrics`, on an address of its own: people's addresses are public, this one is the operators'.
 * @param further text in the same form from elsewhere in the process
 * @throws Refusal when the port is taken
 */
export async function showMetrics(
  registry: Registry,
  place: { host: string; port: number },
  further: () => Promise<string> = () => Promise.resolve(''),
): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    Promise.all([registry.metrics(), further()]).then(
      (texts) => response.writeHead(200, { 'content-type': registry.contentType }).end(texts.join('\n')),
      (fault: unknown) => response.writeHead(500).end(fault instanceof Error ? fault.name : 'a fault'),
    );
  });
  await listening(server, place);
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listening(server: Server, place: { host: string; port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (fault) => reject(whyNotListening(fault, place)));
    server.listen(place.port, place.host, resolve);
  });
}
