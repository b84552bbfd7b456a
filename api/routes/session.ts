import rateLimit from '@fastify/rate-limit';
import { hash, verify } from '@node-rs/argon2';
import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../../contract/session.ts';
import {
  type Account,
  closeSession,
  FAILURES_TO_LOCK,
  findAccount,
  LOCK_MINUTES,
  openSession,
  recordFailedLogin,
  recordLockedLogin,
} from '../../db/acts/session.ts';
import { readMe } from '../../db/read/me.ts';
import { findSession } from '../../db/read/session.ts';
import type { Deps } from '../deps.ts';
import { countAttempts, inTurn } from '../plugins/attempts.ts';
import { giveToken, hashOf, newToken, readToken, takeToken, today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';

const MINUTE_MS = 60_000;
/** An office behind one address mistypes now and then; a guesser does so all the time. */
const FAILURES_PER_ADDRESS = 50;
const LOGINS_PER_MINUTE_AND_ADDRESS = 600;

/** Signing in and out. An unknown name takes as long, and is locked as soon, as a known one. */
export async function sessionRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const { db, config } = deps;
  const checkCredentials = await credentialsCheck(deps);
  await app.register(async (scoped) => {
    // The address is the connection's: a forged X-Forwarded-For changes nothing unless a trusted proxy is configured.
    await scoped.register(rateLimit, { max: LOGINS_PER_MINUTE_AND_ADDRESS, timeWindow: MINUTE_MS });
    serve(scoped, 'signIn', async ({ body, request, reply }) => {
      const checked = await checkCredentials(body, request);
      if (!checked.ok) return checked;
      const token = newToken();
      const tokenHash = hashOf(token);
      await openSession(db, { personId: checked.value.personId, tokenHash, requestId: request.id });
      const session = await findSession(db, tokenHash, today());
      if (!session) throw new Error('a session just opened is not there');
      giveToken(reply, token, config.secureCookies);
      return given(await readMe(db, { ...session, requestId: request.id }, today()));
    });
  });
  serve(app, 'signOut', async ({ request, reply }) => {
    const token = readToken(request, config.secureCookies);
    if (token !== null) await closeSession(db, { tokenHash: hashOf(token), requestId: request.id });
    takeToken(reply, config.secureCookies);
    return given(undefined);
  });
  serve(app, 'me', async ({ scope }) => given(await readMe(db, scope, today())));
}

/** Where an attempt comes from, and the request that joins its log line and audit row. */
type Origin = { ip: string; id: string };
type Checked = { ok: true; value: Account } | ReturnType<typeof refused>;

/** The check of name and password, with its counts. One account's attempts are checked one after the other. */
async function credentialsCheck({ db }: Deps): Promise<(given: Credentials, from: Origin) => Promise<Checked>> {
  const addresses = countAttempts({ limit: FAILURES_PER_ADDRESS, windowMs: 10 * MINUTE_MS });
  const strangers = countAttempts({ limit: FAILURES_TO_LOCK, windowMs: LOCK_MINUTES * MINUTE_MS });
  const lockedTold = countAttempts({ limit: 1, windowMs: MINUTE_MS });
  const oneAtATime = inTurn();
  const nobodysHash = await hash(newToken());
  return ({ username, password }, { ip, id: requestId }) =>
    oneAtATime(username, async () => {
      const blocked = addresses.blockedSeconds(ip);
      if (blocked > 0) return tooMany(blocked);
      const account = await findAccount(db, username);
      const locked = account ? account.lockedSeconds : strangers.blockedSeconds(username);
      const attempt = { personId: account?.personId ?? null, requestId };
      if (locked > 0) {
        const subject = attempt.personId ?? 'unknown';
        // A row a minute says it all: what anybody can send without end must not fill a table that nothing is deleted from.
        if (lockedTold.blockedSeconds(subject) === 0) await recordLockedLogin(db, attempt);
        lockedTold.failed(subject);
        return lockedOut(locked);
      }
      const matches = await verify(account?.passwordHash ?? nobodysHash, password);
      if (account && matches && !account.disabled) return given(account);
      addresses.failed(ip);
      if (!account) strangers.failed(username);
      await recordFailedLogin(db, attempt);
      return WRONG;
    });
}

const WRONG = refused({
  code: 'wrong-credentials',
  detail: '用户名或密码错误。',
  fix: `请核对后重试；连续 ${FAILURES_TO_LOCK} 次错误，账号将锁定 ${LOCK_MINUTES} 分钟。`,
});

const lockedOut = (seconds: number) =>
  refused({
    code: 'account-locked',
    detail: '密码连续输错，账号已临时锁定。',
    fix: `请 ${Math.ceil(seconds / 60)} 分钟后再试，或联系管理员重置密码。`,
    more: { retryAfterSeconds: seconds },
  });

const tooMany = (seconds: number) =>
  refused({
    code: 'too-many-requests',
    detail: '这个网络地址登录失败的次数过多。',
    fix: `请 ${Math.ceil(seconds / 60)} 分钟后再试。`,
    more: { retryAfterSeconds: seconds },
  });
