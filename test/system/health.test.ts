import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildApp } from '../../api/app.ts';
import { fileEvidenceStore } from '../../api/evidence/store.ts';
import { readConfig, TRACE_SETTINGS } from '../../bin/config.ts';
import { answerMetrics, processMetrics, vitalMetrics } from '../../bin/lib/metrics.ts';
import { freePort } from '../../bin/lib/ports.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from '../../bin/lib/temporal.ts';
import { openTraces, requestTraces, type Traces } from '../../bin/lib/traces.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { heardOfLate } from '../../db/read/health.ts';
import { sessionOf } from '../api/support.ts';
import { testPrinter } from '../support/certificates.ts';
import { startCollector } from '../support/collector.ts';
import { lookAtEvidence } from '../support/looking.ts';
import { askedBy, expressions } from '../support/monitoring.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { endProcess, startWorker } from '../support/worker.ts';
import { conference, makeWorld, openTasks, reaches, submitted, until, verdict, type World } from '../support/world.ts';

/** What is seen from outside of the real worker: metrics, traces, and what readiness hears of Temporal: stopped in place (SIGSTOP), dead, and back. */

const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-health-'));
let database: TestDatabase;
let db: Db;
let port: number;
let temporal: ChildProcess;
let worker: ChildProcess;
let metricsPort: number;
let collector: Awaited<ReturnType<typeof startCollector>>;

beforeAll(async () => {
  database = await freshDatabase();
  db = kyselyOn(connectPool(database.url, 3));
  port = await freePort();
  temporal = await startTemporal();
  metricsPort = await freePort();
  collector = await startCollector();
  worker = await startWorker({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    METRICS_PORT: String(metricsPort),
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
    TASK_QUEUE: randomUUID(),
    LOG_LEVEL: 'fatal',
  });
});
afterAll(async () => {
  temporal.kill('SIGCONT');
  await endProcess(worker);
  await endProcess(temporal, 'SIGKILL');
  await collector.close();
  await db.destroy();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function startTemporal(): Promise<ChildProcess> {
  const { path: program } = await findTemporal();
  const { command, args } = temporalCommand({ program, port, file: path.join(folder, 'temporal.db') });
  const child = spawn(command, args, { stdio: 'ignore' });
  await untilTemporalAnswers(`127.0.0.1:${port}`, { timeoutMs: 60_000, stillRunning: () => child.exitCode === null });
  return child;
}

const hears = (worker: boolean, temporal: boolean) =>
  until(`worker ${worker}, Temporal ${temporal}`, async () => {
    const heard = await heardOfLate(db);
    return heard.worker === worker && heard.temporal === temporal;
  });

const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();

test('a canary workflow comes to its end, is said to have, and leaves nothing behind in Temporal', async () => {
  await until('a canary', async () => (await heardOfLate(db)).workflows);
  await until('its counting', async () =>
    /temporal_workflow_completed\{[^}]*workflow_type="canary"/.test(await scrape()),
  );
});

describe('metrics', () => {
  test('every one that an alert or the dashboard asks for is there, with the labels it is asked by', async () => {
    const shown = `${await scrape()}\n${await apiMetrics()}`;
    expect(shown).toMatch(/^xueshi_record_answers\{process="worker"\} 1$/m);
    expect(shown).toMatch(/^xueshi_heard_seconds\{of="workflows",process="worker"\} \d/m);
    const engine = readFileSync(engineFile());
    for (const [place, promql] of expressions) {
      for (const { metric, labels } of askedBy(promql)) {
        const lines = shown
          .split('\n')
          .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
        // Failures of the engine are shown once there is one; until then its program is asked whether it knows the name.
        // A count by cause has no line while there is nothing to count.
        const family = metric.replace(/^(xueshi_\w+)_(count|bucket|sum)$/, '$1');
        const isEngines = metric.startsWith('temporal_') && engine.includes(metric.replace(/^temporal_/, ''));
        const isKnown = lines.length > 0 || shown.includes(`# TYPE ${family} `) || isEngines;
        expect(isKnown || GIVEN_BY_PROMETHEUS.includes(metric), `${place}: ${metric}`).toBe(true);
        for (const label of labels.filter((name) => lines.length > 0 && !GIVEN_BY_PROMETHEUS.includes(name)))
          expect(
            lines.some((line) => line.includes(`${label}="`)),
            `${place}: ${metric}{${label}}`,
          ).toBe(true);
      }
    }
  });

  test('while the database does not answer, that is said, and no count is', async () => {
    const away = kyselyOn(connectPool('postgres://xueshi@127.0.0.1:1/none', 1));
    const registry = processMetrics('api');
    vitalMetrics(registry, away);
    const text = await registry.metrics();
    await away.destroy();
    expect(text).toMatch(/^xueshi_record_answers\{[^}]*\} 0$/m);
    expect(text).not.toMatch(/^xueshi_(open_tasks|unapplied_claims|workers|heard_seconds)\b/m);
  });
});

/** Prometheus knows these of each target. */
const GIVEN_BY_PROMETHEUS = ['up', 'job'];

/** What the API's process shows after a request that was answered and one that was refused. */
async function apiMetrics(): Promise<string> {
  const registry = processMetrics('api');
  const observe = answerMetrics(registry);
  observe({ route: '/api/v1/me', method: 'GET', status: 200, seconds: 0.01, problem: null });
  observe({ route: '/api/v1/me', method: 'GET', status: 507, seconds: 0.01, problem: 'storage-full' });
  return registry.metrics();
}

function engineFile(): string {
  const bridge = path.dirname(createRequire(import.meta.url).resolve('@temporalio/core-bridge/package.json'));
  return path.join(bridge, 'releases', 'x86_64-unknown-linux-gnu', 'index.node');
}

describe('traces', () => {
  let world: World;
  let app: FastifyInstance;
  let traces: Traces;
  let cookie: string;
  const complaints: unknown[] = [];

  beforeAll(async () => {
    world = await makeWorld(database.url);
    const officer = world.officer('emp-city', 'first-reviewer');
    await world.db
      .insertInto('account')
      .values({ person_id: officer.personId, username: 'officer', password_hash: 'none' })
      .execute();
    cookie = await sessionOf(world.db, officer);
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '100');
    const settings = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }, TRACE_SETTINGS);
    const opened = openTraces(settings, 'xueshi-api', (fault) => complaints.push(fault));
    if (!opened) throw new Error('no traces');
    traces = opened;
    app = await buildApp({
      db: world.db,
      evidence: fileEvidenceStore(folder),
      certificates: testPrinter(),
      beginTrace: requestTraces(traces),
      config: { logLevel: 'silent', secureCookies: false, personKeySecret: 'x'.repeat(32), webFolder: folder },
    });
  });
  afterAll(async () => {
    await app.close();
    await traces.close();
    await world.close();
    vi.unstubAllEnvs();
  });

  test('one decision is one trace, from the request to the statements of the step it brought about', async () => {
    const { task, claimId } = await underFirstReview();
    const answer = await sent(
      'POST',
      `/api/v1/tasks/${task}/decision`,
      verdict('approve', { comment: '欧阳无痕的意见' }),
    );
    expect(answer.statusCode, answer.body).toBe(200);
    await reaches(world.db, claimId, 're-review');
    const { request_id: requestId } = await world.db
      .selectFrom('audit')
      .select('request_id')
      .where('subject_id', '=', task)
      .where('action', '=', 'task.approve')
      .executeTakeFirstOrThrow();
    const traceId = requestId?.replaceAll('-', '') ?? '';
    const step = await received(traceId, 'RunActivity:openStage');
    await received(traceId, 'POST /api/v1/tasks/:id/decision');
    // The API and the worker send when each sees fit.
    const way = await until('the whole way', () => {
      const seen = collector.wayTo(step);
      return Promise.resolve(!seen.includes('(missing)') && seen);
    });
    expect(way).toEqual([
      'POST /api/v1/tasks/:id/decision',
      'decide',
      'outbox ring',
      'ring',
      'SignalWorkflow:acted',
      'HandleSignal:acted',
      'RunActivity:openStage',
    ]);
    const below = (name: string) =>
      collector.spans
        .filter((span) => span.traceId === traceId && collector.wayTo(span).at(-2) === name)
        .map((span) => `${span.service} ${span.name}`);
    expect(below('decide')).toContain('xueshi-api COMMIT');
    expect(below('RunActivity:openStage')).toContainEqual(expect.stringMatching(/^xueshi-worker WITH .*\bclaim\b/));
    expect(step.attributes).toEqual({ 'xueshi.workflow_id': `claim/${claimId}`, 'xueshi.attempt': 1 });
  });

  test('a refusal is found by the number people are told; who asks chooses neither trace nor its keeping', async () => {
    const { task } = await underFirstReview();
    const headers = { traceparent: '00-11111111111111111111111111111111-2222222222222222-01' };
    const answer = await sent('POST', `/api/v1/tasks/${task}/decision`, verdict('approve', { version: 7 }), headers);
    expect(answer.statusCode, answer.body).toBe(409);
    const { traceId, code } = answer.json<{ traceId: string; code: string }>();
    const span = await received(traceId.replaceAll('-', ''), 'POST /api/v1/tasks/:id/decision');
    expect(span.parentSpanId).toBeUndefined();
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/v1/tasks/:id/decision',
      'http.response.status_code': 409,
      'xueshi.problem': code,
    });
  });

  test('whoever watches leaves no trace, and nothing typed is in any', async () => {
    expect((await sent('GET', '/health/ready')).json()).toMatchObject({ parts: { database: 'up' } });
    const { statusCode } = await sent('GET', `/api/v1/tasks?q=${encodeURIComponent('欧阳无痕')}`);
    expect(statusCode).toBe(200);
    await until('the list', () => Promise.resolve(collector.spans.some((span) => span.name === 'GET /api/v1/tasks')));
    const told = collector.bodies.join('');
    expect(told).toContain('RunActivity:openStage');
    expect(told).not.toMatch(/欧阳无痕|%E6%AC%A7|canary|health/);
    expect(complaints).toEqual([]);
  });

  async function underFirstReview(): Promise<{ claimId: string; task: string }> {
    const claimId = await submitted(world.db, await world.declarant('emp-city'), conference('欧阳无痕的会议'));
    await reaches(world.db, claimId, 'first-review');
    const task = (await openTasks(world.db, claimId))[0]?.id ?? '';
    await lookAtEvidence(world.db, world.officer('emp-city', 'first-reviewer'), task);
    return { claimId, task };
  }

  function sent(method: 'GET' | 'POST', url: string, body?: object, headers: Record<string, string> = {}) {
    return app.inject({ method, url, headers: { cookie, ...headers }, ...(body && { payload: body }) });
  }

  const received = (traceId: string, name: string) =>
    until(name, () => Promise.resolve(collector.spans.find((span) => span.traceId === traceId && span.name === name)));
});

test('a Temporal that stands still, or is dead, is noticed while the worker goes on; its return too', async () => {
  await hears(true, true);
  temporal.kill('SIGSTOP');
  await hears(true, false);
  temporal.kill('SIGCONT');
  await hears(true, true);
  await endProcess(temporal, 'SIGKILL');
  await hears(true, false);
  temporal = await startTemporal();
  await hears(true, true);
});

test('a worker that is stopped in order says so at once', async () => {
  await endProcess(worker);
  expect(await heardOfLate(db)).toEqual({ worker: false, temporal: false, workflows: false });
});
