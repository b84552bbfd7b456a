import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';
import { freePort } from '../../bin/lib/ports.ts';
import {
  type Cluster,
  createCluster,
  databaseUrl,
  ensureDatabase,
  postgresCommand,
  querySql,
  untilPostgresAnswers,
} from '../../bin/lib/postgres.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { startRelay, sweep } from '../../relay/relay.ts';
import { doorTo } from '../support/door.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { endProcess } from '../support/worker.ts';
import { until } from '../support/world.ts';

/** The relay against dying processes and a PostgreSQL that goes away; Temporal is played by a bell that notes who rang. */

let database: TestDatabase;
let db: Db;
const endings: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  db = kyselyOn(connectPool(database.url, 5));
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  await db.destroy();
  await database.drop();
});

/** A relay whose rings are noted; each takes `ringMs`, and fails while `isAway`. */
async function relayOn(url: string, { ringMs = 0 } = {}) {
  const bell = { rung: new Set<string>(), isAway: false, said: [] as string[] };
  const start = async (_type: string, options: { args: { claimId: string }[] }): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, ringMs));
    if (bell.isAway) throw new Error('no bell');
    bell.rung.add(options.args[0]?.claimId ?? '');
  };
  const client = { workflow: { start } } as unknown as Client;
  const [own, pool] = [kyselyOn(connectPool(url, 3)), connectPool(url, 20)];
  const log = (_level: string, message: string): void => {
    bell.said.push(message);
  };
  const relay = await startRelay({
    db: own,
    courier: { db: own, publicUrl: 'http://127.0.0.1' },
    pool,
    client,
    taskQueue: 'none',
    log,
  });
  const stop = once(() => relay.stop());
  endings.push(async () => {
    await stop();
    await own.destroy();
    await pool.end();
  });
  return { ...bell, bell, stop };
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
};

async function addRings(on: Db, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const act = { seq: 1, kind: 'submitted', stageKind: null, outcome: null };
  const payloads = JSON.stringify(ids.map((claimId) => ({ claimId, act })));
  // One transaction, so that a single fetch finds them all and fills the local queue.
  await sql`select graphile_worker.add_job('ring', p.value) from json_array_elements(${payloads}::json) p`.execute(on);
  return ids;
}

type Job = { locked: boolean; attempts: number };
const jobs = async (on: Db): Promise<Job[]> =>
  (
    await sql<Job>`
      select locked_at is not null as locked, attempts from graphile_worker.jobs where task_identifier = 'ring'`.execute(
      on,
    )
  ).rows;

const allRung = (bell: { rung: Set<string> }, ids: string[], timeoutMs?: number) =>
  until('every ring', () => Promise.resolve(ids.every((id) => bell.rung.has(id))), timeoutMs);
const noneLeft = (on: Db) => until('an empty outbox', async () => (await jobs(on)).length === 0);

describe('a relay that dies', () => {
  test('killed with jobs in its hands and its local queue: all ring within seconds of another’s start', async () => {
    const dying = await hangingRelay();
    const ids = await addRings(db, 60);
    await until('a full local queue', async () => (await jobs(db)).filter((job) => job.locked).length >= 32);
    await endProcess(dying, 'SIGKILL');
    const { bell } = await relayOn(database.url);
    await allRung(bell, ids, 10_000);
    await noneLeft(db);
  });

  test('stopped in order: what waits in its local queue is given back at once, not counted as tried', async () => {
    const { stop } = await relayOn(database.url, { ringMs: 400 });
    await addRings(db, 60);
    await until('a full local queue', async () => (await jobs(db)).filter((job) => job.locked).length >= 32);
    await stop();
    const left = await jobs(db);
    expect(left.length).toBeGreaterThan(10);
    expect(left.every((job) => !job.locked && job.attempts === 0)).toBe(true);
  });

  test('a slow one that lives loses nothing when another starts and frees its jobs', async () => {
    const slow = await relayOn(database.url, { ringMs: 7_000 });
    const ids = await addRings(db, 5);
    await until('locked jobs', async () => (await jobs(db)).every((job) => job.locked));
    await new Promise((resolve) => setTimeout(resolve, 5_200));
    const quick = await relayOn(database.url);
    await until('every ring', () =>
      Promise.resolve(ids.every((id) => slow.bell.rung.has(id) || quick.bell.rung.has(id))),
    );
    await noneLeft(db);
  });
});

async function hangingRelay(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/hanging-relay.ts'], {
    cwd: PROJECT,
    env: { ...process.env, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endings.push(() => endProcess(child, 'SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the relay ended with ${code}`)));
    child.stdout.on('data', () => resolve());
  });
  return child;
}

describe('a database that goes away', () => {
  test('its backends ended under load, also while rings fail: the relay goes on', async () => {
    const { bell } = await relayOn(database.url, { ringMs: 20 });
    const faults: unknown[] = [];
    const note = (fault: unknown): number => faults.push(fault);
    process.on('unhandledRejection', note);
    const ids = await addRings(db, 100);
    for (bell.isAway = true; (await jobs(db)).every((job) => job.attempts === 0); );
    for (let i = 0; i < 5; i += 1) {
      await querySql(
        database.url,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    bell.isAway = false;
    await until('a connection', () => jobs(db).catch(() => false));
    await sql`select graphile_worker.reschedule_jobs(array_agg(id), run_at := now()) from graphile_worker.jobs
      where locked_at is null`.execute(db);
    await allRung(bell, ids);
    await noneLeft(db);
    process.off('unhandledRejection', note);
    expect(faults).toEqual([]);
  });

  test('stopped for five seconds: the relay goes on when it is back', async () => {
    const own = await ownCluster();
    const { bell } = await relayOn(own.url);
    await addRings(own.db, 5);
    await own.stop();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await own.start();
    const ids = await until('a connection', () => addRings(own.db, 20).catch(() => false as const));
    // A second is usual; where the library gives back its local queue first or its runner is begun anew, it takes their intervals.
    await allRung(bell, ids, 60_000);
    await noneLeft(own.db);
  });

  test('starting up for a while, as after a crash: rings flow as soon as it serves', async () => {
    const door = await doorTo(database.url);
    endings.push(door.end);
    const { bell } = await relayOn(door.url);
    await allRung(bell, await addRings(db, 5));
    door.close();
    const ids = await addRings(db, 20);
    await pause(9_000);
    door.open();
    await allRung(bell, ids, 3_000);
    await noneLeft(db);
  });

  test('gone at the runner’s very first question: another runner begins, and what was added meanwhile rings', async () => {
    const door = await doorTo(database.url, { cutsOnce: '_private_tasks as tasks' });
    endings.push(door.end);
    const { bell } = await relayOn(door.url);
    const ids = await addRings(db, 20);
    await until('the cut', () => Promise.resolve(door.cuts() === 1));
    await allRung(bell, ids, 20_000);
    expect(bell.said).toContain('the outbox’s runner got no answer from PostgreSQL; another begins');
    await noneLeft(db);
  });

  test('the library ends its runner by itself: another begins, and what was added meanwhile rings', async () => {
    const { bell } = await relayOn(database.url);
    await allRung(bell, await addRings(db, 5));
    await pause(200);
    // It shuts down the same way when deletions cannot be written for minutes; a newer library's word brings it about at once.
    await sql`select pg_notify('worker:migrate', '{"migrationNumber": 999, "breaking": true}')`.execute(db);
    await until('the runner’s end', () => Promise.resolve(bell.said.some((line) => line.includes('ended by itself'))));
    process.exitCode = undefined;
    const ids = await addRings(db, 20);
    await allRung(bell, ids, 5_000);
    await noneLeft(db);
  });
});

describe('a clock that is set back', () => {
  const minutesAhead = async () =>
    (
      await sql`select from graphile_worker._private_known_crontabs where last_execution > now() + interval '1 minute'`.execute(
        db,
      )
    ).rows.length;
  const workAhead = () =>
    sql`update graphile_worker._private_known_crontabs set last_execution = now() + interval '2 hours'`.execute(db);

  test('before a relay starts: its timetable does not wait until the clock is there again', async () => {
    const earlier = await relayOn(database.url);
    await until('the timetable', async () => {
      const { numUpdatedRows } = { numUpdatedRows: (await workAhead()).numAffectedRows ?? 0n };
      return numUpdatedRows > 0n;
    });
    await earlier.stop();
    await workAhead();
    expect(await minutesAhead()).toBeGreaterThan(0);
    await relayOn(database.url);
    expect(await minutesAhead()).toBe(0);
  });

  test('while a relay runs: it notices, begins its timetable anew, and rings go on', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 });
    endings.push(() => Promise.resolve(vi.useRealTimers()));
    const { bell } = await relayOn(database.url);
    await allRung(bell, await addRings(db, 3));
    await workAhead();
    vi.useRealTimers();
    await until('its word', () => Promise.resolve(bell.said.some((line) => line.startsWith('the clock was set'))));
    await until('the timetable', async () => (await minutesAhead()) === 0);
    await allRung(bell, await addRings(db, 3));
    expect(bell.said.filter((line) => line.includes('ended by itself'))).toEqual([]);
  });

  test('jobs that were locked or written ahead of it are rung by the next sweep', async () => {
    await addRings(db, 2);
    await sql`
      update graphile_worker._private_jobs set created_at = now() + interval '2 hours', run_at = now() + interval '2 hours'`.execute(
      db,
    );
    await sql`
      update graphile_worker._private_jobs set locked_at = now() + interval '2 hours', locked_by = 'dead'
      where id = (select min(id) from graphile_worker._private_jobs)`.execute(db);
    await sweep(db);
    const { rows } = await sql`
      select from graphile_worker.jobs where locked_at is null and run_at <= now()`.execute(db);
    expect(rows).toHaveLength(2);
  });
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function ownCluster() {
  const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-relay-'));
  const cluster: Cluster = { folder: path.join(folder, 'postgres'), password: 'test', port: await freePort() };
  await createCluster(cluster);
  const { command, args, ...identity } = await postgresCommand(cluster, { fsync: 'off' });
  const running: { child?: ChildProcess } = {};
  const start = async (): Promise<void> => {
    const child = spawn(command, args, { stdio: 'ignore', cwd: cluster.folder, ...identity });
    running.child = child;
    await untilPostgresAnswers(cluster, { timeoutMs: 60_000, stillRunning: () => child.exitCode === null });
  };
  const stop = async (): Promise<void> => {
    if (running.child) await endProcess(running.child, 'SIGINT');
  };
  await start();
  endings.push(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await ensureDatabase(cluster, 'xueshi');
  const url = databaseUrl(cluster);
  await migrate(url);
  const on = kyselyOn(connectPool(url, 3));
  endings.push(() => on.destroy());
  return { url, db: on, start, stop };
}
