import { sql } from 'kysely';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLog } from '../../bin/lib/log.ts';
import { faultForLog } from '../../contract/faults.ts';
import type { Db } from '../../db/connect.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { makeWorld, type World } from '../support/world.ts';

/** Nobody's name stands in a log line, whatever PostgreSQL puts into its errors. */

const NAME = '欧阳无痕';
let database: TestDatabase;
let world: World;
let db: Db;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  db = world.db;
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const thrownBy = async (work: Promise<unknown>): Promise<Error> => {
  const error = await work.then(
    () => null,
    (fault: unknown) => fault,
  );
  if (!(error instanceof Error)) throw new Error('nothing was thrown');
  return error;
};

/** The errors of PostgreSQL that carry a row, a key, or a value. */
const faults = (): Promise<Error[]> =>
  Promise.all([
    thrownBy(sql`insert into person (name, id_number) values (${NAME}, ${NAME})`.execute(db)),
    thrownBy(sql`insert into person (name, id_number) values (${NAME}, null)`.execute(db)),
    thrownBy(sql`select ${NAME}::text::int`.execute(db)),
    thrownBy(sql`insert into region (code, name, level) select '420000', ${NAME}, 'city'`.execute(db)),
  ]);

describe('a failed statement', () => {
  test('carries the name, which is why its error may not be written as it is', async () => {
    const lines: string[] = [];
    const plain = pino({}, { write: (line) => lines.push(line) });
    for (const err of await faults()) plain.error({ err });
    expect(lines.filter((line) => line.includes(NAME)).length).toBeGreaterThan(1);
  });

  test.each(['err', 'error', 'fatalError', 'cause'])(
    'under the key %s leaves its code in the log, not the name',
    async (key) => {
      const lines: string[] = [];
      const log = openLog('test', 'info', { write: (line) => lines.push(line) });
      for (const fault of await faults()) {
        log.error({ [key]: fault }, 'Activity failed');
        log.warn({ [key]: new Error('the activity failed', { cause: fault }) }, 'wrapped');
        log.warn({ [key]: new AggregateError([fault], 'several') }, 'several');
        log.error(fault);
      }
      expect(lines).toHaveLength(16);
      for (const line of lines) expect(line).not.toContain(NAME);
      for (const code of ['23514', '23502', '22P02', '23505']) expect(lines.join('')).toContain(code);
      expect(lines.join('')).toContain('faults.test.ts');
    },
  );
});

test('what cannot be read as JSON is not quoted', async () => {
  const fault = faultForLog(await thrownBy(Promise.resolve(NAME).then((text): unknown => JSON.parse(text))));
  expect(fault.message).toContain('is not valid JSON');
  expect(JSON.stringify(fault)).not.toMatch(/欧|阳/);
});
