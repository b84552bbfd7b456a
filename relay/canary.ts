import { type Client, WorkflowNotFoundError } from '@temporalio/client';

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
