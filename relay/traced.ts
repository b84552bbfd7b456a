import { type Attributes, type Context, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { Job, Task } from 'graphile-worker';
import { z } from 'zod';
import { contextOf, inSpanOf, traceparentOf } from '../db/spans.ts';

/** What a job may carry of the act that wrote it, besides its task's own payload; one that cannot be read never keeps a job from its work. */
const cause = z.object({
  traceparent: z.string().nullable().catch(null),
  claimId: z.uuid().optional().catch(undefined),
  caseId: z.uuid().optional().catch(undefined),
});

/**
 * Tasks that go on in the trace of the act that wrote their job: a span for its wait since it was due, and below that one for this try.
 * A job of the timetable, or of an act that is not traced, just runs.
 */
export const inTraces = (tasks: Record<string, Task>): Record<string, Task> =>
  Object.fromEntries(
    Object.entries(tasks).map(([name, run]): [string, Task] => [
      name,
      (payload, helpers) => {
        const { data } = cause.safeParse(payload);
        const origin = contextOf(data?.traceparent ?? null);
        if (origin === null) return run(payload, helpers);
        const attributes = attributesOf(helpers.job, { claimId: data?.claimId, caseId: data?.caseId });
        const waiting = waited(name, helpers.job, attributes, origin);
        return inSpanOf(traceparentOf(waiting), name, { attributes }, async () => {
          await run(payload, helpers);
        });
      },
    ]),
  );

/** By PostgreSQL's clock until this process's: where they differ a wait must not end before it began. */
function waited(name: string, job: Job, attributes: Attributes, origin: Context): Span {
  const now = Date.now();
  const startTime = Math.min(new Date(job.run_at).getTime(), now);
  const span = trace
    .getTracer('xueshi')
    .startSpan(`outbox ${name}`, { kind: SpanKind.CONSUMER, startTime, attributes }, origin);
  span.end(now);
  return span;
}

function attributesOf(
  { id, attempts }: Job,
  { claimId, caseId }: { claimId?: string | undefined; caseId?: string | undefined },
) {
  return {
    'xueshi.job': id,
    'xueshi.attempt': attempts,
    ...(claimId !== undefined && { 'xueshi.claim_id': claimId }),
    ...(caseId !== undefined && { 'xueshi.case_id': caseId }),
  };
}
