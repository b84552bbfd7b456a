import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Verification } from '../../contract/certificates.ts';
import type { Refusal } from '../../contract/problems.ts';
import { PREFIX } from '../../contract/routes.ts';
import { type Verified, verifyCode } from '../../db/read/certificates.ts';
import { legalDay } from '../../rules/calendar.ts';
import { maskedName, readCode } from '../../rules/certificate.ts';
import { CERTIFICATE_STATES, VERDICTS } from '../../rules/vocabulary.ts';
import type { Deps } from '../deps.ts';
import { networkOf } from '../network.ts';
import { sendRefusal } from '../problems.ts';
import { PAGE_POLICY } from '../public/html.ts';
import { faultPage, lookupPage, tooManyPage, unknownPage, verificationPage } from '../public/verification.ts';
import { given, refused, serve } from '../serve.ts';

const PER_MINUTE = 120;
const MINUTE_MS = 60_000;
type Check = (typed: string) => Promise<Verification | null>;

/**
 * The public check of a certificate, as JSON and as a page, for anybody who has its code (Art. 16). An unknown code and one that can be
 * none go the same way: the same question to the database, the same answer.
 */
export async function verifyRoutes(app: FastifyInstance, { db, config }: Deps): Promise<void> {
  const check: Check = async (typed) => {
    const found = await verifyCode(db, readCode(typed));
    return found ? shown(found) : null;
  };
  const limit = {
    max: config.verificationsPerMinute ?? PER_MINUTE,
    timeWindow: MINUTE_MS,
    keyGenerator: ({ ip }: FastifyRequest) => networkOf(ip),
  };
  await app.register(async (scoped) => {
    // The address is the connection's; a page and the API share one allowance.
    await scoped.register(rateLimit, limit);
    serve(scoped, 'verify', async ({ params: { code } }) => {
      const found = await check(code);
      return found ? given(found) : refused(UNKNOWN);
    });
    // What the router takes for no code at all (too long, with slashes) is an unknown code too.
    scoped.get(`${PREFIX}/verify/*`, { schema: { hide: true } }, async (request, reply) => {
      await check('');
      return sendRefusal(request, reply, UNKNOWN);
    });
    await scoped.register((pages) => {
      verificationPages(pages, check);
      return Promise.resolve();
    });
  });
}

function verificationPages(app: FastifyInstance, check: Check): void {
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    if (error.statusCode === 429) return sendPage(reply, 429, tooManyPage());
    request.log.error({ err: error }, 'a certificate could not be checked');
    return sendPage(reply.header('retry-after', '5'), 503, faultPage());
  });
  const answer = async (reply: FastifyReply, typed: string): Promise<FastifyReply> => {
    const found = await check(typed);
    return found ? sendPage(reply, 200, verificationPage(found)) : sendPage(reply, 404, unknownPage());
  };
  app.get<{ Querystring: Record<string, unknown> }>('/verify', { schema: { hide: true } }, (request, reply) => {
    const { code } = request.query;
    return code === undefined
      ? sendPage(reply, 200, lookupPage())
      : answer(reply, typeof code === 'string' ? code : '');
  });
  app.get<{ Params: Record<'*', string> }>('/verify/*', { schema: { hide: true } }, (request, reply) =>
    answer(reply, request.params['*']),
  );
}

const sendPage = (reply: FastifyReply, status: number, body: string): FastifyReply =>
  reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', PAGE_POLICY)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .send(body);

const UNKNOWN: Refusal = {
  code: 'not-found',
  detail: '没有查到这个验证码。',
  fix: '请核对证书左下角的 20 位验证码后重新输入。',
};

function shown({ state, statement, ended_at, succeeded_at, now }: Verified): Verification {
  const dayOf = (at: Date | null): string | null => at && legalDay(at.getTime());
  return {
    state,
    stateLabel: CERTIFICATE_STATES[state],
    number: statement.number,
    nameMasked: maskedName(statement.name),
    year: statement.year,
    verdictLabel: VERDICTS[statement.verdict],
    publicHundredths: statement.publicHundredths,
    professionalHundredths: statement.professionalHundredths,
    totalHundredths: statement.totalHundredths,
    issuedOn: statement.issuedOn,
    endedOn: dayOf(ended_at),
    succeededOn: dayOf(succeeded_at),
    checkedAt: now.toISOString(),
  };
}
