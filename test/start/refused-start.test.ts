import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';
import { freePort } from '../../bin/lib/ports.ts';
import { querySql } from '../../bin/lib/postgres.ts';
import { newKeyFile } from '../support/certificates.ts';
import { doorTo } from '../support/door.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { temporalServer } from '../support/temporal.ts';

/** Production's processes, started by themselves where something they need is not as it must be: each says what, and the cure. */

let database: TestDatabase;
let temporal: string;
beforeAll(async () => {
  [database, { address: temporal }] = await Promise.all([freshDatabase(), temporalServer()]);
});
afterAll(() => database.drop());

/** Runs a process until it leaves; one that has begun its work is asked to. */
async function started(
  file: string,
  env: Record<string, string>,
  hears: (output: string) => void = () => undefined,
): Promise<{ code: number | null; output: string }> {
  const settings = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal,
    TASK_QUEUE: randomUUID(),
    PORT: String(await freePort()),
    EVIDENCE_DIR: path.join(tmpdir(), 'xueshi-no-evidence'),
    PERSON_KEY_SECRET: 'a-person-key-of-the-tests-32-long',
    CERTIFICATE_KEY: newKeyFile(),
    START_WAIT_SECONDS: '0',
  };
  const child = spawn(process.execPath, ['--import', 'tsx', path.join('bin', file)], {
    cwd: PROJECT,
    env: { ...process.env, ...settings, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      hears(output);
      if (output.includes('READY')) child.kill('SIGTERM');
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

function expectRefusal({ code, output }: { code: number | null; output: string }, ...words: string[]): void {
  expect({ code, output }).toMatchObject({ code: 1 });
  for (const word of [...words, '办法：']) expect(output).toContain(word);
  expect(output).not.toContain('    at ');
}

test('with several wrong settings: all of them at once', async () => {
  const answer = await started('api.ts', { PORT: 'http', PERSON_KEY_SECRET: 'short', CERTIFICATE_KEY: '' });
  expectRefusal(answer, '缺少或写错了 3 项设置', 'PORT=http', 'PERSON_KEY_SECRET=(hidden)', 'CERTIFICATE_KEY=(unset)');
});

test('on a database that does not answer, or has another password', async () => {
  const port = String(await freePort());
  const away = await started('worker.ts', { DATABASE_URL: `postgres://xueshi:pl4nted@127.0.0.1:${port}/xueshi` });
  expectRefusal(away, `xueshi@127.0.0.1:${port}/xueshi 不能使用`, '没有程序在该地址监听');
  expect(away.output).not.toContain('pl4nted');
});

test('on a database of an older release: the migrations it lacks, and the command that brings them', async () => {
  await querySql(database.url, `update kysely_migration set name = 'x-' || name where name like '0012-%'`);
  for (const answer of await Promise.all(['api.ts', 'worker.ts'].map((file) => started(file, {}))))
    expectRefusal(answer, '缺少 1 个迁移：0012-notices', 'npm run migrate');
  await querySql(database.url, `update kysely_migration set name = substr(name, 3) where name like 'x-%'`);
});

test('on a database of a newer release, which is said and served; in a namespace that Temporal does not have', async () => {
  await querySql(database.url, `insert into kysely_migration values ('9999-of-tomorrow', now()::text)`);
  const answer = await started('worker.ts', { TEMPORAL_NAMESPACE: 'none-such' });
  expect(answer.output).toContain('多出 1 个迁移：9999-of-tomorrow');
  expectRefusal(answer, '没有命名空间 none-such', 'temporal operator namespace create');
});

test('while PostgreSQL is starting up: waited for with a word, and the process goes on when it is there', async () => {
  const door = await doorTo(database.url);
  door.close();
  const env = { DATABASE_URL: door.url, START_WAIT_SECONDS: '60' };
  const { code, output } = await started('api.ts', env, (said) => {
    if (said.includes('还不能使用（正在启动或关闭）')) door.open();
  });
  await door.end();
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toContain('READY api');
  expect(door.refused()).toBeGreaterThan(0);
});

test('on a Temporal that does not answer in time', async () => {
  const address = `127.0.0.1:${String(await freePort())}`;
  expectRefusal(await started('worker.ts', { TEMPORAL_ADDRESS: address }), `Temporal（${address}）在 0 秒内没有应答`);
});

test('with another secret than the one the people of this database are named by', async () => {
  await querySql(
    database.url,
    `insert into person_key_secret (fingerprint) values (sha256('other')) on conflict do nothing`,
  );
  await querySql(database.url, `update person_key_secret set fingerprint = sha256('other')`);
  expectRefusal(await started('api.ts', {}), 'PERSON_KEY_SECRET 与这个数据库中的个人标识所用的不同');
});
