import type { FastifyInstance } from 'fastify';
import { type Heard, hasRoom, heardOfLate } from '../../db/read/health.ts';
import type { Deps } from '../deps.ts';
import { given, serve } from '../serve.ts';

/**
 * Live: this process answers. Ready: a claim could be declared, decided and settled: the database and the evidence store answer and have room, within 15 seconds a
 * worker (the outbox's relay and the workflows with it) has said that it runs and that Temporal's store answered it, and a canary workflow came
 * to its end of late. Without these decisions are still taken, and wait. Asking costs one look at a table of a few rows.
 */
export function healthRoutes(app: FastifyInstance, { db, evidence }: Deps): void {
  serve(app, 'live', () => Promise.resolve(given({ status: 'up' as const })));
  const room = keptFor(ROOM_MS, () => hasRoom(db));
  const ask = askedOnce(async () => ({ ...(await heardOfLate(db)), room: await room() }));
  serve(app, 'ready', async ({ request, reply }) => {
    const [fault, ofRecord] = await Promise.all([
      evidence.unwell(),
      partsUp(ask, (error) => request.log.warn({ err: error }, 'the database does not answer')),
    ]);
    if (fault !== null) request.log.warn({ code: fault }, 'the evidence store cannot be used');
    if (ofRecord.database === 'full') request.log.warn('the database’s disk is full');
    const parts: Parts = { ...ofRecord, evidence: stateOf(fault) };
    const isReady = Object.values(parts).every((part) => part === 'up');
    if (!isReady) void reply.code(503).header('retry-after', '3');
    return given({ status: isReady ? ('up' as const) : ('down' as const), parts });
  });
}

type Part = 'up' | 'down';
type Store = Part | 'full';
type OfWorker = Part | 'unknown';
type OfRecord = { database: Store; worker: Part; temporal: OfWorker; workflows: OfWorker };
type Parts = OfRecord & { evidence: Store };
type Answer = Heard & { room: boolean };

const stateOf = (fault: string | null): Store =>
  fault === null ? 'up' : fault === 'ENOSPC' || fault === 'EDQUOT' ? 'full' : 'down';

/** Only workers speak with Temporal: without one nobody knows how it is. */
async function partsUp(ask: () => Promise<Answer>, onAway: (error: unknown) => void): Promise<OfRecord> {
  try {
    const { worker, temporal, workflows, room } = await ask();
    const database = room ? 'up' : 'full';
    if (!worker) return { database, worker: 'down', temporal: 'unknown', workflows: 'unknown' };
    return { database, worker: 'up', temporal: temporal ? 'up' : 'down', workflows: workflows ? 'up' : 'down' };
  } catch (error) {
    onAway(error);
    return { database: 'down', worker: 'down', temporal: 'unknown', workflows: 'unknown' };
  }
}

const ANSWER_MS = 3_000;
/** Whether there is room costs writing 16 MB. */
const ROOM_MS = 5_000;

/** The answer of a question that is put again only when its last answer is older. A fault is no answer. */
function keptFor<T>(ms: number, question: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; answer: T } | undefined;
  return async () => {
    if (!kept || performance.now() - kept.at > ms) kept = { answer: await question(), at: performance.now() };
    return kept.answer;
  };
}

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
