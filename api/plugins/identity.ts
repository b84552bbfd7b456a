import { createHash, randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Route, RouteName } from '../../contract/routes.ts';
import { findMachine, type Machine, noteDeniedMachine } from '../../db/acts/machines.ts';
import { touchSession } from '../../db/acts/session.ts';
import type { Db } from '../../db/connect.ts';
import { poolsOf, type Scope } from '../../db/read/scope.ts';
import { findSession, type OpenSession } from '../../db/read/session.ts';
import { legalDay } from '../../rules/calendar.ts';
import type { Deps } from '../deps.ts';
import { RefusedError } from '../problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, with the roles held today. Set before the handler of every route that needs a session. */
    scope: Scope;
    /** Which machine asks; set before the handler of every route for machines. */
    machine: Machine;
  }
  interface FastifyContextConfig {
    access?: Route['access'];
    machineScope?: Route['machineScope'];
    routeName?: string;
  }
}

/** A revoked session or role is obeyed within this time; until then a request costs no query for who asks. */
const CACHE_MS = 1_000;
const CACHED_SESSIONS = 10_000;

export const today = (): string => legalDay(Date.now());

/** Who asks: the session's cookie, its person's roles, and whether the route is open to them. Decided here and in `db/read/scope`. */
export function identify(app: FastifyInstance, { db, config }: Deps): void {
  const sessions = sessionCache(db);
  app.register(cookie);
  app.decorateRequest('scope', null as unknown as Scope);
  app.decorateRequest('machine', null as unknown as Machine);
  app.addHook('onRequest', async (request) => {
    refuseForeignOrigin(request);
    const access = request.routeOptions.config.access ?? 'anyone';
    if (access === 'anyone') return;
    if (access === 'machine') {
      request.machine = await machineOf(db, request);
      return;
    }
    const token = readToken(request, config.secureCookies);
    const session = token === null ? undefined : await sessions(hashOf(token));
    if (!session) throw new RefusedError(NOT_SIGNED_IN);
    if (session.mustChangePassword && !OPEN_BEFORE_CHANGE.has(request.routeOptions.config.routeName ?? ''))
      throw new RefusedError(CHANGE_FIRST);
    const { personId, holdings, mustChangePassword } = session;
    request.scope = { personId, holdings, mustChangePassword, requestId: request.id };
    if (access === 'reviewer' && poolsOf(request.scope).length === 0) throw new RefusedError(NO_REVIEWER);
  });
}

/** What a one-time password opens. */
const OPEN_BEFORE_CHANGE: ReadonlySet<string> = new Set<RouteName>(['me', 'changePassword']);
const CHANGE_FIRST = {
  code: 'password-change-required',
  detail: '您使用的是一次性密码，须先修改密码。',
  fix: '请设置新密码后继续。',
} as const;
const NOT_SIGNED_IN = {
  code: 'not-signed-in',
  detail: '您尚未登录，或登录已过期。',
  fix: '请重新登录后继续。',
} as const;
const NO_REVIEWER = {
  code: 'forbidden',
  detail: '您目前没有审核岗位。',
  fix: '如应承担审核工作，请联系本机构管理员登记岗位。',
} as const;

/** `Authorization: Bearer <client id>.<secret>`; the client must hold the route's scope. */
async function machineOf(db: Db, request: FastifyRequest): Promise<Machine> {
  const [, clientId, secret] =
    /^Bearer ([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/.exec(request.headers.authorization ?? '') ?? [];
  const client =
    clientId !== undefined && secret !== undefined && isUuid(clientId)
      ? await findMachine(db, { clientId, secretHash: hashOf(secret), today: today() })
      : undefined;
  if (!client) throw new RefusedError(UNKNOWN_MACHINE);
  const machine = { ...client, requestId: request.id };
  const wanted = request.routeOptions.config.machineScope;
  if (wanted !== undefined && !client.scopes.includes(wanted)) {
    await noteDeniedMachine(db, machine, wanted);
    throw new RefusedError(NOT_THIS_MACHINE);
  }
  return machine;
}

const isUuid = (text: string): boolean => z.uuid().safeParse(text).success;

const UNKNOWN_MACHINE = {
  code: 'not-signed-in',
  detail: '系统凭证无效、未生效或已过期。',
  fix: '请核对请求头 Authorization: Bearer <凭证编号>.<密钥>，或联系省人社厅管理员重新签发。',
} as const;
const NOT_THIS_MACHINE = {
  code: 'forbidden',
  detail: '该系统凭证未开通此项服务。',
  fix: '请联系省人社厅管理员开通相应用途。',
} as const;

type Cached = { session: OpenSession | undefined; at: number };

/** Sessions by the hash of their token, each asked for at most once a second, also by many requests at once. */
function sessionCache(db: Db): (hash: Buffer) => Promise<OpenSession | undefined> {
  const known = new Map<string, Promise<Cached>>();
  const read = async (hash: Buffer): Promise<Cached> => {
    const at = performance.now();
    const session = await findSession(db, hash, today());
    if (session?.isDue) await touchSession(db, hash);
    return { session, at };
  };
  return async (hash) => {
    const key = hash.toString('base64');
    const before = known.get(key);
    const cached = await before?.catch(() => undefined);
    if (cached?.session && performance.now() - cached.at < CACHE_MS) return cached.session;
    // Who found it too old first asks for all.
    let asked = known.get(key);
    if (asked === undefined || asked === before) {
      if (known.size > CACHED_SESSIONS) known.clear();
      asked = read(hash);
      known.set(key, asked);
    }
    const { session } = await asked;
    if (!session && known.get(key) === asked) known.delete(key);
    return session;
  };
}

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
export const newToken = (): string => randomBytes(32).toString('base64url');

const cookieName = (secure: boolean): string => (secure ? '__Host-xueshi_session' : 'xueshi_session');

export const readToken = (request: FastifyRequest, secure: boolean): string | null => {
  const token = request.cookies[cookieName(secure)];
  return token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token) ? token : null;
};

export const giveToken = (reply: FastifyReply, token: string, secure: boolean): void => {
  void reply.setCookie(cookieName(secure), token, { httpOnly: true, sameSite: 'strict', path: '/', secure });
};

export const takeToken = (reply: FastifyReply, secure: boolean): void => {
  void reply.clearCookie(cookieName(secure), { httpOnly: true, sameSite: 'strict', path: '/', secure });
};

const MARK_SECONDS = 600;
const markName = (secure: boolean): string => (secure ? '__Host-xueshi_browser' : 'xueshi_browser');

/** What says that a sign-in returns to the browser it began in; null when this one began none of late. */
export const readBrowserMark = (request: FastifyRequest, secure: boolean): string | null => {
  const mark = request.cookies[markName(secure)];
  return mark !== undefined && /^[A-Za-z0-9_-]{43}$/.test(mark) ? mark : null;
};

/** Lax, not strict: the return comes from the identity provider's site. */
export const giveBrowserMark = (reply: FastifyReply, mark: string, secure: boolean): void => {
  void reply.setCookie(markName(secure), mark, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    maxAge: MARK_SECONDS,
  });
};

const LINKING_CODE_SECONDS = 3_600;
const linkingCodeName = (secure: boolean): string => (secure ? '__Host-xueshi_linking' : 'xueshi_linking');

/** The code that this browser was given to be linked by. Never from an address: a link could bring somebody else's. */
export const readLinkingCode = (request: FastifyRequest, secure: boolean): string | null => {
  const code = request.cookies[linkingCodeName(secure)];
  return code !== undefined && /^[a-z2-9]{4}-[a-z2-9]{4}$/.test(code) ? code : null;
};

export const giveLinkingCode = (reply: FastifyReply, code: string, secure: boolean): void => {
  void reply.setCookie(linkingCodeName(secure), code, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure,
    maxAge: LINKING_CODE_SECONDS,
  });
};

const CHANGING = new Set(['POST', 'PATCH', 'PUT', 'DELETE']);

/** A page of another site must not act with the session of whoever looks at it. Programs send neither header and carry no cookies of others. */
function refuseForeignOrigin(request: FastifyRequest): void {
  if (!CHANGING.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isForeignOrigin = origin !== undefined && hostOf(origin) !== request.host;
  if (!isForeignSite && !isForeignOrigin) return;
  throw new RefusedError({
    code: 'cross-origin',
    detail: '请求来自其他网站，未予办理。',
    fix: '请在本系统页面内操作。',
  });
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);
