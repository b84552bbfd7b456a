import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { hasRoom } from '../../db/read/health.ts';
import { readVitals } from '../../db/read/vitals.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { until } from '../support/world.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await freshDatabase();
  db = kyselyOn(connectPool(database.url, 5));
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test('an empty record has nothing open, and nobody was ever heard', async () => {
  expect(await readVitals(db)).toMatchObject({
    outbox: [],
    stages: [],
    stuck: [],
    undelivered: [],
    unappliedClaims: 0,
    unsealedSeconds: 0,
    workers: 0,
    heardSeconds: { worker: null, temporal: null, workflows: null },
  });
});

test('the outbox: a job for later is no lag, one that failed is, and one tried to the last is dead', async () => {
  for (const [runAt, attempts] of [
    ['1 hour', 0],
    ['-90 seconds', 0],
    ['1 hour', 3],
    ['0 seconds', 25],
  ] as const) {
    await sql`select graphile_worker.add_job('ring', '{}'::json, run_at := now() + ${runAt}::interval)`.execute(db);
    await sql`
      update graphile_worker._private_jobs set attempts = ${attempts}, created_at = now() - interval '90 seconds'
      where id = (select max(id) from graphile_worker._private_jobs)`.execute(db);
  }
  const { outbox } = await readVitals(db);
  expect(outbox).toMatchObject([{ task: 'ring', waiting: 3, failing: 1, dead: 1 }]);
  expect(outbox[0]?.oldestSeconds).toBeGreaterThan(89);
  await sql`delete from graphile_worker._private_jobs`.execute(db);
  await sql`select graphile_worker.add_job('ring', '{}'::json, run_at := now() + interval '1 hour')`.execute(db);
  expect((await readVitals(db)).outbox).toMatchObject([{ waiting: 1, oldestSeconds: 0 }]);
});

test('who was heard: the newest of all workers, and how many speak', async () => {
  const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);
  const rows = [
    { worker: 'a', at: ago(2), temporal_at: ago(40), worked_at: null },
    { worker: 'b', at: ago(60), temporal_at: ago(60), worked_at: ago(100) },
  ];
  await db.insertInto('heartbeat').values(rows).execute();
  const { workers, heardSeconds } = await readVitals(db);
  expect(workers).toBe(1);
  for (const [of, seconds] of Object.entries({ worker: 2, temporal: 40, workflows: 100 }))
    expect(Math.abs(((heardSeconds as Record<string, number>)[of] ?? 0) - seconds), of).toBeLessThan(5);
});

test('what does not move: findings until they are resolved, by class', async () => {
  const finding = { class: 'overdue', subject_kind: 'task', page_key: 'p' } as const;
  const made = await db
    .insertInto('stuck_finding')
    .values([randomUUID(), randomUUID()].map((subject_id) => ({ ...finding, subject_id })))
    .returning('id')
    .execute();
  expect((await readVitals(db)).stuck).toEqual([{ cause: 'overdue', count: 2 }]);
  const [first] = made;
  await db
    .updateTable('stuck_finding')
    .set({ resolved_at: new Date() })
    .where('id', '=', first?.id ?? '')
    .execute();
  expect((await readVitals(db)).stuck).toEqual([{ cause: 'overdue', count: 1 }]);
});

test('an audit row that no seal covers ages, until it is sealed', async () => {
  await sql`
    insert into audit (at, action, subject_kind, subject_id)
    values (now() - interval '700 seconds', 'test', 'audit', 'x')`.execute(db);
  expect((await readVitals(db)).unsealedSeconds).toBeGreaterThan(699);
  await sql`select seal_audit()`.execute(db);
  expect((await readVitals(db)).unsealedSeconds).toBe(0);
});

test('a process whose clock differs from the database’s says by how much', async () => {
  expect(Math.abs((await readVitals(db)).clockAheadSeconds)).toBeLessThan(5);
  const now = Date.now;
  const ahead = vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
  const { clockAheadSeconds } = await readVitals(db);
  ahead.mockRestore();
  expect(Math.abs(clockAheadSeconds - 3_600)).toBeLessThan(5);
});

test('a disk has room while a question too large for memory can be put aside on it', async () => {
  expect(await hasRoom(db)).toBe(true);
  await until('the count of what was put aside', async () => {
    const { rows } = await sql<{ bytes: number }>`
      select temp_bytes::float8 as bytes from pg_stat_database where datname = current_database()`.execute(db);
    return (rows[0]?.bytes ?? 0) > 16_000_000;
  });
  // A full disk is PostgreSQL's to tell; here a function of the same name tells it.
  await sql`
    create function repeat(text, int) returns text language plpgsql as $$
      begin raise exception 'could not write to file: No space left on device' using errcode = 'disk_full'; end $$`.execute(
    db,
  );
  const full = kyselyOn(connectPool(`${database.url}?options=-c%20search_path%3Dpublic,pg_catalog`, 1));
  expect(await hasRoom(full)).toBe(false);
  await sql`drop function public.repeat(text, int)`.execute(db);
  expect(await hasRoom(full)).toBe(true);
  await full.destroy();
});
