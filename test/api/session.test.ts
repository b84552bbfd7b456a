import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { networkOf } from '../../api/network.ts';
import { hashOf } from '../../api/plugins/identity.ts';
import { forgetAttempts } from '../../db/acts/attempts.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { type Bench, expectProblem, makeBench, sessionOf } from './support.ts';

let bench: Bench;
let person: Caller;
beforeAll(async () => {
  bench = await makeBench();
  person = await bench.world.declarant('emp-city');
});
afterAll(() => bench.close());

const login = (username: string, password: string, rest: object = {}) =>
  bench.call('signIn', { body: { username, password }, ...rest });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('signing in', () => {
  test('gives a cookie that no script reads, and who one is, the ID number masked', async () => {
    await bench.account(person, 'alice', 'right');
    const answer = await login('Alice', 'right');
    expect(answer.status).toBe(200);
    expect(answer.json.person.idNumberMasked).toMatch(/^\d{3}\*{11}\d{3}[\dX]$/);
    expect(String(answer.headers['set-cookie'])).toMatch(
      /xueshi_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict/,
    );
    const kept = await bench.db.selectFrom('session').selectAll().where('person_id', '=', person.personId).execute();
    expect(kept.every((s) => s.token_hash.length === 32)).toBe(true);
  });

  test('answers a wrong password and an unknown name alike', async () => {
    await bench.account(person, 'alice', 'right');
    const [wrong, unknown] = [await login('alice', 'wrong'), await login('nobody', 'wrong')];
    expectProblem(wrong, 401, 'wrong-credentials');
    expectProblem(unknown, 401, 'wrong-credentials');
    expect(wrong.json.detail).toBe(unknown.json.detail);
  });

  test('is locked after five failures, also at once, also for an unknown name, also from forged addresses', async () => {
    const victim = await bench.world.declarant('emp-city');
    await bench.account(victim, 'victim', 'right');
    for (const name of ['victim', 'no-such-name']) {
      const forged = (i: number) => ({ headers: { 'x-forwarded-for': `10.0.0.${i}` } });
      const answers = await Promise.all(Array.from({ length: 9 }, (_, i) => login(name, 'wrong', forged(i))));
      expect(answers.map((a) => a.status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429]);
    }
    const locked = await login('victim', 'right');
    expectProblem(locked, 429, 'account-locked');
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(800);
  });

  test('from one address is slowed after fifty failures, whatever address is claimed', async () => {
    const remoteAddress = '192.0.2.7';
    for (let i = 0; i < 50; i += 1) await login(`guess-${i}`, 'wrong', { remoteAddress });
    const answer = await login('guess-51', 'wrong', { remoteAddress, headers: { 'x-forwarded-for': '198.51.100.1' } });
    expectProblem(answer, 429, 'too-many-requests');
    expectProblem(await login('guess-51', 'wrong', { remoteAddress: '192.0.2.8' }), 401, 'wrong-credentials');
  });

  test('from one IPv6 network is slowed however many of its addresses are used, and no other network is', async () => {
    const from = (address: string) => ({ remoteAddress: address });
    for (let i = 0; i < 50; i += 1) await login(`guess6-${i}`, 'wrong', from(`2001:db8:0:7::${i.toString(16)}`));
    expectProblem(await login('guess6-51', 'wrong', from('2001:db8:0:7:ffff::1')), 429, 'too-many-requests');
    expectProblem(await login('guess6-51', 'wrong', from('2001:db8:0:8::1')), 401, 'wrong-credentials');
  });

  test('a network is the first half of an IPv6 address, however it is written', () => {
    const same = ['2001:db8::1', '2001:0DB8:0:0:1:2:3:4', '2001:db8:0:0::', '2001:db8::ffff:192.0.2.1'];
    expect(new Set(same.map(networkOf))).toEqual(new Set(['2001:db8:0:0::/64']));
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
    expect([networkOf('192.0.2.1'), networkOf('::ffff:192.0.2.1')]).toEqual(['192.0.2.1', '192.0.2.1']);
  });

  test('parallel guesses at many names from one address do not pass together, nor by several API processes', async () => {
    const remoteAddress = '192.0.2.30';
    const other = await bench.another();
    const answers = await Promise.all(
      Array.from({ length: 70 }, (_, i) =>
        (i % 2 ? other : bench).call('signIn', { body: { username: `many-${i}`, password: 'wrong' }, remoteAddress }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 401).length).toBe(50);
    expect(answers.filter((answer) => answer.json.code === 'too-many-requests').length).toBe(20);
  });

  test('is locked after five failures over all API processes, for a known and an unknown name', async () => {
    const shared = await bench.world.declarant('emp-city');
    await bench.account(shared, 'shared', 'right');
    const others = [bench, await bench.another(), await bench.another()];
    for (const username of ['shared', 'shared-by-nobody']) {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (others[i % 3] ?? bench).call('signIn', { body: { username, password: 'wrong' } }),
        ),
      );
      // Whole, so that any other answer shows which it was.
      const codes = answers.map((answer) => answer.json.code as string).sort();
      expect(codes).toEqual([
        ...Array<string>(7).fill('account-locked'),
        ...Array<string>(5).fill('wrong-credentials'),
      ]);
    }
  });

  test('a success gives its attempt back: more right log-ins than failures allowed pass, also at once', async () => {
    const busy = await bench.world.declarant('emp-city');
    await bench.account(busy, 'busy', 'right');
    const remoteAddress = '192.0.2.40';
    const answers = await Promise.all(Array.from({ length: 60 }, () => login('busy', 'right', { remoteAddress })));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    for (let i = 0; i < 4; i += 1) await login('busy', 'wrong', { remoteAddress });
    expect((await login('busy', 'right', { remoteAddress })).status).toBe(200);
    for (let i = 0; i < 4; i += 1) await login('busy', 'wrong', { remoteAddress });
    expect((await login('busy', 'right', { remoteAddress })).status).toBe(200);
  });

  test('a lock and an address’s wait end by themselves, and the count begins anew', async () => {
    const remoteAddress = '192.0.2.50';
    for (let i = 0; i < 5; i += 1) await login('waits', 'wrong', { remoteAddress });
    expectProblem(await login('waits', 'wrong', { remoteAddress }), 429, 'account-locked');
    const pass = (minutes: number) =>
      sql`update login_attempt set since = since - make_interval(mins => ${minutes}::int)`.execute(bench.db);
    await pass(14);
    expectProblem(await login('waits', 'wrong', { remoteAddress }), 429, 'account-locked');
    await pass(1);
    for (let i = 0; i < 5; i += 1)
      expectProblem(await login('waits', 'wrong', { remoteAddress }), 401, 'wrong-credentials');
    expectProblem(await login('waits', 'wrong', { remoteAddress }), 429, 'account-locked');
    await pass(24 * 60);
    await forgetAttempts(bench.db);
    expect(await bench.db.selectFrom('login_attempt').selectAll().execute()).toEqual([]);
  });

  test('a lock or a wait of before the clock went back does not last until it is there again', async () => {
    const remoteAddress = '192.0.2.51';
    const locked = await bench.world.declarant('emp-city');
    await bench.account(locked, 'locked', 'right');
    for (let i = 0; i < 5; i += 1) await login('locked', 'wrong', { remoteAddress });
    for (let i = 0; i < 5; i += 1) await login('nobody', 'wrong', { remoteAddress });
    for (const name of ['locked', 'nobody'])
      expectProblem(await login(name, 'right', { remoteAddress }), 429, 'account-locked');
    await sql`update login_attempt set since = since + interval '31 days'`.execute(bench.db);
    await sql`update account set locked_until = locked_until + interval '31 days' where person_id = ${locked.personId}`.execute(
      bench.db,
    );
    expect((await login('locked', 'right', { remoteAddress })).status).toBe(200);
    expectProblem(await login('nobody', 'right', { remoteAddress }), 401, 'wrong-credentials');
    await sql`delete from login_attempt`.execute(bench.db);
  });

  test('a proxy’s word for the address is believed from a trusted proxy alone', async () => {
    const behind = await bench.another({ trustedProxies: '192.0.2.64/28,uniquelocal' });
    const guess = (peer: string, client: string, i: number) =>
      behind.call('signIn', {
        body: { username: `proxied-${i}`, password: 'wrong' },
        remoteAddress: peer,
        headers: { 'x-forwarded-for': client },
      });
    const addressesSeen = async (peer: string, clientOf: (i: number) => string): Promise<number> => {
      await sql`delete from login_attempt`.execute(bench.db);
      for (const i of [1, 2, 3]) expectProblem(await guess(peer, clientOf(i), i), 401, 'wrong-credentials');
      const kept = await bench.db.selectFrom('login_attempt').select('key').where('key', 'like', 'address:%').execute();
      return kept.length;
    };
    for (const trusted of ['192.0.2.70', '10.1.2.3']) {
      expect(await addressesSeen(trusted, (i) => `203.0.113.${i}`), trusted).toBe(3);
      // What the client itself wrote stands before what the proxy added.
      expect(await addressesSeen(trusted, (i) => `203.0.113.${i}, 198.51.100.1`), trusted).toBe(1);
    }
    expect(await addressesSeen('192.0.2.90', (i) => `203.0.113.${i}`)).toBe(1);
  });

  test('is refused without a name or password, or with more than these', async () => {
    expectProblem(await bench.call('signIn', { body: { username: 'x' } }), 400, 'invalid-input');
    expectProblem(
      await bench.call('signIn', { body: { username: 'x', password: 'y', role: 'admin' } }),
      400,
      'invalid-input',
    );
  });
});

describe('the trail', () => {
  const rows = (personId: string) =>
    bench.db
      .selectFrom('audit')
      .select(['action', 'actor_id', 'subject_kind', 'subject_id', 'detail'])
      .where('subject_id', '=', personId)
      .orderBy('id')
      .execute();

  test('tells a failed, a locked and a good log-in and the signing out, and never the name typed', async () => {
    const watched = await bench.world.declarant('emp-city');
    await bench.account(watched, 'watched', 'right');
    const first = await login('watched', 'right');
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    expect((await bench.call('signOut', { cookie })).status).toBe(200);
    expect((await bench.call('signOut', { cookie })).status).toBe(200);
    for (let i = 0; i < 9; i += 1) await login('watched', 'wrong', { remoteAddress: '192.0.2.20' });
    const trail = await rows(watched.personId);
    expect(trail.map((row) => row.action)).toEqual([
      'session.opened',
      'session.closed',
      ...Array.from({ length: 5 }, () => 'login.failed'),
      'login.locked',
    ]);
    expect(trail.slice(2).every((row) => row.actor_id === null && row.subject_kind === 'account')).toBe(true);

    const unknown = await rows('unknown');
    await login('my-password-by-mistake', 'wrong', { remoteAddress: '192.0.2.21' });
    const later = await rows('unknown');
    expect(later.length).toBe(unknown.length + 1);
    expect(JSON.stringify(later)).not.toContain('mistake');
  });
});

describe('a session', () => {
  const me = (cookie: string) => bench.call('me', { cookie });
  const fresh = async () => {
    await bench.account(person, 'alice', 'right');
    return sessionOf(bench.db, person);
  };

  test('ends with signing out, at once where that was done', async () => {
    const cookie = await fresh();
    expect((await me(cookie)).status).toBe(200);
    expect((await bench.call('signOut', { cookie })).status).toBe(200);
    await pause(1_050);
    expectProblem(await me(cookie), 401, 'not-signed-in');
  });

  test('that is revoked elsewhere is refused within a second', async () => {
    const cookie = await fresh();
    expect((await me(cookie)).status).toBe(200);
    await bench.db.deleteFrom('session').where('person_id', '=', person.personId).execute();
    await pause(1_050);
    expectProblem(await me(cookie), 401, 'not-signed-in');
  });

  test('is asked for once by many requests of the same moment', async () => {
    let asked = 0;
    const counted = bench.db.withPlugin({
      transformQuery: ({ node }) => {
        if (node.kind === 'RawNode' && node.sqlFragments.join('').includes('from session s join')) asked += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    });
    const other = await bench.another({}, { db: counted });
    const cookie = await fresh();
    await other.call('me', { cookie });
    await pause(1_050);
    asked = 0;
    const answers = await Promise.all(Array.from({ length: 30 }, () => other.call('me', { cookie })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(asked).toBeGreaterThan(0);
    // Once more for each second that a slow machine takes.
    expect(asked).toBeLessThan(10);
  });

  test('ends after two idle hours, and after twelve in any case', async () => {
    for (const change of [
      { last_seen_at: new Date(Date.now() - 121 * 60_000) },
      { expires_at: new Date(Date.now() - 1) },
    ]) {
      const cookie = await fresh();
      const hash = hashOf(cookie.split('=')[1] ?? '');
      await bench.db.updateTable('session').set(change).where('token_hash', '=', hash).execute();
      expectProblem(await me(cookie), 401, 'not-signed-in');
    }
  });

  test('of before the clock went back has no end of its own any more, and is none; one that was just opened stays, and is seen again', async () => {
    const [month, minutes] = [31 * 24 * 3_600_000, 20 * 60_000];
    for (const [back, status] of [
      [month, 401],
      [minutes, 200],
    ] as const) {
      const cookie = await fresh();
      const hash = hashOf(cookie.split('=')[1] ?? '');
      const ahead = {
        expires_at: new Date(Date.now() + 12 * 3_600_000 + back),
        last_seen_at: new Date(Date.now() + back),
      };
      const own = bench.db.updateTable('session').where('token_hash', '=', hash);
      await own.set(ahead).execute();
      expect((await me(cookie)).status).toBe(status);
      const { last_seen_at: seen } = await bench.db
        .selectFrom('session')
        .select('last_seen_at')
        .where('token_hash', '=', hash)
        .executeTakeFirstOrThrow();
      expect(seen.getTime() < Date.now() + 60_000).toBe(status === 200);
    }
  });

  test('that is used does not idle out, by the database’s clock and not by the API’s', async () => {
    const cookie = await fresh();
    const hash = hashOf(cookie.split('=')[1] ?? '');
    const own = bench.db.updateTable('session').where('token_hash', '=', hash);
    await own.set({ last_seen_at: new Date(Date.now() - 3_600_000) }).execute();
    const slow = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3 * 3_600_000);
    expect((await me(cookie)).status).toBe(200);
    slow.mockRestore();
    const row = bench.db.selectFrom('session').select('last_seen_at').where('token_hash', '=', hash);
    expect(Date.now() - (await row.executeTakeFirstOrThrow()).last_seen_at.getTime()).toBeLessThan(60_000);
  });

  test('of a disabled account, or a made-up one, is none', async () => {
    const cookie = await fresh();
    await bench.db
      .updateTable('account')
      .set({ disabled_at: new Date() })
      .where('person_id', '=', person.personId)
      .execute();
    expectProblem(await me(cookie), 401, 'not-signed-in');
    await bench.db.updateTable('account').set({ disabled_at: null }).where('person_id', '=', person.personId).execute();
    expectProblem(await me(`xueshi_session=${'a'.repeat(43)}`), 401, 'not-signed-in');
    expectProblem(await me('xueshi_session=short'), 401, 'not-signed-in');
  });

  test('loses a role within a second of its end', async () => {
    const officer = bench.world.officer('emp-hosting', 'first-reviewer');
    expect((await bench.call('taskCounts', { as: officer })).status).toBe(200);
    await bench.db.deleteFrom('role_holding').where('person_id', '=', officer.personId).execute();
    await pause(1_050);
    expectProblem(await bench.call('taskCounts', { as: officer }), 403, 'forbidden');
  });

  test('cannot be used by another site’s page', async () => {
    const cookie = await fresh();
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ] as Record<string, string>[]) {
      expectProblem(await bench.call('signOut', { cookie, headers }), 403, 'cross-origin');
    }
    expect((await me(cookie)).status).toBe(200);
    const own = { origin: 'http://localhost:8080', host: 'localhost:8080', 'sec-fetch-site': 'same-origin' };
    expect((await bench.call('signOut', { cookie, headers: own })).status).toBe(200);
  });
});
