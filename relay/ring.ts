import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { z } from 'zod';
import { codeOf } from '../contract/values.ts';
import { loadClaim } from '../db/claims.ts';
import type { Db } from '../db/connect.ts';
import { type Act, isEnded } from '../rules/stages.ts';
import { CLAIM_ACTS, SETTLED_OUTCOMES, STAGE_KINDS } from '../rules/vocabulary.ts';
import { acted, type ClaimInput, claimWorkflowId } from '../workflows/messages.ts';

export const ringPayload = z.object({
  claimId: z.uuid(),
  act: z.object({
    seq: z.number().int().positive(),
    kind: codeOf(CLAIM_ACTS),
    stageKind: codeOf(STAGE_KINDS).nullable(),
    outcome: codeOf(SETTLED_OUTCOMES).nullable(),
  }) satisfies z.ZodType<Act>,
});
export type Ring = z.infer<typeof ringPayload>;

type Bell = { db: Db; client: Client; taskQueue: string };

/**
 * Rings a claim's workflow about an act: the submission starts it, everything later signals it. A signal that finds no workflow reads
 * the record: a claim at its end needs none; any other is started again, and the workflow reads what it missed. Safe to repeat.
 */
export async function ring(bell: Bell, { claimId, act }: Ring): Promise<void> {
  if (act.kind === 'submitted') return start(bell, claimId);
  try {
    await bell.client.workflow.getHandle(claimWorkflowId(claimId)).signal(acted, act);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const { state, unapplied } = await loadClaim(bell.db, claimId);
    if (!isEnded(state) || unapplied.length > 0) await start(bell, claimId);
  }
}

/** Starts the claim's workflow unless it runs already: real uniqueness is its id while it runs, and the record's numbering afterwards. */
async function start({ client, taskQueue }: Bell, claimId: string): Promise<void> {
  try {
    await client.workflow.start<(input: ClaimInput) => Promise<unknown>>('claim', {
      workflowId: claimWorkflowId(claimId),
      taskQueue,
      args: [{ claimId }],
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Whether a failure says that Temporal cannot be reached, rather than that it refused. */
export function isTemporalAway(error: unknown): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (isGrpcServiceError(e)) return [1, 4, 8, 14].includes(e.code);
  }
  return false;
}
