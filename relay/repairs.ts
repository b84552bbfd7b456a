import { type Client, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../db/connect.ts';
import { recheckClaim } from '../db/reconciliation.ts';
import { continueRepairs } from '../db/repairs.ts';
import {
  type CaseInput,
  type ClaimInput,
  caseWorkflowId,
  caseWorkflowType,
  claimWorkflowId,
} from '../workflows/messages.ts';
import { lookPayload } from './look.ts';
import { workflowsOf } from './workflows.ts';

export const claimPayload = z.object({ claimId: z.uuid() });
export const bulkPayload = z.object({ bulkId: z.uuid() });
type Server = { client: Client; taskQueue: string };

export const rebuildPayload = z.union([claimPayload, lookPayload]);

/**
 * Ends the workflow of a claim or case where one runs, and starts it again: it reads from the record what it has to do. One call, so that
 * never two run.
 */
export async function rebuild({ client, taskQueue }: Server, of: z.infer<typeof rebuildPayload>): Promise<void> {
  const anew = {
    taskQueue,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.TERMINATE_EXISTING,
  };
  if ('claimId' in of) {
    const { claimId } = of;
    await client.workflow.start<(input: ClaimInput) => Promise<unknown>>('claim', {
      ...anew,
      workflowId: claimWorkflowId(claimId),
      args: [{ claimId }],
    });
  } else {
    const { caseKind, caseId } = of;
    await client.workflow.start<(input: CaseInput) => Promise<unknown>>(caseWorkflowType(caseKind), {
      ...anew,
      workflowId: caseWorkflowId(caseKind, caseId),
      args: [{ caseId }],
    });
  }
}

/** After a repair: whether it helped. */
export const recheck = (
  { db, client }: { db: Db; client: Client },
  { claimId }: z.infer<typeof claimPayload>,
): Promise<void> => recheckClaim(db, workflowsOf(client), claimId);

/** A part of a bulk of repairs, as of an import. */
export async function workOnRepairs(db: Db, { bulkId }: z.infer<typeof bulkPayload>): Promise<void> {
  if ((await continueRepairs(db, bulkId)) === 'ended') return;
  await sql`
    select graphile_worker.add_job('repair', ${JSON.stringify({ bulkId })}::json, job_key := ${`repair:${bulkId}`})`.execute(
    db,
  );
}
