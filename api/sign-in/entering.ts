import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Counter } from '../../db/acts/attempts.ts';
import { openSession } from '../../db/acts/session.ts';
import type { Deps } from '../deps.ts';
import { networkOf } from '../network.ts';
import { giveToken, hashOf, newToken } from '../plugins/identity.ts';

/** What all ways in share: the bounds on trying, and the session at the end. */

const MINUTE_MS = 60_000;
const LOGINS_PER_MINUTE_AND_ADDRESS = 600;

/** A row a minute says it all: what anybody can send without end must not fill a table that nothing is deleted from. */
export const TOLD: Counter = { kind: 'told', limit: 1, windowSeconds: 60, runsFrom: 'first' };

/** Bounds the requests of one address to the routes of this part. */
export async function boundSignIns(scoped: FastifyInstance): Promise<void> {
  // The address is the connection's: a forged X-Forwarded-For changes nothing unless a trusted proxy is configured.
  await scoped.register(rateLimit, {
    max: LOGINS_PER_MINUTE_AND_ADDRESS,
    timeWindow: MINUTE_MS,
    keyGenerator: ({ ip }) => networkOf(ip),
  });
}

/**
 * Opens a person's session and gives the browser its cookie.
 * @param issuer the identity provider that vouches for them; null for a password
 * @returns the session's key
 */
export async function enter(
  { db, config }: Deps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { personId, issuer }: { personId: string; issuer: string | null },
): Promise<Buffer> {
  const token = newToken();
  const tokenHash = hashOf(token);
  await openSession(db, { personId, tokenHash, requestId: request.id, issuer });
  giveToken(reply, token, config.secureCookies);
  return tokenHash;
}
