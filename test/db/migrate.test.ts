import { type Migration, Migrator } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { querySql } from '../../bin/lib/postgres.ts';
import { connectPool, kyselyOn } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { freshDatabase } from '../support/postgres.ts';
import { until } from '../support/world.ts';

/** A database as an older commit left it: with these migrations only. */
async function bringTo(url: string, names: readonly string[]): Promise<void> {
  const older = Object.fromEntries(Object.entries(migrations).filter(([name]) => names.includes(name)));
  const db = kyselyOn(connectPool(url, 1));
  const provider = { getMigrations: (): Promise<Record<string, Migration>> => Promise.resolve(older) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  await db.destroy();
  expect(error).toBeUndefined();
}

const columnsOf = (url: string) =>
  querySql(
    url,
    `select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
     where table_schema = 'public' order by 1, 2`,
  );

test('a database that has a later migration and lacks earlier ones comes up to date, and is like a new one', async () => {
  const [older, fresh] = [await freshDatabase({ migrated: false }), await freshDatabase()];
  const had = ['0001-foundation', '0002-shared', '0012-notices'];
  await bringTo(older.url, had);
  const { applied: added } = await migrate(older.url);
  expect([...had, ...added].sort()).toEqual(Object.keys(migrations).sort());
  expect(await columnsOf(older.url)).toEqual(await columnsOf(fresh.url));
  expect(await migrate(older.url)).toEqual({ applied: [], ofNewer: [] });
  await older.drop();
  await fresh.drop();
});

test('what a newer release has applied is named, and stays: that release can be rolled back', async () => {
  const newer = await freshDatabase();
  await querySql(newer.url, `insert into kysely_migration values ('9999-of-tomorrow', now()::text)`);
  expect(await migrate(newer.url)).toEqual({ applied: [], ofNewer: ['9999-of-tomorrow'] });
  const names = await querySql(newer.url, 'select count(*)::int as n from kysely_migration');
  expect(names).toEqual([{ n: Object.keys(migrations).length + 1 }]);
  await newer.drop();
});

test('a table that somebody uses for long is waited for a second at a time: people behind it go on, and the migration comes through in the end', async () => {
  const older = await freshDatabase({ migrated: false });
  await migrate(older.url, { only: Object.keys(migrations).filter((name) => name < '0038') });
  const [user, reader] = [new pg.Client(older.url), new pg.Client(older.url)];
  await Promise.all([user.connect(), reader.connect()]);
  await user.query('begin; select count(*) from claim');
  await expect(migrate(older.url, { patienceMs: 0 })).rejects.toMatchObject({ code: '55P03' });
  const migrating = migrate(older.url);
  await until('the migration to wait', async () => {
    const { rows } = await reader.query(
      `select from pg_locks where not granted and relation = 'claim'::regclass and mode = 'AccessExclusiveLock'`,
    );
    return rows.length > 0;
  });
  // Behind the migration, which waits for the user, who has not ended: without a limit nobody would ever come through.
  expect((await reader.query('select count(*)::int as n from claim')).rows).toEqual([{ n: 0 }]);
  await user.query('commit');
  const { applied } = await migrating;
  expect(applied).toContain('0038-written-drafts');
  await Promise.all([user.end(), reader.end()]);
  await older.drop();
});

test('the list names its migrations in their order, each number once', () => {
  const numbers = Object.keys(migrations).map((name) => name.slice(0, 4));
  expect(numbers).toEqual([...new Set(numbers)].sort());
});
