import { hash, verify } from '@node-rs/argon2';
import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../../contract/session.ts';
import { type Counter, giveBackAttempt, reserveAttempt } from '../../db/acts/attempts.ts';
import {
  type Account,
  changePassword,
  closeSession,
  FAILURES_TO_LOCK,
  LOCK_MINUTES,
  recordFailedLogin,
  recordLockedLogin,
  reserveAccount,
} from '../../db/acts/session.ts';
import { readMe } from '../../db/read/me.ts';
import { isAbsorbed } from '../../db/read/merges.ts';
import { findSession } from '../../db/read/session.ts';
import type { Deps } from '../deps.ts';
import { networkOf } from '../network.ts';
import { giveToken, hashOf, newToken, readToken, takeToken, today } from '../plugins/identity.ts';
import { inTurn } from '../plugins/turns.ts';
import { given, refused, serve } from '../serve.ts';
import { boundSignIns, enter, TOLD } from '../sign-in/entering.ts';
import { lockedOut, wrongPassword } from '../sign-in/password.ts';

/** A password's check keeps a thread busy, and Node has four; an attempt under way counts as failed until it is known to be right. */
const CHECKS_AT_ONCE = 4;

/** As an account's own count, so that nobody learns which names there are. */
const AT_UNKNOWN_NAME: Counter = {
  kind: 'name',
  limit: FAILURES_TO_LOCK,
  windowSeconds: LOCK_MINUTES * 60,
  runsFrom: 'limit',
};
/** An office behind one address mistypes now and then; a guesser does so all the time. */
const AT_ADDRESS: Counter = { kind: 'address', limit: 50, windowSeconds: 600, runsFrom: 'first' };

/** Signing in and out. An unknown name takes as long, and is locked as soon, as a known one. */
export async function sessionRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const { db, config } = deps;
  const checkCredentials = await credentialsCheck(deps);
  await app.register(async (scoped) => {
    await boundSignIns(scoped);
    serve(scoped, 'signIn', async ({ body, request, reply }) => {
      const checked = await checkCredentials(body, request);
      if (!checked.ok) return checked;
      const { personId } = checked.value;
      const tokenHash = await enter(deps, { request, reply }, { personId, issuer: null });
      const session = await findSession(db, tokenHash, today());
      if (!session) throw new Error('a session just opened is not there');
      return given(await readMe(db, { ...session, requestId: request.id }, today()));
    });
  });
  serve(app, 'signOut', async ({ request, reply }) => {
    const token = readToken(request, config.secureCookies);
    const issuer = token === null ? null : await closeSession(db, { tokenHash: hashOf(token), requestId: request.id });
    takeToken(reply, config.secureCookies);
    // Else the next one at this computer would come in with one press.
    const continueAt = issuer === null ? null : ((await deps.identityProvider?.farewell(issuer)) ?? null);
    return given({ continueAt });
  });
  serve(app, 'changePassword', async ({ body, scope, request, reply }) => {
    const wrong = await wrongPassword(deps, scope.personId, body.current, request.id);
    if (wrong) return wrong;
    const token = newToken();
    const renewed = { passwordHash: await hash(body.next), tokenHash: hashOf(token) };
    await changePassword(db, { personId: scope.personId, requestId: request.id, ...renewed });
    giveToken(reply, token, config.secureCookies);
    return given(await readMe(db, { ...scope, mustChangePassword: false }, today()));
  });
  serve(app, 'me', async ({ scope }) => given(await readMe(db, scope, today())));
}

/** Where an attempt comes from, and the request that joins its log line and audit row. */
type Origin = { ip: string; id: string };
type Checked = { ok: true; value: Account } | ReturnType<typeof refused>;
type Check = (given: Credentials, from: Origin) => Promise<Checked>;

/** The check of name and password. Every attempt is counted before it is made, at the address and at the name, in all API processes. */
async function credentialsCheck({ db }: Deps): Promise<Check> {
  const nobodysHash = await hash(newToken());
  const turn = inTurn(CHECKS_AT_ONCE);
  const check: Check = async ({ username, password }, { ip, id: requestId }) => {
    const network = networkOf(ip);
    const blocked = await reserveAttempt(db, AT_ADDRESS, network);
    if (blocked > 0) return tooMany(blocked);
    const account = await reserveAccount(db, username);
    const locked = account?.lockedSeconds ?? (await reserveAttempt(db, AT_UNKNOWN_NAME, username));
    const attempt = { personId: account?.personId ?? null, requestId };
    if (locked > 0) {
      await giveBackAttempt(db, AT_ADDRESS, network);
      const isNews = (await reserveAttempt(db, TOLD, attempt.personId ?? 'unknown')) === 0;
      if (isNews) await recordLockedLogin(db, attempt);
      return lockedOut(locked);
    }
    const open = account && 'passwordHash' in account ? account : undefined;
    const matches = await verify(open?.passwordHash ?? nobodysHash, password);
    if (open && matches && !open.disabled) {
      await giveBackAttempt(db, AT_ADDRESS, network);
      return given(open);
    }
    await recordFailedLogin(db, attempt);
    // Only who knows the password learns it: to anybody else a merged account is any other.
    return open && matches && (await isAbsorbed(db, open.personId)) ? MERGED : WRONG;
  };
  return (credentials, from) => turn(credentials.username, () => check(credentials, from));
}

const MERGED = refused({
  code: 'account-merged',
  detail: '这个账号属于重复登记，已与您的另一条登记合并，不能再登录。',
  fix: '请用保留的那个账号登录；忘记用户名或密码时，请联系单位管理员查询用户名、重置密码。',
});

const WRONG = refused({
  code: 'wrong-credentials',
  detail: '用户名或密码错误。',
  fix: `请核对后重试；连续 ${FAILURES_TO_LOCK} 次错误，账号将锁定 ${LOCK_MINUTES} 分钟。`,
});

const tooMany = (seconds: number) =>
  refused({
    code: 'too-many-requests',
    detail: '这个网络地址登录失败的次数过多。',
    fix: `请 ${Math.ceil(seconds / 60)} 分钟后再试。`,
    more: { retryAfterSeconds: seconds },
  });
