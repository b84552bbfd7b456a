import { type Client, WorkflowIdReusePolicy } from '@temporalio/client';
import { z } from 'zod';
import { CASE_WORKFLOWS, type CaseInput, caseWorkflowId, caseWorkflowType, looked } from '../workflows/messages.ts';

export const lookPayload = z.object({ caseKind: z.enum(CASE_WORKFLOWS), caseId: z.uuid() });

/** Makes a case's workflow look at the record; starts it first when it does not run. Safe to repeat: a case at its end ends at once. */
export async function look(
  { client, taskQueue }: { client: Client; taskQueue: string },
  { caseKind, caseId }: z.infer<typeof lookPayload>,
): Promise<void> {
  await client.workflow.signalWithStart<(input: CaseInput) => Promise<void>>(caseWorkflowType(caseKind), {
    workflowId: caseWorkflowId(caseKind, caseId),
    taskQueue,
    args: [{ caseId }],
    signal: looked,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  });
}
