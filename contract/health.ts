import { z } from 'zod';

const part = z.enum(['up', 'down']);

export const live = z.object({ status: z.literal('up') });
/** `full`: what is kept can be read; nothing more can be kept. */
const store = z.enum(['up', 'full', 'down']);
const heard = z.enum(['up', 'down', 'unknown']);

/**
 * Whether a claim could be declared, decided and settled: the database answers and its disk has room, evidence can be kept and read, a worker has spoken of
 * late, Temporal's store to it, and a canary workflow has come to its end with a question to the database on its way.
 */
export const ready = z.object({
  status: part,
  parts: z.object({ database: store, evidence: store, worker: part, temporal: heard, workflows: heard }),
});
