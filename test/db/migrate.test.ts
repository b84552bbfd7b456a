import { type Migration, Migrator } from 'kysely';
import { expect, test } from 'vitest';
import { querySql } from '../../bin/lib/postgres.ts';
import { connectPool, kyselyOn } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { freshDatabase } from '../support/postgres.ts';

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

test('the list names its migrations in their order, each number once', () => {
  const numbers = Object.keys(migrations).map((name) => name.slice(0, 4));
  expect(numbers).toEqual([...new Set(numbers)].sort());
});
