import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Db } from '../db/connect.ts';
import { withoutCase, withoutOpenClaim } from '../db/orphans.ts';
import { CASE_WORKFLOWS, caseWorkflowId, caseWorkflowType, claimWorkflowId } from '../workflows/messages.ts';

type Kind = {
  type: string;
  workflowId: (id: string) => string;
  without: (db: Db, ids: readonly string[]) => Promise<string[]>;
};

const KINDS: readonly Kind[] = [
  { type: 'claim', workflowId: claimWorkflowId, without: withoutOpenClaim },
  ...CASE_WORKFLOWS.map((kind) => ({
    type: caseWorkflowType(kind),
    workflowId: (id: string) => caseWorkflowId(kind, id),
    without: (db: Db, ids: readonly string[]) => withoutCase(db, kind, ids),
  })),
];

/**
 * Ends the workflows that run for no open claim and for no case: after a restore Temporal may be newer than the record, and know claims and
 * cases that the record does not, or claims not any more as open. A claim that goes on later has its workflow started again by its ring.
 * Safe to repeat.
 * @returns how many were ended
 */
export async function endOrphans(relay: { db: Db; client: Client; taskQueue: string }): Promise<number> {
  let ended = 0;
  for (const kind of KINDS) ended += await endOrphansOf(kind, relay);
  return ended;
}

async function endOrphansOf(
  { type, workflowId: idOf, without }: Kind,
  { db, client, taskQueue }: { db: Db; client: Client; taskQueue: string },
): Promise<number> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running' AND WorkflowType = '${type}'`;
  let ended = 0;
  let page: string[] = [];
  const endThose = async (): Promise<void> => {
    for (const id of await without(db, page)) ended += (await end(client, idOf(id))) ? 1 : 0;
    page = [];
  };
  for await (const { workflowId } of client.workflow.list({ query })) {
    page.push(workflowId.slice(idOf('').length));
    if (page.length >= PAGE) await endThose();
  }
  await endThose();
  return ended;
}

const PAGE = 500;

async function end(client: Client, workflowId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).terminate('the restored record holds no such open claim or case');
    return true;
  } catch (error) {
    // It ended by itself meanwhile.
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
