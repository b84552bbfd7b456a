import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { z } from 'zod';
import type { ReconciliationDepth } from '../contract/stuck.ts';
import type { ReconciliationInput } from '../workflows/messages.ts';
import { ensureSchedule } from './schedules.ts';

/** Reconciliation (对账) by schedule: what can stop a claim each hour, everything at half past three in the morning. */
export async function ensureReconciliationSchedules(client: Client, taskQueue: string): Promise<void> {
  await ensureSchedule(client, taskQueue, {
    name: 'reconciliation-quick',
    workflowType: 'reconciliation',
    args: [{ depth: 'quick' } satisfies ReconciliationInput],
    spec: { calendars: [{ hour: '*', minute: 20, comment: 'what can stop a claim is compared' }], timezone: ZONE },
    catchupWindow: '1 day',
  });
  await ensureSchedule(client, taskQueue, {
    name: 'reconciliation-full',
    workflowType: 'reconciliation',
    args: [{ depth: 'full' } satisfies ReconciliationInput],
    spec: { calendars: [{ hour: 3, minute: 30, comment: 'everything is compared' }], timezone: ZONE },
    catchupWindow: '1 day',
  });
}
const ZONE = 'Asia/Shanghai';

export const reconcilePayload = z.object({ depth: z.enum(['quick', 'full']) });

/** An administrator's reconciliation; while one of theirs runs, it is that one. */
export async function reconcileNow(
  { client, taskQueue }: { client: Client; taskQueue: string },
  { depth }: { depth: ReconciliationDepth },
): Promise<void> {
  try {
    await client.workflow.start<(input: ReconciliationInput) => Promise<unknown>>('reconciliation', {
      workflowId: `reconciliation/asked/${depth}/${taskQueue}`,
      taskQueue,
      args: [{ depth }],
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
