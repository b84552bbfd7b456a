import {
  type Client,
  QueryNotRegisteredError,
  QueryRejectedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { faultCodeOf } from '../contract/stuck.ts';
import type { WorkflowSeen, Workflows } from '../db/reconciliation/finding.ts';
import { standing as standingQuery } from '../workflows/messages.ts';
import { isTemporalAway } from './ring.ts';

/** Temporal, asked about single workflows: whether one runs, what fails in it, and where it believes its claim to be. */
export const workflowsOf = (client: Client): Workflows => ({
  see: (workflowId, ask) => see(client, workflowId, ask),
});

type Ask = Parameters<Workflows['see']>[1];

const NEVER_SEEN: WorkflowSeen = { status: 'missing', runId: null, failing: null, standing: null };

async function see(client: Client, workflowId: string, ask: Ask): Promise<WorkflowSeen> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { runId, status, raw } = await client.withDeadline(Date.now() + DEADLINE_MS, () => handle.describe());
    if (status.name !== 'RUNNING') return { ...NEVER_SEEN, status: 'ended', runId };
    const pending = failingIn(raw);
    const failing =
      pending?.what === 'activity' || !(pending ?? ask.why) ? pending : await lastFailure(client, workflowId, pending);
    const standing = ask.standing && failing === null ? await standingOf(client, handle) : null;
    return { status: 'running', runId, failing, standing };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return NEVER_SEEN;
    throw error;
  }
}
const DEADLINE_MS = 5_000;

type Description = Awaited<ReturnType<WorkflowHandle['describe']>>['raw'];

/** What Temporal itself counts: activities and workflow tasks that are tried again. A failure's message is reduced to a code. */
function failingIn({ pendingActivities, pendingWorkflowTask }: Description): WorkflowSeen['failing'] {
  const [worst] = (pendingActivities ?? []).toSorted((a, b) => (b.attempt ?? 0) - (a.attempt ?? 0));
  if (worst && (worst.attempt ?? 0) > 1) {
    const message = worst.lastFailure?.cause?.message ?? worst.lastFailure?.message ?? '';
    return { what: 'activity', attempts: worst.attempt ?? 0, code: faultCodeOf(message) };
  }
  const attempts = pendingWorkflowTask?.attempt ?? 0;
  return attempts > 1 ? { what: 'workflow-task', attempts, code: 'unknown' } : null;
}

/** The last step that failed and was not made good since: a local activity leaves a marker each time it gives up for a while. */
async function lastFailure(
  client: Client,
  workflowId: string,
  pending: WorkflowSeen['failing'],
): Promise<WorkflowSeen['failing']> {
  const { history } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
    client.workflowService.getWorkflowExecutionHistoryReverse({
      namespace: client.options.namespace,
      execution: { workflowId },
      maximumPageSize: LAST_EVENTS,
    }),
  );
  for (const { markerRecordedEventAttributes: marker, workflowTaskFailedEventAttributes: task } of history?.events ??
    []) {
    const failure = marker?.failure ?? task?.failure;
    if (failure) {
      const code = faultCodeOf(failure.cause?.message ?? failure.message ?? '');
      return { what: marker ? 'activity' : 'workflow-task', attempts: pending?.attempts ?? 1, code };
    }
    if (marker) return pending;
  }
  return pending;
}
const LAST_EVENTS = 20;

/** Null where the workflow cannot say: its worker is away, or runs code from before the question. */
async function standingOf(client: Client, handle: WorkflowHandle): Promise<WorkflowSeen['standing']> {
  try {
    return await client.withDeadline(Date.now() + DEADLINE_MS, () => handle.query(standingQuery));
  } catch (error) {
    const isSilent = error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError;
    if (isSilent || isTemporalAway(error)) return null;
    throw error;
  }
}
