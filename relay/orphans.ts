import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Db } from '../db/connect.ts';
import { withoutOpenClaim } from '../db/orphans.ts';
import { claimWorkflowId } from '../workflows/messages.ts';

/**
 * Ends the claims' workflows that run for no open claim: after a restore Temporal may be newer than the record, and know claims that the record
 * does not, or not any more as open. A claim that goes on later has its workflow started again by its ring. Safe to repeat.
 * @returns how many were ended
 */
export async function endOrphans({
  db,
  client,
  taskQueue,
}: {
  db: Db;
  client: Client;
  taskQueue: string;
}): Promise<number> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running' AND WorkflowType = 'claim'`;
  let ended = 0;
  let page: string[] = [];
  const endThose = async (): Promise<void> => {
    for (const claimId of await withoutOpenClaim(db, page)) ended += (await end(client, claimId)) ? 1 : 0;
    page = [];
  };
  for await (const { workflowId } of client.workflow.list({ query })) {
    page.push(workflowId.slice(claimWorkflowId('').length));
    if (page.length >= PAGE) await endThose();
  }
  await endThose();
  return ended;
}

const PAGE = 500;

async function end(client: Client, claimId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(claimWorkflowId(claimId)).terminate('the restored record holds no such open claim');
    return true;
  } catch (error) {
    // It ended by itself meanwhile.
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
