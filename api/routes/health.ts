import type { FastifyInstance } from 'fastify';
import { heardOfLate } from '../../db/read/health.ts';
import type { Deps } from '../deps.ts';
import { given, serve } from '../serve.ts';

/**
 * Live: this process answers. Ready: a claim could be declared, decided and settled: the database answers, within 15 seconds a worker
 * (the outbox's relay and the workflows with it) has said that it runs and that Temporal's store answered it, and a canary workflow came
 * to its end of late. Without these decisions are still taken, and wait. Asking costs one look at a table of a few rows.
 */
export function healthRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'live', () => Promise.resolve(given({ status: 'up' as const })));
  serve(app, 'ready', async ({ request, reply }) => {
    const parts = await partsUp(db, (error) => request.log.warn({ err: error }, 'the database does not answer'));
    const isReady = Object.values(parts).every((part) => part === 'up');
    if (!isReady) void reply.code(503).header('retry-after', '3');
    return given({ status: isReady ? ('up' as const) : ('down' as const), parts });
  });
}

type Part = 'up' | 'down';
type Heard = Part | 'unknown';
type Parts = { database: Part; worker: Part; temporal: Heard; workflows: Heard };

/** Only workers speak with Temporal: without one nobody knows how it is. */
async function partsUp(db: Deps['db'], onAway: (error: unknown) => void): Promise<Parts> {
  try {
    const { worker, temporal, workflows } = await heardOfLate(db);
    if (!worker) return { database: 'up', worker: 'down', temporal: 'unknown', workflows: 'unknown' };
    return { database: 'up', worker: 'up', temporal: temporal ? 'up' : 'down', workflows: workflows ? 'up' : 'down' };
  } catch (error) {
    onAway(error);
    return { database: 'down', worker: 'down', temporal: 'unknown', workflows: 'unknown' };
  }
}
