import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignInFault } from '../../contract/sign-in-faults.ts';
import { type Counter, giveBackAttempt, reserveAttempt } from '../../db/acts/attempts.ts';
import { beginAttempt, linkByName, linkOwnIdentity, offerCode, takeAttempt } from '../../db/acts/identities.ts';
import { recordFailedLogin } from '../../db/acts/session.ts';
import { linkedAccount } from '../../db/read/identities.ts';
import { isAbsorbed } from '../../db/read/merges.ts';
import { findSession } from '../../db/read/session.ts';
import type { Deps } from '../deps.ts';
import { networkOf } from '../network.ts';
import { newLinkingCode } from '../one-time.ts';
import { giveBrowserMark, giveLinkingCode, hashOf, newToken, readBrowserMark, today } from '../plugins/identity.ts';
import { enter, TOLD } from './entering.ts';
import { type IdentityProvider, ProviderError, type Vouched } from './provider.ts';

/** To the identity provider and back: a row that is taken out at the return ties the two to one browser, once, within minutes. */

type Visit = { request: FastifyRequest; reply: FastifyReply };

/** The log-in page with what to say there. */
export const backToLogin = (fault: SignInFault, next: string | null = null): string =>
  `/login?${new URLSearchParams({ fault, ...(next !== null && { next }) }).toString()}`;

type Sent = { ok: true; address: string } | { ok: false; fault: SignInFault };

/**
 * Where the browser goes, to sign in or to link an account.
 * @param personId who links their account; null for a sign-in
 */
export async function sendTo(
  provider: IdentityProvider,
  { db, config }: Deps,
  { request, reply, nextPath, personId }: Visit & { nextPath: string | null; personId: string | null },
): Promise<Sent> {
  const secrets = { state: newToken(), nonce: newToken(), verifier: newToken() };
  // One for all tabs of the browser: a second sign-in must not spoil the first.
  const mark = readBrowserMark(request, config.secureCookies) ?? newToken();
  try {
    const address = await provider.begin(secrets);
    const { state, nonce, verifier } = secrets;
    const hashes = { stateHash: hashOf(state), browserHash: hashOf(mark) };
    await beginAttempt(db, { ...hashes, nonce, verifier, nextPath, personId });
    giveBrowserMark(reply, mark, config.secureCookies);
    return { ok: true, address };
  } catch (error) {
    return { ok: false, fault: saidOf(error, request) };
  }
}

/** Returns that belong to no sign-in, or whose answer does not hold. Not the passwords' count: trouble there must not close the way by password. */
const AT_RETURN: Counter = { kind: 'provider', limit: 50, windowSeconds: 600, runsFrom: 'first' };

/** @returns where the browser goes: to the page that was wanted, or to one that says what went wrong */
export async function returnFrom(
  provider: IdentityProvider,
  deps: Deps,
  { request, reply, state }: Visit & { state: string },
): Promise<string> {
  const { db, config } = deps;
  const network = networkOf(request.ip);
  if ((await reserveAttempt(db, AT_RETURN, network)) > 0) return backToLogin('too-many');
  const mark = readBrowserMark(request, config.secureCookies);
  const attempt = mark && (await takeAttempt(db, { stateHash: hashOf(state), browserHash: hashOf(mark) }));
  if (!attempt) return backToLogin('expired');
  const { personId, nextPath } = attempt;
  const back = (fault: SignInFault) => (personId === null ? backToLogin(fault, nextPath) : ownPage(fault));
  try {
    const query = request.url.slice(request.url.indexOf('?'));
    const vouched = await provider.finish(query, { ...attempt, state });
    const visit = { request, reply };
    const address = await (personId === null
      ? signIn(deps, visit, { vouched, nextPath })
      : linkOwn(deps, request, { vouched, personId }));
    await giveBackAttempt(db, AT_RETURN, network);
    return address;
  } catch (error) {
    const fault = saidOf(error, request);
    if (fault !== 'failed') await giveBackAttempt(db, AT_RETURN, network);
    return back(fault);
  }
}

/** 任职与密码, where the link is shown. */
const ownPage = (fault: SignInFault | null): string =>
  `/me/career?${fault === null ? 'linked=true' : `fault=${fault}`}`;

async function linkOwn(
  { db }: Deps,
  request: FastifyRequest,
  { vouched, personId }: { vouched: Vouched; personId: string },
): Promise<string> {
  return ownPage(await linkOwnIdentity(db, { personId, requestId: request.id }, vouched));
}

async function signIn(
  deps: Deps,
  visit: Visit,
  { vouched, nextPath }: { vouched: Vouched; nextPath: string | null },
): Promise<string> {
  const found = await accountOf(deps, visit, vouched);
  if ('fault' in found) return backToLogin(found.fault, nextPath);
  const key = await enter(deps, visit, { personId: found.personId, issuer: vouched.issuer });
  return nextPath ?? (await firstPage(deps, key));
}

/** The account that is the subject's: by its link, else by the configured claim, which links it. Who has none, or an absorbed one, gets a code to be linked by. */
async function accountOf(
  { db, config }: Deps,
  { request, reply }: Visit,
  vouched: Vouched,
): Promise<{ personId: string } | { fault: SignInFault }> {
  const linked = await linkedAccount(db, vouched);
  if (linked && !linked.disabled) return linked;
  const username = linked === undefined ? await vouched.username() : null;
  const named = username !== null && (await linkByName(db, vouched, { username, requestId: request.id }));
  if (typeof named === 'string') return { personId: named };
  const personId = linked?.personId ?? null;
  const isNews = (await reserveAttempt(db, TOLD, `${vouched.issuer} ${vouched.subject} ${personId ?? ''}`)) === 0;
  if (isNews) await recordFailedLogin(db, { personId, requestId: request.id });
  const fault = linked === undefined ? 'unknown' : (await isAbsorbed(db, linked.personId)) ? 'merged' : 'closed';
  if (fault === 'closed') return { fault };
  const code = newLinkingCode();
  await offerCode(db, vouched, hashOf(code.replace('-', '')));
  giveLinkingCode(reply, code, config.secureCookies);
  return { fault };
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
