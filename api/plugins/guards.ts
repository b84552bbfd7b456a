import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { EVIDENCE_MAX_BYTES } from '../../contract/evidence.ts';
import type { Deps } from '../deps.ts';

/** What protects every route: headers for browsers, bounds on bodies, and a word before the process drowns. */
export async function guard(app: FastifyInstance, { config }: Deps): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // antd writes its styles into the page; evidence is shown from memory (blob:).
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        imgSrc: ["'self'", 'blob:', 'data:'],
        frameSrc: ["'self'", 'blob:'],
        objectSrc: ["'self'", 'blob:'],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: config.secureCookies ? [] : null,
      },
    },
    strictTransportSecurity: config.secureCookies,
    // Pages shown over plain http on this machine would only be warned about it.
    crossOriginOpenerPolicy: config.secureCookies,
    originAgentCluster: config.secureCookies,
  });
  await app.register(multipart, {
    limits: { fileSize: EVIDENCE_MAX_BYTES + 1, files: 1, fields: 4, fieldSize: 1_000, headerPairs: 50, parts: 5 },
    throwFileSizeLimit: false,
  });
  await app.register(underPressure, {
    maxEventLoopDelay: 2_000,
    maxHeapUsedBytes: 1_200_000_000,
    retryAfter: 3,
  });
  app.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'no-store');
  });
}
