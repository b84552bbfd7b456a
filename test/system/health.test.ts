import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../bin/lib/ports.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from '../../bin/lib/temporal.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { heardOfLate } from '../../db/read/health.ts';
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

beforeAll(async () => {
  database = await freshDatabase();
  db = kyselyOn(connectPool(database.url, 3));
  port = await freePort();
  temporal = await startTemporal();
  worker = await startWorker({
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
  expect(await heardOfLate(db)).toEqual({ worker: false, temporal: false });
});
