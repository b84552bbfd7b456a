import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ownPath } from '../../contract/own-path.ts';
import type { SignInFault } from '../../contract/sign-in-faults.ts';
import { giveBackAttempt, reserveAttempt } from '../../db/acts/attempts.ts';
import {
  beginAttempt,
  linkByName,
  linkIdentity,
  offerCode,
  takeAttempt,
  unlinkIdentity,
} from '../../db/acts/identities.ts';
import { recordFailedLogin } from '../../db/acts/session.ts';
import { linkedAccount } from '../../db/read/identities.ts';
import { isAbsorbed } from '../../db/read/merges.ts';
import { findSession } from '../../db/read/session.ts';
import type { Deps } from '../deps.ts';
import { networkOf } from '../network.ts';
import { newLinkingCode } from '../one-time.ts';
import { giveBrowserMark, hashOf, newToken, readBrowserMark, today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';
import { AT_ADDRESS, boundSignIns, enter } from '../sign-in/entering.ts';
import { type IdentityProvider, ProviderError, type Vouched } from '../sign-in/provider.ts';

/**
 * Signing in at an identity provider (统一身份认证). It says who somebody is; which account that is, and what it may do, is on record here.
 * These two addresses are opened by browsers: what goes wrong is told by the log-in page, where the password still leads in.
 */
export async function identityRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const { db, identityProvider: provider = null } = deps;
  serve(app, 'signInWays', () => Promise.resolve(given({ provider: provider && { label: provider.label } })));
  await app.register(async (scoped) => {
    await boundSignIns(scoped);
    serve(scoped, 'startAtProvider', async ({ query, request, reply }) => {
      if (provider === null) return NO_PROVIDER;
      void reply.header('location', await startAt(provider, deps, { request, reply, next: ownPath(query.next) }));
      return given(undefined);
    });
    serve(scoped, 'returnFromProvider', async ({ query, request, reply }) => {
      if (provider === null) return NO_PROVIDER;
      void reply.header('location', await returnTo(provider, deps, { request, reply, state: query.state ?? '' }));
      return given(undefined);
    });
  });
  serve(app, 'linkIdentity', ({ scope, params, body }) =>
    linkIdentity(db, scope, {
      organisationId: params.id,
      personId: params.personId,
      codeHash: hashOf(body.code),
      today: today(),
    }),
  );
  serve(app, 'unlinkIdentity', ({ scope, params }) =>
    unlinkIdentity(db, scope, { organisationId: params.id, personId: params.personId, today: today() }),
  );
}

const NO_PROVIDER = refused({
  code: 'not-found',
  detail: '本系统没有开通统一身份认证登录。',
  fix: '请在登录页用用户名和密码登录。',
});

type Visit = { request: FastifyRequest; reply: FastifyReply };

/** The log-in page with what to say there. */
const backToLogin = (fault: SignInFault, more: { code?: string; next?: string | null } = {}): string => {
  const { code, next } = more;
  return `/login?${new URLSearchParams({ fault, ...(code && { code }), ...(next && { next }) }).toString()}`;
};

/** @returns where the browser goes: to the provider, or back to the log-in page */
async function startAt(
  provider: IdentityProvider,
  { db, config }: Deps,
  { request, reply, next }: Visit & { next: string | null },
): Promise<string> {
  const secrets = { state: newToken(), nonce: newToken(), verifier: newToken() };
  // One for all tabs of the browser: a second sign-in must not spoil the first.
  const mark = readBrowserMark(request, config.secureCookies) ?? newToken();
  try {
    const address = await provider.begin(secrets);
    await beginAttempt(db, { ...secrets, stateHash: hashOf(secrets.state), browserHash: hashOf(mark), nextPath: next });
    giveBrowserMark(reply, mark, config.secureCookies);
    return address;
  } catch (error) {
    return backToLogin(saidOf(error, request), { next });
  }
}

/** @returns where the browser goes: to the page that was wanted, or back to the log-in page */
async function returnTo(
  provider: IdentityProvider,
  deps: Deps,
  { request, reply, state }: Visit & { state: string },
): Promise<string> {
  const { db, config } = deps;
  const network = networkOf(request.ip);
  if ((await reserveAttempt(db, AT_ADDRESS, network)) > 0) return backToLogin('too-many');
  const mark = readBrowserMark(request, config.secureCookies);
  const attempt = mark && (await takeAttempt(db, { stateHash: hashOf(state), browserHash: hashOf(mark) }));
  if (!attempt) return backToLogin('expired');
  const next = attempt.nextPath;
  try {
    const query = request.url.slice(request.url.indexOf('?'));
    const vouched = await provider.finish(query, { ...attempt, state });
    const found = await accountOf(deps, request, vouched);
    if ('fault' in found) return backToLogin(found.fault, { ...found, next });
    await giveBackAttempt(db, AT_ADDRESS, network);
    const key = await enter(deps, { request, reply }, { personId: found.personId, issuer: vouched.issuer });
    return next ?? (await firstPage(deps, key));
  } catch (error) {
    return backToLogin(saidOf(error, request), { next });
  }
}

type Found = { personId: string } | { fault: SignInFault; code?: string };

/** The account that is the subject's: by its link, else by the configured claim, which links it. Anybody else gets a code to be linked by. */
async function accountOf({ db }: Deps, request: FastifyRequest, vouched: Vouched): Promise<Found> {
  const linked = await linkedAccount(db, vouched);
  if (linked && !linked.disabled) return linked;
  const refusedFor = linked?.personId ?? null;
  if (linked === undefined && vouched.username !== null) {
    const personId = await linkByName(db, vouched, { username: vouched.username, requestId: request.id });
    if (personId !== undefined) return { personId };
  }
  await recordFailedLogin(db, { personId: refusedFor, requestId: request.id });
  if (refusedFor !== null) return { fault: (await isAbsorbed(db, refusedFor)) ? 'merged' : 'closed' };
  const code = newLinkingCode();
  await offerCode(db, vouched, hashOf(code.replace('-', '')));
  return { fault: 'unknown', code };
}

/** An official's first page is what waits for them, a declarant's is their year. */
async function firstPage({ db }: Deps, tokenHash: Buffer): Promise<string> {
  const session = await findSession(db, tokenHash, today());
  return (session?.holdings.length ?? 0) > 0 ? '/overview' : '/';
}

function saidOf(error: unknown, request: FastifyRequest): SignInFault {
  if (!(error instanceof ProviderError)) throw error;
  request.log.warn({ err: error }, 'a sign-in at the identity provider failed');
  return error.why;
}
