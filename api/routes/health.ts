import type { FastifyInstance } from 'fastify';
import { workerAlive } from '../../db/read/health.ts';
import type { Deps } from '../deps.ts';
import { given, serve } from '../serve.ts';

/**
 * Live: this process answers. Ready: a claim could be declared, decided and settled — the database answers, and a worker (the outbox's
 * relay and the workflows with it) has written its heartbeat within 15 seconds. Without a worker decisions are still taken and wait.
 */
export function healthRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'live', () => Promise.resolve(given({ status: 'up' as const })));
  serve(app, 'ready', async ({ request, reply }) => {
    const parts = await partsUp(db, (error) =>
      request.log.warn({ cause: String(error) }, 'the database does not answer'),
    );
    const isReady = parts.database === 'up' && parts.worker === 'up';
    if (!isReady) void reply.code(503).header('retry-after', '3');
    return given({ status: isReady ? ('up' as const) : ('down' as const), parts });
  });
}

type Parts = { database: 'up' | 'down'; worker: 'up' | 'down' };

async function partsUp(db: Deps['db'], onAway: (error: unknown) => void): Promise<Parts> {
  try {
    return { database: 'up', worker: (await workerAlive(db)) ? 'up' : 'down' };
  } catch (error) {
    onAway(error);
    return { database: 'down', worker: 'down' };
  }
}
