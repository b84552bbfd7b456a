import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { EVIDENCE_MAX_BYTES } from '../../contract/evidence.ts';
import type { Deps } from '../deps.ts';

const PAGES_MAY = [
  "default-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "script-src-attr 'none'",
  // antd writes its styles into the page; evidence is shown from memory (blob:).
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' blob: data:",
  "frame-src 'self' blob:",
  "object-src 'self' blob:",
  "frame-ancestors 'none'",
];

/** What protects every route: headers for browsers, and bounds on bodies. */
export async function guard(app: FastifyInstance, { config }: Deps): Promise<void> {
  // Written out because helmet would put it together anew for every answer.
  const ofPages = [...PAGES_MAY, ...(config.secureCookies ? ['upgrade-insecure-requests'] : [])].join('; ');
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: config.secureCookies,
    // Pages shown over plain http on this machine would only be warned about it.
    crossOriginOpenerPolicy: config.secureCookies,
    originAgentCluster: config.secureCookies,
  });
  // An upload that was answered before its end (refused, or no room) leaves its rest on the connection, where the caller's next request would wait behind it.
  app.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete) request.raw.unpipe().resume();
    done();
  });
  await app.register(multipart, {
    limits: { fileSize: EVIDENCE_MAX_BYTES + 1, files: 1, fields: 4, fieldSize: 1_000, headerPairs: 50, parts: 5 },
    throwFileSizeLimit: false,
  });
  app.addHook('onSend', async (request, reply) => {
    const forApi = request.url.startsWith('/api/');
    void reply.header('x-request-id', request.id);
    // Evidence brings a stricter one of its own.
    if (!reply.hasHeader('content-security-policy'))
      void reply.header('content-security-policy', forApi ? "default-src 'none'; frame-ancestors 'none'" : ofPages);
    if (forApi && !reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
}
