import { Connection } from '@temporalio/client';
import { afterAll, expect, test } from 'vitest';
import { querySql } from '../../bin/lib/postgres.ts';
import { freshDatabase } from './postgres.ts';
import { temporalServer, timeSkipping } from './temporal.ts';

const database = await freshDatabase();
afterAll(() => database.drop());

test('a fresh database is migrated, is PostgreSQL 18, and sorts Chinese by pinyin', async () => {
  const [version] = await querySql(database.url, 'show server_version');
  expect(version?.['server_version']).toMatch(/^18\./);
  const sorted = await querySql(
    database.url,
    `select string_agg(name, '' order by name collate "zh-x-icu") as names from (values ('张'), ('安'), ('李')) as t(name)`,
  );
  expect(sorted[0]?.['names']).toBe('安李张');
  const jobs = await querySql(database.url, `select 1 from pg_namespace where nspname = 'graphile_worker'`);
  expect(jobs).toHaveLength(1);
});

test('the extensions that range constraints and text search need can be made', async () => {
  await querySql(database.url, 'create extension if not exists btree_gist; create extension if not exists pg_trgm');
  const found = await querySql(
    database.url,
    `select extname from pg_extension where extname in ('btree_gist','pg_trgm')`,
  );
  expect(found).toHaveLength(2);
});

test('the shared Temporal server answers', async () => {
  const { address, namespace } = await temporalServer();
  const connection = await Connection.connect({ address });
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  expect(namespaceInfo?.name).toBe('default');
  await connection.close();
});

test('the time-skipping server skips a year in moments', async () => {
  const environment = await timeSkipping();
  try {
    const before = await environment.currentTimeMs();
    await environment.sleep('365 days');
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(365 * 24 * 3_600_000);
  } finally {
    await environment.teardown();
  }
});
