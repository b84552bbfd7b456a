import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer } from 'node:net';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answerBrokenRequest } from '../../api/problems.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { conference, drafted, openTasks, until, verdict } from '../support/world.ts';
import { type Answer, aPdf, type Bench, expectProblem, makeBench, seeAll, underReview, upload } from './support.ts';

/** More than can be answered: refused with Retry-After, nothing half-written, and what was refused can be sent again as it was. */

let bench: Bench;
const own: Db[] = [];
const locks: (() => Promise<void>)[] = [];
beforeAll(async () => {
  bench = await makeBench();
});
afterEach(async () => {
  // Also of a test that failed: else nothing after it comes to its end.
  for (const letGo of locks.splice(0)) await letGo();
  for (const db of own.splice(0)) await db.destroy();
});
afterAll(() => bench.close());

/** Connections of an API process of its own. */
function few(max: number, patience: Parameters<typeof connectPool>[2] = {}): Db {
  const db = kyselyOn(connectPool(bench.url, max, patience));
  own.push(db);
  return db;
}

function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Holds what `statement` locks until the returned function is called. */
async function holding(statement: string): Promise<() => Promise<void>> {
  const held = gate();
  const until = gate();
  const ended = bench.db.transaction().execute(async (trx) => {
    await sql.raw(statement).execute(trx);
    held.open();
    await until.opened;
  });
  await held.opened;
  const letGo = async (): Promise<void> => {
    until.open();
    await ended;
  };
  locks.push(letGo);
  return letGo;
}

async function statementsThatWait(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    bench.db,
  );
  return rows[0]?.n ?? 0;
}

function expectLater(answer: Answer, code: string): void {
  expectProblem(answer, 503, code);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
}

test('past the bound a request is refused at once, health is answered, and when the others are done there is room again', async () => {
  const person = await bench.world.declarant('emp-city');
  const cookie = await bench.cookieOf(person);
  const small = await bench.another({ maxUnderWay: 3 }, { db: few(5) });
  const ask = () => small.call('me', { cookie });
  const letGo = await holding('lock table session in access exclusive mode');
  const waiting = [ask(), ask(), ask()];
  const refused = [await ask(), await ask()];
  for (const answer of refused) expectLater(answer, 'overloaded');
  expect((await small.call('live')).status).toBe(200);
  await letGo();
  for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200);
  for (let again = 0; again < 8; again += 1) expect((await ask()).status).toBe(200);
});

test('requests one behind the other on a connection that ends leave their places free', async () => {
  // Three people: who asks is looked up once for all requests of one session.
  const people = await Promise.all([1, 2, 3].map(() => bench.world.declarant('emp-city')));
  const cookies = await Promise.all(people.map((person) => bench.cookieOf(person)));
  const small = await bench.another({ maxUnderWay: 3 }, { db: few(5) });
  const ask = () => small.call('me', { cookie: cookies[0] ?? '' });
  await small.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = small.app.server.address() as AddressInfo;
  const letGo = await holding('lock table session in access exclusive mode');
  const caller = connect(port, '127.0.0.1');
  caller.write(cookies.map((cookie) => `GET /api/v1/me HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\n\r\n`).join(''));
  // Each that is let in waits for the lock.
  await until('three requests under way', async () => (await statementsThatWait()) === 3);
  expectLater(await ask(), 'overloaded');
  caller.destroy();
  await letGo();
  await until('room again', async () => (await ask()).status === 200);
  const together = await Promise.all([ask(), ask(), ask()]);
  expect(together.map((answer) => answer.status)).toEqual([200, 200, 200]);
});

test('evidence on its way has a bound of its own: it keeps no decision out', async () => {
  const person = await bench.world.declarant('emp-city');
  const cookie = await bench.cookieOf(person);
  const { claimId } = await drafted(bench.db, person, conference('满载时上传'));
  const small = await bench.another({ maxUnderWay: 1 }, { db: few(5) });
  const letGo = await holding('lock table evidence in access exclusive mode');
  const sending = small.call('uploadEvidence', { cookie, params: { id: claimId }, ...upload(aPdf('overload')) });
  expect((await small.call('me', { cookie })).status).toBe(200);
  await letGo();
  expect((await sending).status).toBe(201);
});

describe('a submission', () => {
  test('without a free connection is refused, leaves nothing, and sent again with its key it is taken', async () => {
    const person = await bench.world.declarant('emp-city');
    const cookie = await bench.cookieOf(person);
    const { claimId, revision } = await drafted(bench.db, person, conference('没有空闲连接'));
    const db = few(1, { connectionTimeoutMillis: 2_000 });
    const busy = await bench.another({}, { db });
    const send = {
      ...{ cookie, params: { id: claimId }, headers: { 'idempotency-key': randomUUID() } },
      body: { revision },
    };
    const free = gate();
    const held = gate();
    const taken = db.connection().execute(() => {
      held.open();
      return free.opened;
    });
    await held.opened;
    expectLater(await busy.call('submitClaim', send), 'not-ready');
    const acts = () => bench.db.selectFrom('act').select('seq').where('claim_id', '=', claimId).execute();
    expect(await acts()).toEqual([]);
    free.open();
    await taken;
    expect((await busy.call('submitClaim', send)).status).toBe(200);
    expect(await acts()).toHaveLength(1);
  });

  test('cut off in its middle by a lock is undone whole, outbox included', async () => {
    const person = await bench.world.declarant('emp-city');
    const cookie = await bench.cookieOf(person);
    const { claimId, revision } = await drafted(bench.db, person, conference('等待锁定'));
    const impatient = await bench.another({}, { db: few(2, { lock_timeout: 200 }) });
    const send = { cookie, params: { id: claimId }, headers: { 'idempotency-key': randomUUID() }, body: { revision } };
    // The claim itself can be had; the outbox, which comes last, cannot.
    const letGo = await holding('lock table graphile_worker._private_jobs in access exclusive mode');
    expectLater(await impatient.call('submitClaim', send), 'overloaded');
    await letGo();
    const left = await bench.db.selectFrom('claim').select(['state', 'act_seq']).where('id', '=', claimId).execute();
    expect(left).toEqual([{ state: 'draft', act_seq: 0 }]);
    expect((await impatient.call('submitClaim', send)).status).toBe(200);
  });
});

test('a decision on a claim that somebody holds is refused after a while, and counts once when it is sent again', async () => {
  const person = await bench.world.declarant('emp-city');
  const { claimId, taskId, evidenceId } = await underReview(bench, person, conference('被占用的申报'));
  const officer = bench.world.officer('emp-city', 'first-reviewer');
  await seeAll(bench, officer, { claimId, evidenceId });
  const cookie = await bench.cookieOf(officer);
  const impatient = await bench.another({}, { db: few(2, { lock_timeout: 200 }) });
  const send = { cookie, params: { id: taskId }, body: verdict('reject') };
  const letGo = await holding(`select 1 from claim where id = '${claimId}' for update`);
  expectLater(await impatient.call('decide', send), 'overloaded');
  await letGo();
  expect((await openTasks(bench.db, claimId)).length).toBe(1);
  expect((await impatient.call('decide', send)).status).toBe(200);
  expect((await impatient.call('decide', send)).status).toBe(200);
  const decisions = await bench.db.selectFrom('decision').select('id').where('claim_id', '=', claimId).execute();
  expect(decisions).toHaveLength(1);
});

describe('a request that is broken on the wire', () => {
  test('is answered as a problem with its cure, not as a fault', async () => {
    const app = (await bench.another()).app;
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    expect(await said(port, 'this is not HTTP\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*malformed-request.*不符合/s);
    const long = `GET /health/live HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(40_000)}\r\n\r\n`;
    expect(await said(port, long)).toMatch(/^HTTP\/1\.1 431 .*headers-too-large/s);
  });

  test('or does not come to its end in time is told so', async () => {
    const server = createServer((socket) => {
      answerBrokenRequest(Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await said(port, '')).toMatch(/^HTTP\/1\.1 408 .*application\/problem\+json.*没有保存任何内容/s);
    await new Promise((resolve) => server.close(resolve));
  });

  test('holds its connection no longer than an upload over a slow line takes', () => {
    const { requestTimeout, headersTimeout, timeout, maxConnections } = bench.app.server;
    expect({ requestTimeout, headersTimeout, timeout, maxConnections }).toEqual({
      ...{ requestTimeout: 180_000, headersTimeout: 20_000, timeout: 120_000, maxConnections: 5_000 },
    });
  });
});

/** What a server says to these bytes before it ends the connection. */
function said(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => (answer += data.toString()));
    // The server gives the connection up with its answer.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}
