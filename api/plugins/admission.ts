import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { OVERLOADED, RefusedError } from '../problems.ts';

/**
 * What waits here is bounded: past the bound a request is refused at its door with 503 and Retry-After, before anything of it is read or
 * written; what has come in is finished. Whether this process lives and is ready is answered always.
 */
export async function admit(app: FastifyInstance, { config }: Deps): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: config.maxDelayMs ?? MAX_DELAY_MS,
    maxHeapUsedBytes: MAX_HEAP_BYTES,
    pressureHandler: (request) =>
      isHealth(request) ? undefined : Promise.reject<undefined>(new RefusedError(OVERLOADED)),
  });
  const bounds: Readonly<Record<Kind, number>> = {
    upload: MAX_UPLOADS,
    other: config.maxUnderWay ?? MAX_UNDER_WAY,
  };
  const underWay: Record<Kind, number> = { upload: 0, other: 0 };
  app.addHook('onRequest', async (request, reply) => {
    if (isHealth(request)) return;
    const kind = kindOf(request);
    if (underWay[kind] >= bounds[kind]) throw new RefusedError(OVERLOADED);
    underWay[kind] += 1;
    // Also when the caller has gone before its answer: `onResponse` would not tell.
    reply.raw.once('close', () => {
      underWay[kind] -= 1;
    });
    closeWithItsConnection(request.raw.socket, reply.raw);
  });
}

/**
 * Of requests sent one behind the other on one connection (pipelining) Node gives only the first its connection, and when that ends it tells
 * the others nothing: they would be under way for ever, and 500 of them would shut everybody out. So they are told.
 */
function closeWithItsConnection(socket: Socket, response: ServerResponse): void {
  const others = waitingOn.get(socket) ?? new Set<ServerResponse>();
  if (!waitingOn.has(socket)) {
    waitingOn.set(socket, others);
    socket.once('close', () => {
      for (const each of others) {
        // One that has its connection is told by Node.
        if (each.socket !== null) continue;
        each.destroy();
        each.emit('close');
      }
    });
  }
  others.add(response);
  response.once('close', () => others.delete(response));
}
const waitingOn = new WeakMap<Socket, Set<ServerResponse>>();

/** Uploads take as long as their senders' lines are slow, and must not keep decisions out. */
type Kind = 'upload' | 'other';
const kindOf = (request: FastifyRequest): Kind =>
  request.headers['content-type']?.startsWith('multipart/') === true ? 'upload' : 'other';

const MAX_DELAY_MS = 2_000;
const MAX_HEAP_BYTES = 1_200_000_000;
const MAX_UPLOADS = 50;
/** At a hundred answers a second the last of them waits as long as a connection to PostgreSQL is waited for: five seconds. */
const MAX_UNDER_WAY = 500;

const HEALTH: readonly string[] = ['live', 'ready'];
const isHealth = ({ routeOptions }: FastifyRequest): boolean => HEALTH.includes(routeOptions.config.routeName ?? '');
