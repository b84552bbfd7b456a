import type { FastifyInstance } from 'fastify';
import { type Heard as Answer, heardOfLate } from '../../db/read/health.ts';
import type { Deps } from '../deps.ts';
import { given, serve } from '../serve.ts';

/**
 * Live: this process answers. Ready: a claim could be declared, decided and settled: the database and the evidence store answer, within 15 seconds a
 * worker (the outbox's relay and the workflows with it) has said that it runs and that Temporal's store answered it, and a canary workflow came
 * to its end of late. Without these decisions are still taken, and wait. Asking costs one look at a table of a few rows.
 */
export function healthRoutes(app: FastifyInstance, { db, evidence }: Deps): void {
  serve(app, 'live', () => Promise.resolve(given({ status: 'up' as const })));
  const ask = askedOnce(() => heardOfLate(db));
  serve(app, 'ready', async ({ request, reply }) => {
    const [fault, ofRecord] = await Promise.all([
      evidence.unwell(),
      partsUp(ask, (error) => request.log.warn({ err: error }, 'the database does not answer')),
    ]);
    if (fault !== null) request.log.warn({ code: fault }, 'the evidence store cannot be used');
    const parts: Parts = { ...ofRecord, evidence: fault === null ? 'up' : 'down' };
    const isReady = Object.values(parts).every((part) => part === 'up');
    if (!isReady) void reply.code(503).header('retry-after', '3');
    return given({ status: isReady ? ('up' as const) : ('down' as const), parts });
  });
}

type Part = 'up' | 'down';
type Heard = Part | 'unknown';
type OfRecord = { database: Part; worker: Part; temporal: Heard; workflows: Heard };
type Parts = OfRecord & { evidence: Part };

/** Only workers speak with Temporal: without one nobody knows how it is. */
async function partsUp(ask: () => Promise<Answer>, onAway: (error: unknown) => void): Promise<OfRecord> {
  try {
    const { worker, temporal, workflows } = await ask();
    if (!worker) return { database: 'up', worker: 'down', temporal: 'unknown', workflows: 'unknown' };
    return { database: 'up', worker: 'up', temporal: temporal ? 'up' : 'down', workflows: workflows ? 'up' : 'down' };
  } catch (error) {
    onAway(error);
    return { database: 'down', worker: 'down', temporal: 'unknown', workflows: 'unknown' };
  }
}

const ANSWER_MS = 3_000;

/**
 * One question at a time, answered within three seconds or failed: a database that stands still neither answers nor refuses, and each who
 * asks again would hold another of the connections that people need when it goes on.
 */
function askedOnce<T>(question: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return async () => {
    asking ??= question().finally(() => {
      asking = undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS);
    });
    return Promise.race([asking, late]).finally(() => clearTimeout(timer));
  };
}
