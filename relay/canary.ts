import {
  type Client,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';

const DEADLINE_MS = 3_000;

/**
 * Asks Temporal for a workflow that does not exist: an answer has gone through its front, its history service and its store, and costs
 * about a millisecond. Resolves when Temporal serves; rejects when it does not answer within three seconds, or refuses.
 */
export async function askTemporal(client: Client): Promise<void> {
  try {
    await client.withDeadline(Date.now() + DEADLINE_MS, () => client.workflow.getHandle('canary').describe());
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

const LIFE_SECONDS = 5;

/**
 * Runs a canary workflow from its start to its end, and takes it out of Temporal again. One at a time on a task queue: whoever asks
 * while one runs waits for the same. Rejects when it does not come to its end within five seconds.
 */
export async function runCanary(client: Client, taskQueue: string): Promise<void> {
  const workflowId = `canary/${taskQueue}`;
  await client.withDeadline(Date.now() + (LIFE_SECONDS + 1) * 1_000, async () => {
    const handle = await client.workflow.start<() => Promise<void>>('canary', {
      workflowId,
      taskQueue,
      args: [],
      workflowExecutionTimeout: `${LIFE_SECONDS} seconds`,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    });
    await handle.result();
    // One every ten seconds would fill the list of those that ended, and prove nothing there.
    const workflowExecution = { workflowId, runId: handle.firstExecutionRunId };
    await client.workflowService.deleteWorkflowExecution({ namespace: client.options.namespace, workflowExecution });
  });
}
