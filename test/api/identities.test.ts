import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IdentityProvider, oidcProvider } from '../../api/sign-in/provider.ts';
import { ownPath } from '../../contract/own-path.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { forgetAbandonedSignIns } from '../../db/acts/identities.ts';
import { confirmMerge, proposeMerge, undoMerge } from '../../db/acts/merges.ts';
import { legalDay } from '../../rules/calendar.ts';
import { CLIENT, oidcTestProvider, ProviderVisitor, type TestProvider } from '../support/oidc-provider.ts';
import { done } from '../support/world.ts';
import { type Answer, type Bench, expectProblem, makeBench } from './support.ts';

/** Signing in at a real OpenID Connect provider, with the cookies a browser would keep. */

const PUBLIC_URL = 'http://xueshi.test';
let provider: TestProvider;
let bench: Bench;
let api: Pick<Bench, 'app' | 'call'>;
let byName: Pick<Bench, 'app' | 'call'>;
beforeAll(async () => {
  provider = await oidcTestProvider(PUBLIC_URL, { clientAuth: 'client_secret_basic' });
  bench = await makeBench();
  const at = (accountClaim: string | null) =>
    oidcProvider({
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      publicUrl: PUBLIC_URL,
      accountClaim,
      label: '统一身份认证登录',
    });
  api = await bench.another({}, { identityProvider: at(null) });
  byName = await bench.another({}, { identityProvider: at('preferred_username') });
});
afterAll(async () => {
  await provider.stop();
  await bench.close();
});

let addresses = 0;
function anAddress(): string {
  addresses += 1;
  return `198.51.100.${String(addresses)}`;
}
/** A browser of somebody's own: its own address, cookies by name. */
class Browser {
  readonly cookies = new Map<string, string>();
  readonly remoteAddress = anAddress();
  readonly visitor = new ProviderVisitor(provider.issuer);

  async ask(url: string, at = api): Promise<{ status: number; location: string; body: string }> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await at.app.inject({ method: 'GET', url, headers: { cookie }, remoteAddress: this.remoteAddress });
    for (const { name, value } of answer.cookies) this.cookies.set(name, value);
    return { status: answer.statusCode, location: answer.headers.location ?? '', body: answer.body };
  }

  /** From the button to where our return address leads. */
  async signIn(subject: string, { next, at = api }: { next?: string; at?: typeof api } = {}): Promise<string> {
    const back = await this.visitor.signIn(await this.begin({ next, at }), subject);
    expect(back.origin).toBe(PUBLIC_URL);
    return (await this.ask(back.pathname + back.search, at)).location;
  }

  async begin({ next, at = api }: { next?: string | undefined; at?: typeof api } = {}): Promise<string> {
    const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`;
    const started = await this.ask(`/api/v1/session/provider${query}`, at);
    expect(started.status).toBe(302);
    return started.location;
  }

  /** What the log-in page shows after a sign-in that led to no account. */
  async shownCode(): Promise<string> {
    const { linkingCode } = JSON.parse((await this.ask('/api/v1/session/ways')).body) as { linkingCode: string | null };
    return linkingCode ?? '';
  }

  me(): Promise<Answer> {
    return api.call('me', { cookie: `xueshi_session=${this.cookies.get('xueshi_session') ?? ''}` });
  }
}

/** The code that somebody is given who signs in as a subject that is nobody's here. */
async function codeOf(subject: string): Promise<string> {
  const browser = new Browser();
  await browser.signIn(subject);
  return browser.shownCode();
}

const faultOf = (location: string) => {
  const { pathname, searchParams } = new URL(location, PUBLIC_URL);
  return { pathname, ...Object.fromEntries(searchParams) };
};

async function someone(name: string): Promise<Caller> {
  const person = await bench.world.declarant('emp-city');
  await bench.account(person, name, 'right');
  return person;
}

async function link(person: Caller, code: string, as?: Caller): Promise<Answer> {
  const params = { id: 'emp-city', personId: person.personId };
  return api.call('linkIdentity', { as: as ?? (await manager()), params, body: { code } });
}

let unitManager: Caller | undefined;
async function manager(): Promise<Caller> {
  unitManager ??= await bench.world.appoint('emp-city', 'administrator', 'emp-city');
  return unitManager;
}

async function linked(name: string): Promise<Caller> {
  const person = await someone(name);
  const answer = await link(person, await codeOf(`subject-of-${name}`));
  if (answer.status !== 200) throw new Error(answer.body);
  return person;
}

const auditOf = (person: Caller) =>
  bench.db
    .selectFrom('audit')
    .select(['action', 'detail'])
    .where('subject_id', '=', person.personId)
    .orderBy('id')
    .execute();

describe('who signs in at the provider', () => {
  test('and is nobody here is shown a code and no way in; linked by it, they come in as with a password', async () => {
    const person = await someone('wang');
    const browser = new Browser();
    const back = faultOf(await browser.signIn('subject-of-wang', { next: '/claims?year=2026' }));
    // Not in the address: a link could bring somebody else's code to be told to a manager.
    expect(back).toEqual({ pathname: '/login', fault: 'unknown', next: '/claims?year=2026' });
    const code = await browser.shownCode();
    expect(code).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}$/);
    expect(await new Browser().shownCode()).toBe('');
    expectProblem(await browser.me(), 401, 'not-signed-in');
    expect((await link(person, code.toUpperCase())).status).toBe(200);
    expect(await browser.signIn('subject-of-wang', { next: '/claims?year=2026' })).toBe('/claims?year=2026');
    expect((await browser.me()).json.person.id).toBe(person.personId);
    expect(await auditOf(person)).toMatchObject([
      { action: 'identity.linked', detail: { by: 'administrator' } },
      { action: 'session.opened', detail: { by: 'oidc' } },
    ]);
    const told = await bench.db.selectFrom('notice').select('kind').where('person_id', '=', person.personId).execute();
    expect(told).toEqual([{ kind: 'identity-linked' }]);
  });

  test('is led to their first page; an official to what waits for them', async () => {
    await linked('declarant');
    expect(await new Browser().signIn('subject-of-declarant')).toBe('/');
  });

  test('gets no session by the provider’s names alone, unless a claim is configured; then once, and from there by the subject', async () => {
    const person = await someone('named');
    expect(faultOf(await new Browser().signIn('named'))).toMatchObject({ fault: 'unknown' });
    const browser = new Browser();
    expect(await browser.signIn('subject-of-named', { at: byName })).toBe('/');
    expect((await browser.me()).json.person.id).toBe(person.personId);
    // Another subject of the same name: the name was given to somebody else there.
    expect(faultOf(await new Browser().signIn('named', { at: byName }))).toMatchObject({ fault: 'unknown' });
    expect(faultOf(await new Browser().signIn('subject-of-nobody', { at: byName }))).toMatchObject({
      fault: 'unknown',
    });
    // A person's act stands against the claim.
    expect((await api.call('unlinkOwnIdentity', { as: person })).json).toEqual({ linkedAt: null });
    expect(faultOf(await new Browser().signIn('subject-of-named', { at: byName }))).toMatchObject({ fault: 'unknown' });
  });

  test('whose account is closed does not come in', async () => {
    const person = await linked('closed');
    await bench.db
      .updateTable('account')
      .set({ disabled_at: sql`now()` })
      .where('person_id', '=', person.personId)
      .execute();
    const browser = new Browser();
    expect(faultOf(await browser.signIn('subject-of-closed'))).toEqual({ pathname: '/login', fault: 'closed' });
    expectProblem(await browser.me(), 401, 'not-signed-in');
    expect((await auditOf(person)).at(-1)?.action).toBe('login.failed');
  });

  test('leaves the count of wrong passwords as it is, and needs not change a one-time password they did not use', async () => {
    const person = await linked('counted');
    await bench.db
      .updateTable('account')
      .set({ failed_logins: 3, must_change_password: true })
      .where('person_id', '=', person.personId)
      .execute();
    const browser = new Browser();
    await browser.signIn('subject-of-counted');
    expect((await browser.me()).json.mustChangePassword).toBe(false);
    const kept = await bench.db
      .selectFrom('account')
      .select('failed_logins')
      .where('person_id', '=', person.personId)
      .execute();
    expect(kept).toEqual([{ failed_logins: 3 }]);
  });

  test('signs out here and is led to the provider’s own sign-out; who came by password is not', async () => {
    await linked('leaving');
    const browser = new Browser();
    await browser.signIn('subject-of-leaving');
    const cookie = `xueshi_session=${browser.cookies.get('xueshi_session') ?? ''}`;
    const left = await api.call('signOut', { cookie });
    const to = new URL(left.json.continueAt);
    expect(to.origin).toBe(provider.issuer);
    expect(to.searchParams.get('post_logout_redirect_uri')).toBe(`${PUBLIC_URL}/login`);
    expectProblem(await api.call('me', { cookie }), 401, 'not-signed-in');
    expect((await fetch(to)).status).toBe(200);
    expect((await api.call('signOut', { cookie })).json).toEqual({ continueAt: null });
  });
});

describe('what comes back', () => {
  test('counts once, in time, and in the browser it began in', async () => {
    await linked('once');
    const browser = new Browser();
    const back = await browser.visitor.signIn(await browser.begin(), 'subject-of-once');
    const address = back.pathname + back.search;
    expect(faultOf((await new Browser().ask(address)).location)).toMatchObject({ fault: 'expired' });
    expect((await browser.ask(address)).location).toBe('/');
    expect(faultOf((await browser.ask(address)).location)).toMatchObject({ fault: 'expired' });
    const late = await browser.visitor.signIn(await browser.begin(), 'subject-of-once');
    await sql`update oidc_attempt set created_at = created_at - interval '10 minutes'`.execute(bench.db);
    expect(faultOf((await browser.ask(late.pathname + late.search)).location)).toMatchObject({ fault: 'expired' });
    expect(faultOf((await browser.ask('/api/v1/session/provider/return')).location)).toMatchObject({
      fault: 'expired',
    });
  });

  test('with a code that is not the provider’s, or of another sign-in, leads nowhere', async () => {
    await linked('forged');
    const browser = new Browser();
    const [one, two] = [await browser.begin(), await browser.begin()];
    const [first, second] = [
      await browser.visitor.signIn(one, 'subject-of-forged'),
      await browser.visitor.signIn(two, 'subject-of-forged'),
    ];
    first.searchParams.set('code', second.searchParams.get('code') ?? '');
    expect(faultOf((await browser.ask(first.pathname + first.search)).location)).toMatchObject({ fault: 'failed' });
    second.searchParams.set('code', 'invented');
    expect(faultOf((await browser.ask(second.pathname + second.search)).location)).toMatchObject({ fault: 'failed' });
    expect(browser.cookies.has('xueshi_session')).toBe(false);
  });

  test('as a refusal is told as one', async () => {
    const browser = new Browser();
    const back = await browser.visitor.callOff(await browser.begin());
    expect(faultOf((await browser.ask(back.pathname + back.search)).location)).toMatchObject({ fault: 'denied' });
  });

  test('with another’s secrets leads nowhere: the nonce and the verifier are those it began with', async () => {
    await linked('replayed');
    for (const column of ['nonce', 'verifier'] as const) {
      const browser = new Browser();
      const back = await browser.visitor.signIn(await browser.begin(), 'subject-of-replayed');
      await bench.db
        .updateTable('oidc_attempt')
        .set({ [column]: 'another'.repeat(7) })
        .execute();
      expect(faultOf((await browser.ask(back.pathname + back.search)).location)).toMatchObject({ fault: 'failed' });
      expect(browser.cookies.has('xueshi_session')).toBe(false);
    }
  });

  test('too often from one address, is not looked at; the password still leads in from there', async () => {
    await someone('neighbour');
    const browser = new Browser();
    const guess = async () => faultOf((await browser.ask('/api/v1/session/provider/return?state=guess')).location);
    for (let i = 0; i < 50; i += 1) expect(await guess()).toMatchObject({ fault: 'expired' });
    expect(await guess()).toMatchObject({ fault: 'too-many' });
    const { remoteAddress } = browser;
    const byPassword = await api.call('signIn', { body: { username: 'neighbour', password: 'right' }, remoteAddress });
    expect(byPassword.status).toBe(200);
  });

  test('and leads to nobody, is no attempt at guessing, and is on record once a minute', async () => {
    const browser = new Browser();
    const { rows: before } = await trouble();
    for (let i = 0; i < 3; i += 1)
      expect(faultOf(await browser.signIn('subject-of-insistent'))).toMatchObject({ fault: 'unknown' });
    const [was] = before;
    expect((await trouble()).rows).toEqual([{ counted: was?.counted, told: (was?.told ?? 0) + 1 }]);
  });
  const trouble = () =>
    sql<{ counted: number; told: number }>`
      select (select coalesce(sum(failures), 0)::int from login_attempt where key like 'provider:%') as counted,
        (select count(*)::int from audit where action = 'login.failed') as told`.execute(bench.db);
});

describe('a person links their own account', () => {
  /** From the page's button to where our return address leads. */
  async function linkAs(person: Caller, subject: string, browser = new Browser()): Promise<string> {
    const cookie = `${await bench.cookieOf(person)}; xueshi_browser=${'m'.repeat(43)}`;
    const asked = await api.call('linkOwnIdentity', { cookie, body: { password: 'right' } });
    if (asked.status !== 200) throw new Error(asked.body);
    browser.cookies.set('xueshi_browser', 'm'.repeat(43));
    const back = await browser.visitor.signIn(asked.json.continueAt, subject);
    return (await browser.ask(back.pathname + back.search)).location;
  }

  /** Somebody whose session's account has a password. */
  async function known(name: string): Promise<Caller> {
    const person = await bench.world.declarant('emp-city');
    await bench.cookieOf(person);
    await bench.account(person, name, 'right');
    return person;
  }

  test('by their password, then comes in by it, and takes it off again', async () => {
    const person = await known('own');
    expect((await api.call('ownIdentity', { as: person })).json).toEqual({ linkedAt: null });
    expectProblem(
      await api.call('linkOwnIdentity', { as: person, body: { password: 'wrong' } }),
      422,
      'wrong-password',
    );
    expect(await linkAs(person, 'subject-of-own')).toBe('/me/career?linked=true');
    expect((await api.call('ownIdentity', { as: person })).json.linkedAt).toEqual(expect.any(String));
    const browser = new Browser();
    expect(await browser.signIn('subject-of-own')).toBe('/');
    expect((await browser.me()).json.person.id).toBe(person.personId);
    expect((await api.call('unlinkOwnIdentity', { as: person })).status).toBe(200);
    const { rows: left } = await sql`
      select from session where person_id = ${person.personId} and issuer is not null`.execute(bench.db);
    expect(left).toEqual([]);
    expect(faultOf(await new Browser().signIn('subject-of-own'))).toMatchObject({ fault: 'unknown' });
    const ofLinks = (await auditOf(person)).filter(({ action }) => action.startsWith('identity.'));
    expect(ofLinks).toMatchObject([
      { action: 'identity.linked', detail: { by: 'self' } },
      { action: 'identity.unlinked' },
    ]);
  });

  test('not by somebody else’s identity, nor a second time, and a right password counts as no attempt', async () => {
    const [one, two] = [await known('own-one'), await known('own-two')];
    expect(await linkAs(one, 'subject-one')).toBe('/me/career?linked=true');
    for (let i = 0; i < 6; i += 1) expect(await linkAs(two, 'subject-one')).toBe('/me/career?fault=taken');
    expect(await linkAs(two, 'subject-two')).toBe('/me/career?linked=true');
    expect(await linkAs(two, 'subject-three')).toBe('/me/career?fault=other');
    expect((await api.call('ownIdentity', { as: one })).json.linkedAt).toEqual(expect.any(String));
  });

  test('unless the password was changed meanwhile: who knew the old one is out', async () => {
    const person = await known('own-hacked');
    const cookie = `${await bench.cookieOf(person)}; xueshi_browser=${'m'.repeat(43)}`;
    const asked = await api.call('linkOwnIdentity', { cookie, body: { password: 'right' } });
    const browser = new Browser();
    browser.cookies.set('xueshi_browser', 'm'.repeat(43));
    const back = await browser.visitor.signIn(asked.json.continueAt, 'subject-of-thief');
    const body = { current: 'right', next: 'a-new-password' };
    expect((await api.call('changePassword', { cookie, body })).status).toBe(200);
    expect(faultOf((await browser.ask(back.pathname + back.search)).location)).toMatchObject({ fault: 'expired' });
    expect(faultOf(await new Browser().signIn('subject-of-thief'))).toMatchObject({ fault: 'unknown' });
  });
});

describe('of a registration that was merged into another', () => {
  const TODAY = legalDay(Date.now());
  const administrator = () => bench.world.appoint('hrss-420000', 'administrator', 'emp-central');
  const named = async ({ personId }: Caller) => {
    const { name, id_number: idNumber } = await bench.db
      .selectFrom('person')
      .select(['name', 'id_number'])
      .where('id', '=', personId)
      .executeTakeFirstOrThrow();
    return { name, idNumber };
  };
  /** @returns the undoing */
  async function merge(kept: Caller, absorbed: Caller): Promise<() => Promise<void>> {
    const [first, second] = [await administrator(), await administrator()];
    const pair = { kept: await named(kept), absorbed: await named(absorbed) };
    const { id } = done(
      await proposeMerge(bench.db, first, { ...pair, reason: '两个身份证号码', requestKey: randomUUID() }),
    );
    done(await confirmMerge(bench.db, second, { id, today: TODAY }));
    return async () => {
      done(await undoMerge(bench.db, second, { id, reason: '不是同一人' }));
      done(await confirmMerge(bench.db, first, { id, today: TODAY }));
    };
  }

  test('the identity is refused in words and with a code, by which it is linked to the one that is kept', async () => {
    const [kept, absorbed] = [await someone('kept'), await linked('absorbed')];
    const undo = await merge(kept, absorbed);
    const browser = new Browser();
    expect(faultOf(await browser.signIn('subject-of-absorbed'))).toEqual({ pathname: '/login', fault: 'merged' });
    expect((await link(kept, await browser.shownCode())).status).toBe(200);
    expect(await browser.signIn('subject-of-absorbed')).toBe('/');
    expect((await browser.me()).json.person.id).toBe(kept.personId);
    // What was linked to the kept one by an act stays there.
    await undo();
    expect(await new Browser().signIn('subject-of-absorbed')).toBe('/');
    expect((await browser.me()).json.person.id).toBe(kept.personId);
  });

  test('it leads in again when the merge is undone', async () => {
    const [kept, absorbed] = [await someone('kept-2'), await linked('absorbed-2')];
    const undo = await merge(kept, absorbed);
    expect(faultOf(await new Browser().signIn('subject-of-absorbed-2'))).toMatchObject({ fault: 'merged' });
    await undo();
    const browser = new Browser();
    expect(await browser.signIn('subject-of-absorbed-2')).toBe('/');
    expect((await browser.me()).json.person.id).toBe(absorbed.personId);
  });
});

describe('a provider that', () => {
  const secrets = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };
  /** One that answers as it is told. */
  async function answering(answer: RequestListener): Promise<{ provider: IdentityProvider; stop: () => void }> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const issuer = `http://127.0.0.1:${String(port)}`;
    const { id: clientId, secret: clientSecret } = CLIENT;
    const settings = { issuer, clientId, clientSecret, publicUrl: PUBLIC_URL, accountClaim: null, label: 'x' };
    const stop = () => {
      server.close();
      server.closeAllConnections();
    };
    return { provider: oidcProvider(settings), stop };
  }

  test('does not know our secret is said in the log by the protocol’s word', async () => {
    const settings = {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      publicUrl: PUBLIC_URL,
      accountClaim: null,
      label: 'x',
    };
    const wrong = oidcProvider({ ...settings, clientSecret: 'not-the-secret-of-the-tests-32-long' });
    const at = { ...secrets, verifier: 'v'.repeat(43) };
    const back = await new ProviderVisitor(provider.issuer).signIn(await wrong.begin(at), 'subject-of-secret');
    await expect(wrong.finish(back.search, at)).rejects.toMatchObject({ why: 'failed', code: 'invalid_client' });
  });

  test.each<[string, RequestListener]>([
    ['failed', (_, answer) => answer.end('<html>正在维护</html>')],
    ['failed', (_, answer) => answer.writeHead(404).end()],
    [
      'failed',
      (_, answer) => answer.setHeader('content-type', 'application/json').end('{"issuer":"https://evil.test"}'),
    ],
    ['away', (_, answer) => answer.writeHead(502).end('<html>Bad Gateway</html>')],
    ['away', (request) => request.socket.destroy()],
    [
      'away',
      (request, answer) => {
        answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{');
        setImmediate(() => request.socket.destroy());
      },
    ],
  ])('answers nonsense is %s, not a fault (%#)', async (why, answer) => {
    const { provider: odd, stop } = await answering(answer);
    try {
      await expect(odd.begin(secrets)).rejects.toMatchObject({ why });
      expect(await odd.farewell('x')).toBeNull();
    } finally {
      stop();
    }
  });

  test('does not answer keeps fifty waiting and no more: the others learn at once that it is away', async () => {
    const { provider: slow, stop } = await answering(() => undefined);
    let answered = 0;
    const waiting = Array.from({ length: 50 }, () =>
      slow.begin(secrets).catch((error: unknown) => {
        answered += 1;
        return error;
      }),
    );
    await expect(slow.begin(secrets)).rejects.toMatchObject({ why: 'away' });
    expect(answered).toBe(0);
    stop();
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ why: 'away' });
  });
});

test('while the provider is away the log-in page says so, and the password leads in; afterwards it goes on', async () => {
  const person = await linked('patient');
  const fresh = oidcProvider({
    issuer: provider.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    publicUrl: PUBLIC_URL,
    accountClaim: null,
    label: 'x',
  });
  const late = await bench.another({}, { identityProvider: fresh });
  const browser = new Browser();
  const back = await browser.visitor.signIn(await browser.begin(), 'subject-of-patient');
  await provider.stop();
  try {
    const started = await new Browser().ask('/api/v1/session/provider?next=/claims', late);
    expect(faultOf(started.location)).toEqual({ pathname: '/login', fault: 'away', next: '/claims' });
    expect(faultOf((await browser.ask(back.pathname + back.search)).location)).toMatchObject({ fault: 'away' });
    const byPassword = await late.call('signIn', { body: { username: 'patient', password: 'right' } });
    expect(byPassword.json.person.id).toBe(person.personId);
  } finally {
    await provider.start();
  }
  expect(await new Browser().signIn('subject-of-patient', { at: late })).toBe('/');
});

describe('a link', () => {
  test('is made by who may reset the password, once, with a code that is good for a day', async () => {
    const [person, other] = [await someone('linked-once'), await someone('linked-other')];
    const code = await codeOf('subject-a');
    const stranger = await bench.world.appoint('emp-central', 'administrator', 'emp-central');
    expectProblem(await link(person, code, stranger), 404, 'not-found');
    expectProblem(await link(person, code, other), 404, 'not-found');
    expectProblem(await link(await manager(), code), 403, 'forbidden');
    expectProblem(await link(person, 'aaaa-bbbb'), 422, 'identity-code');
    expectProblem(await link(person, 'short'), 400, 'invalid-input');
    expect((await link(person, code)).status).toBe(200);
    expectProblem(await link(other, code), 422, 'identity-code');
    expectProblem(await link(person, await codeOf('subject-b')), 409, 'identity-linked');
    const old = await codeOf('subject-c');
    await sql`update identity_code set created_at = created_at - interval '24 hours'`.execute(bench.db);
    expectProblem(await link(other, old), 422, 'identity-code');
    const [earlier, later] = [await codeOf('subject-d'), await codeOf('subject-d')];
    expectProblem(await link(other, earlier), 422, 'identity-code');
    expect((await link(other, later)).status).toBe(200);
  });

  test('taken off ends the sessions it opened, and no other', async () => {
    const person = await linked('unlinked');
    const browser = new Browser();
    await browser.signIn('subject-of-unlinked');
    const byPassword = await api.call('signIn', { body: { username: 'unlinked', password: 'right' } });
    const params = { id: 'emp-city', personId: person.personId };
    expect((await api.call('unlinkIdentity', { as: await manager(), params })).status).toBe(200);
    const left = await bench.db
      .selectFrom('session')
      .select('issuer')
      .where('person_id', '=', person.personId)
      .execute();
    expect(left).toEqual([{ issuer: null }]);
    expect(byPassword.status).toBe(200);
    expect(faultOf(await new Browser().signIn('subject-of-unlinked'))).toMatchObject({ fault: 'unknown' });
  });
});

test('what was begun and never came back is forgotten, and so is a code that nobody told', async () => {
  const counts = () =>
    sql<{ attempts: number; codes: number }>`
      select (select count(*)::int from oidc_attempt) as attempts, (select count(*)::int from identity_code) as codes`.execute(
      bench.db,
    );
  await new Browser().begin();
  await codeOf('subject-of-waiting');
  await sql`update oidc_attempt set created_at = now() - interval '9 minutes'`.execute(bench.db);
  await sql`update identity_code set created_at = now() - interval '23 hours'`.execute(bench.db);
  const { rows: before } = await counts();
  await forgetAbandonedSignIns(bench.db);
  expect((await counts()).rows).toEqual(before);
  await sql`update oidc_attempt set created_at = now() - interval '10 minutes'`.execute(bench.db);
  await sql`update identity_code set created_at = now() - interval '24 hours'`.execute(bench.db);
  await forgetAbandonedSignIns(bench.db);
  expect((await counts()).rows).toEqual([{ attempts: 0, codes: 0 }]);
});

test('the log-in page knows of the provider only where one is configured', async () => {
  const label = '统一身份认证登录';
  expect((await api.call('signInWays')).json).toEqual({ provider: { label }, linkingCode: null });
  expect((await bench.call('signInWays')).json).toEqual({ provider: null, linkingCode: null });
  expectProblem(await bench.call('startAtProvider'), 404, 'not-found');
});

test('where to go afterwards is a place of ours, however it is written', async () => {
  expect(ownPath('/claims?year=2026#top')).toBe('/claims?year=2026#top');
  const elsewhere = [
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    'https://evil.test',
    '/.//evil.test',
    'javascript:alert(1)',
    '',
    '\\\\evil.test',
  ];
  for (const text of elsewhere) expect(ownPath(text), text).toBeNull();
  await linked('led');
  for (const next of elsewhere) expect(await new Browser().signIn('subject-of-led', { next }), next).toBe('/');
});
