import { z } from 'zod';

const part = z.enum(['up', 'down']);

export const live = z.object({ status: z.literal('up') });
/** Whether a claim could be declared, decided and settled: the database answers, and a worker has spoken of late. */
export const ready = z.object({
  status: part,
  parts: z.object({ database: part, worker: part }),
});
