import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../api/app.ts';
import { fileEvidenceStore } from '../../api/evidence/store.ts';
import { type Db, kyselyOn } from '../../db/connect.ts';
import { testPrinter } from '../support/certificates.ts';
import { conference } from '../support/world.ts';
import { type Bench, makeBench } from './support.ts';

const TITLE = '欧阳无痕的会议';
let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});
afterAll(() => bench.close());

const logging = (db: Db, lines: string[]): Promise<FastifyInstance> =>
  buildApp({
    db,
    evidence: fileEvidenceStore(bench.folder),
    certificates: testPrinter(),
    config: {
      logLevel: 'info',
      personKeySecret: 'secret-for-tests-secret-for-tests',
      logStream: { write: (line) => lines.push(line) },
      secureCookies: false,
      webFolder: bench.folder,
    },
  });

test('a request that PostgreSQL refuses leaves its constraint in the log, and nothing of what was typed', async () => {
  const lines: string[] = [];
  const app = await logging(bench.db, lines);
  await sql`alter table claim add constraint forced check (title <> ${sql.lit(TITLE)})`.execute(bench.db);
  const person = await bench.world.declarant('emp-city');
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/claims',
    headers: { cookie: await bench.cookieOf(person), 'content-type': 'application/json' },
    payload: JSON.stringify({ declared: conference(TITLE) }),
  });
  await app.close();
  expect(answer.statusCode).toBe(500);
  expect(lines.join('')).toContain('forced');
  expect(lines.join('')).not.toContain('欧阳无痕');
});

test('a database that stands still is not ready within seconds, and those who ask hold one connection together', async () => {
  let held = 0;
  const still = {
    connect: () => {
      held += 1;
      return new Promise(() => undefined);
    },
    end: () => Promise.resolve(),
  };
  const app = await logging(kyselyOn(still as unknown as Pool), []);
  const answers = await Promise.all([1, 2, 3].map(() => app.inject('/health/ready')));
  answers.push(await app.inject('/health/ready'));
  await app.close();
  for (const answer of answers) {
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ status: 'down', parts: { database: 'down' } });
  }
  expect(held).toBe(1);
});
