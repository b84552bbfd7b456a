import { Context } from '@temporalio/activity';
import type { ReconciliationDepth, ReconciliationProgress } from '../contract/stuck.ts';
import type { Db } from '../db/connect.ts';
import type { Workflows } from '../db/reconciliation/finding.ts';
import * as record from '../db/reconciliation.ts';

export type ComparedInput = { id: string; pages: number; pageMs: number };

/** What a reconciliation may do. Each is safe to repeat: the record keeps how far it is. */
export type ReconciliationActivities = {
  beginReconciliation(depth: ReconciliationDepth): Promise<ReconciliationProgress>;
  reconcilePages(input: ComparedInput): Promise<ReconciliationProgress>;
};

/** @param workflows Temporal, as it is asked about single workflows */
export function reconciliationActivities({
  db,
  workflows,
}: {
  db: Db;
  workflows: Workflows;
}): ReconciliationActivities {
  return {
    beginReconciliation: (depth) => record.beginReconciliation(db, depth),
    reconcilePages: (input) => reconcilePages(db, workflows, input),
  };
}

/** Some pages, one each `pageMs` milliseconds at the fastest: people who work at the same time must not feel it. Each page beats the heart. */
async function reconcilePages(
  db: Db,
  workflows: Workflows,
  { id, pages, pageMs }: ComparedInput,
): Promise<ReconciliationProgress> {
  const context = Context.current();
  for (let page = 1; ; page += 1) {
    const began = performance.now();
    const progress = await record.reconcilePage(db, workflows, { id });
    context.heartbeat(progress.checked);
    if (progress.state === 'done' || page >= pages) return progress;
    await context.sleep(Math.max(0, pageMs - (performance.now() - began)));
  }
}
