import { z } from 'zod';

const part = z.enum(['up', 'down']);

export const live = z.object({ status: z.literal('up') });
/** Whether a claim could be declared, decided and settled: the database answers, a worker has spoken of late, and Temporal's store to it. */
export const ready = z.object({
  status: part,
  parts: z.object({ database: part, worker: part, temporal: z.enum(['up', 'down', 'unknown']) }),
});
