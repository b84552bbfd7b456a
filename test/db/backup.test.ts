import { randomBytes } from 'node:crypto';
import { PassThrough, Readable, Writable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { querySql } from '../../bin/lib/postgres.ts';
import { type Dump, dump, type Sink } from '../../db/backup/dump.ts';
import { load } from '../../db/backup/load.ts';
import { beginWorkflows } from '../../db/backup/revive.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, makeWorld, submitted, type World } from '../support/world.ts';

/** The record written out and read back: the same to the last byte, also for a role that may little, also from an older release. */

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  const title = '反斜杠 \\ 制表\t引号 " 𠮷';
  for (let n = 0; n < 3; n += 1) await submitted(world.db, await world.declarant('emp-city'), conference(title));
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

type Written = { record: Dump; rows: Map<string, Buffer> };

async function writtenOut(url: string): Promise<Written> {
  const rows = new Map<string, Buffer>();
  const sinkOf = (table: string): Sink => {
    const stream = new PassThrough();
    const kept = stream.toArray().then((chunks: Buffer[]) => void rows.set(table, Buffer.concat(chunks)));
    return { stream, kept };
  };
  return { record: await dump(url, sinkOf, () => undefined), rows };
}

const readBack = (url: string, { record, rows }: Written): Promise<void> =>
  load(url, record, (table) => Readable.from([rows.get(table) ?? Buffer.alloc(0)]));

/** What each table of a back-up holds, as one digest. */
async function digests(url: string, { record }: Written): Promise<unknown[]> {
  const each = record.tables.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from ${name} t`,
  );
  return querySql(url, `${each.join(' union all ')} order by 1`);
}

test('every table is the same after it, byte for byte, for a role that is no superuser; keys and triggers stand, numbers go on', async () => {
  const written = await writtenOut(database.url);
  const role = `r_${randomBytes(6).toString('hex')}`;
  const target = await freshDatabase({ migrated: false });
  const as = new URL(target.url);
  await querySql(target.url, `create role ${role} login password 'few'`);
  await querySql(target.url, `alter database ${as.pathname.slice(1)} owner to ${role}`);
  [as.username, as.password] = [role, 'few'];
  try {
    await readBack(as.href, written);
    expect(await digests(as.href, written)).toEqual(await digests(database.url, written));
    const schema = `
      select 'key ' || conrelid::regclass || conname || pg_get_constraintdef(oid) as what from pg_constraint where contype = 'f'
      union all select 'trigger ' || tgrelid::regclass || tgname || tgenabled::text from pg_trigger where not tgisinternal
      order by 1`;
    expect(await querySql(as.href, schema)).toEqual(await querySql(database.url, schema));
    await expect(querySql(as.href, `delete from audit`)).rejects.toThrow();
    const [next] = await querySql(as.href, `select nextval(pg_get_serial_sequence('claim', 'number')) as n`);
    expect(next).toEqual({ n: '4' });
  } finally {
    await target.drop();
    await querySql(database.url, `drop role ${role}`);
  }
});

test('a back-up of an older release is read back under its own schema, and then brought up to date', async () => {
  const [older, target] = [await freshDatabase({ migrated: false }), await freshDatabase({ migrated: false })];
  const had = Object.keys(migrations).filter((name) => name < '0040');
  await migrate(older.url, { only: had });
  await querySql(older.url, `insert into region (code, name, level) values ('420000', '湖北省', 'province')`);
  const written = await writtenOut(older.url);
  expect(written.record.migrations).toEqual(had);
  await readBack(target.url, written);
  expect(await querySql(target.url, 'select code from region')).toEqual([{ code: '420000' }]);
  expect((await migrate(target.url)).applied).toEqual([]);
  await older.drop();
  await target.drop();
});

test('a full disk ends the back-up with what the system says; so does a table whose rows are not all there', async () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const sinkOf = (): Sink => {
    const stream = new Writable({
      write: (_chunk, _encoding, done) => {
        done(full);
      },
    });
    const kept = new Promise<void>((resolve, reject) => stream.once('error', reject).once('finish', resolve));
    return { stream, kept };
  };
  await expect(dump(database.url, sinkOf, () => undefined)).rejects.toMatchObject({ code: 'ENOSPC' });

  const written = await writtenOut(database.url);
  const claims = written.rows.get('public.claim') ?? Buffer.alloc(0);
  written.rows.set('public.claim', claims.subarray(0, claims.indexOf('\n') + 1));
  const target = await freshDatabase({ migrated: false });
  await expect(readBack(target.url, written)).rejects.toThrow('public.claim: 1 rows came in, 3 were written out');
  expect(await querySql(target.url, 'select 1 from region')).toEqual([]);
  await target.drop();
});

test('the workflows of a seeded record begin one after the other, behind what people do', async () => {
  const { claims } = await world.db.transaction().execute((trx) => beginWorkflows(trx, 1_000));
  const { rows } = await sql<{ priority: number; apart: number }>`
    select priority, round(extract(epoch from run_at - min(run_at) over ()))::int as apart
    from graphile_worker.jobs where task_identifier = 'rebuild' order by run_at`.execute(world.db);
  expect(claims).toBe(3);
  expect(rows).toEqual([0, 1, 2].map((apart) => ({ priority: 10, apart })));
});
