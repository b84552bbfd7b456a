import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerMetrics, processMetrics, vitalMetrics } from '../../bin/lib/metrics.ts';
import { freePort } from '../../bin/lib/ports.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from '../../bin/lib/temporal.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { heardOfLate } from '../../db/read/health.ts';
import { askedBy, expressions } from '../support/monitoring.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { endProcess, startWorker } from '../support/worker.ts';
import { until } from '../support/world.ts';

/** What readiness hears of Temporal through the real worker: stopped in place (SIGSTOP), dead, and back. */

const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-health-'));
let database: TestDatabase;
let db: Db;
let port: number;
let temporal: ChildProcess;
let worker: ChildProcess;
let metricsPort: number;

beforeAll(async () => {
  database = await freshDatabase();
  db = kyselyOn(connectPool(database.url, 3));
  port = await freePort();
  temporal = await startTemporal();
  metricsPort = await freePort();
  worker = await startWorker({
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
