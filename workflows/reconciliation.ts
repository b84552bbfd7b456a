import { continueAsNew } from '@temporalio/workflow';
import type { ReconciliationProgress } from '../contract/stuck.ts';
import type { ReconciliationInput } from './messages.ts';
import { reconciling } from './proxies.ts';

/**
 * Reconciliation (对账): record, workflows, tasks, outbox, ledger, certificates and aggregates compared page by page. The record knows how far
 * it is, so a run may be killed and begun again; what a schedule starts while one of its depth is under way goes on with that one.
 * @returns the run's last progress
 */
export async function reconciliation(input: ReconciliationInput): Promise<ReconciliationProgress> {
  let progress = await reconciling.beginReconciliation(input.depth);
  for (let rounds = 0; progress.state !== 'done'; rounds += 1) {
    if (rounds === ROUNDS_A_RUN) return continueAsNew<typeof reconciliation>(input);
    progress = await reconciling.reconcilePages({ ...PACE, ...input.pace, id: progress.id });
  }
  return progress;
}

/** Twenty pages are one activity of some seconds. */
const PACE = { pages: 20, pageMs: 50 };
/** Four hundred thousand claims: the history stays short however many there are. */
const ROUNDS_A_RUN = 100;
