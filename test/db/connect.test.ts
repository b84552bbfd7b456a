import { sql } from 'kysely';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

/** Statements are prepared by name, once a connection. */

let database: TestDatabase;
let pools: Pool[];
let dbs: [Db, Db];
beforeAll(async () => {
  database = await freshDatabase();
  pools = [connectPool(database.url, 1), connectPool(database.url, 1)];
  const [one, two] = pools.map(kyselyOn);
  if (!one || !two) throw new Error('no pools');
  dbs = [one, two];
  await sql`insert into region (code, name, level) values ('420000', '湖北省', 'province')`.execute(one);
});
afterAll(async () => {
  for (const db of dbs) await db.destroy();
  await database.drop();
});

type Prepared = { name: string; statement: string };
/** Without values it is not prepared itself. */
const preparedOn = async (db: Db): Promise<Prepared[]> =>
  (await sql<Prepared>`select name, statement from pg_prepared_statements`.execute(db)).rows;

const nameOf = async (db: Db, code: string): Promise<string | undefined> =>
  (await db.selectFrom('region').select('name').where('code', '=', code).executeTakeFirst())?.name;

describe('a prepared statement', () => {
  test('has one name for one text, the same in every connection, and no other text has it', async () => {
    const [one, two] = dbs;
    await nameOf(one, '420000');
    await sql`select code from region where level = ${'province'}`.execute(two);
    await nameOf(two, '420000');
    await sql`select code from region where name = ${'x'}`.execute(one);
    const texts = new Map<string, string>();
    for (const { name, statement } of [...(await preparedOn(one)), ...(await preparedOn(two))]) {
      expect(texts.get(name) ?? statement).toBe(statement);
      texts.set(name, statement);
    }
    expect(texts.size).toBe(3);
    expect(new Set(texts.values()).size).toBe(3);
  });

  test('is none for any-column texts, however they are written: their result may grow while we run', async () => {
    const [one] = dbs;
    const before = (await preparedOn(one)).length;
    await one.selectFrom('region').selectAll().where('code', '=', '420000').execute();
    await one.selectFrom('region as r').selectAll('r').where('r.code', '=', '420000').execute();
    await one.updateTable('region').set({ name: '湖北省' }).where('code', '=', '420000').returningAll().execute();
    for (const text of ['SELECT\n  *', 'select distinct *', 'select r.*'])
      await sql`${sql.raw(text)} from region r where code = ${'420000'}`.execute(one);
    expect((await preparedOn(one)).length).toBe(before);
  });

  test('goes on when a migration adds a column while its connection lives', async () => {
    const [one, two] = dbs;
    const ask = async () => [
      await nameOf(one, '420000'),
      await one.selectFrom('region').selectAll().where('code', '=', '420000').execute(),
      await one.updateTable('region').set({ name: '湖北省' }).where('code', '=', '420000').returningAll().execute(),
      (await sql<object>`with c as (select * from region where code = ${'420000'}) select name from c`.execute(one))
        .rows,
    ];
    const before = await ask();
    expect(before[1]).toHaveLength(1);
    await sql`alter table region add column added_later text`.execute(two);
    const after = await ask();
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toMatchObject([{ added_later: null }]);
    expect(after[3]).toEqual(before[3]);
  });

  test('is bounded in number: a list makes a text for each of its lengths', async () => {
    const [one] = dbs;
    for (let length = 1; length <= 600; length += 1)
      await sql`select ${sql.join(Array.from({ length }, () => sql`${1}::int`))}`.execute(one);
    expect((await preparedOn(one)).length).toBeLessThanOrEqual(500);
    expect(await nameOf(one, '420000')).toBe('湖北省');
  });
});
