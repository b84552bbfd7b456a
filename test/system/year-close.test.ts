import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureYearCloseSchedule } from '../../relay/year-close.ts';
import { yearClosesOn } from '../../rules/year.ts';
import type { YearCloseInput } from '../../workflows/messages.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { temporalServer } from '../support/temporal.ts';
import { endProcess, startWorker } from '../support/worker.ts';
import { makeWorld, until, type World } from '../support/world.ts';

/** Closing a year on a real PostgreSQL, a real Temporal and real worker processes, one of which is killed. */

let database: TestDatabase;
let world: World;
let client: Client;
let address: string;
const taskQueue = randomUUID();
const PEOPLE = 3_000;

beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  ({ address } = await temporalServer());
  client = new Client({ connection: await Connection.connect({ address }) });
  await sql`
    with made as (
      insert into person (name, id_number)
      select '人员' || n, '42010019800101' || lpad(n::text, 4, '0') from generate_series(1, ${PEOPLE}::int) n returning id)
    insert into affiliation (person_id, employer_id, unit_kind, level, region_code, industry_code, from_on)
    select id, 'emp-city', 'ordinary', 'city', '420500', 'health', '2026-01-01' from made`.execute(world.db);
});
afterAll(async () => {
  await client.connection.close();
  await world.close();
  await database.drop();
});

const worker = () => startWorker({ DATABASE_URL: database.url, TEMPORAL_ADDRESS: address, TASK_QUEUE: taskQueue });
const progress = () =>
  world.db.selectFrom('year_close').select(['state', 'people_done']).where('year', '=', 2026).executeTakeFirstOrThrow();

describe('the schedule', () => {
  test('is made once, and fires on the morning after claims close, every year', async () => {
    const queue = randomUUID();
    await ensureYearCloseSchedule(client, queue);
    await ensureYearCloseSchedule(client, queue);
    const handle = client.schedule.getHandle(`year-close/${queue}`);
    const { info } = await handle.describe();
    const next = info.nextActionTimes.slice(0, 4).map((at) => at.toISOString());
    // Two in the morning in Shanghai is 18:00 UTC of the day before.
    expect(next).toEqual(
      [2026, 2027, 2028, 2029].map((year) =>
        new Date(Date.parse(`${yearClosesOn(year)}T02:00:00+08:00`)).toISOString(),
      ),
    );
    await handle.delete();
  });
});

test('a worker killed in the middle is followed by another: everybody has one verdict and one notice', async () => {
  // The day is not ours to choose in a real worker: the closing has been begun before.
  await world.db
    .insertInto('year_close')
    .values({
      year: 2026,
      as_of: '2027-04-01',
      rule_version: 'test',
      started_by: null,
      people_total: null,
      after: null,
    })
    .execute();
  const first = await worker();
  const handle = await client.workflow.start<(input: YearCloseInput) => Promise<unknown>>('yearClose', {
    workflowId: randomUUID(),
    taskQueue,
    args: [{ years: [2026], pace: { people: 50, pages: 10, peoplePerSecond: 400 } }],
  });
  await until('a part to be done', async () => (await progress()).people_done >= 400);
  await endProcess(first, 'SIGKILL');
  const atDeath = (await progress()).people_done;
  expect(atDeath).toBeLessThan(PEOPLE);
  const second = await worker();
  await handle.result();
  await endProcess(second);
  const { rows } = await sql<{ verdicts: number; notices: number; people: number }>`
    select (select count(*)::int from year_verdict where year = 2026) as verdicts,
           (select count(*)::int from notice where kind = 'year-closed') as notices,
           (select count(distinct person_id)::int from affiliation) as people`.execute(world.db);
  const [counted] = rows;
  expect(counted?.verdicts).toBe(counted?.people);
  expect(counted?.notices).toBe(counted?.people);
  expect(await progress()).toEqual({ state: 'closed', people_done: counted?.people });
});
