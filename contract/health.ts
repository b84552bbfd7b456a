import { z } from 'zod';

const part = z.enum(['up', 'down']);

export const live = z.object({ status: z.literal('up') });
const heard = z.enum(['up', 'down', 'unknown']);

/**
 * Whether a claim could be declared, decided and settled: the database answers, evidence can be kept and read, a worker has spoken of
 * late, Temporal's store to it, and a canary workflow has come to its end with a question to the database on its way.
 */
export const ready = z.object({
  status: part,
  parts: z.object({ database: part, evidence: part, worker: part, temporal: heard, workflows: heard }),
});
