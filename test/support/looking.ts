import type { DecisionReceipt, DecisionRequest } from '../../contract/decisions.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { decide } from '../../db/acts/decide.ts';
import { seeEvidence, seeForReconsideration } from '../../db/acts/seen.ts';
import type { Db } from '../../db/connect.ts';

/** The person opens every piece of the task's evidence, as the desk makes them before an approval (已阅). Of a task that is not theirs, nothing. */
export async function lookAtEvidence(db: Db, caller: Caller, taskId: string): Promise<void> {
  const version = await db
    .selectFrom('task as t')
    .innerJoin('claim_version as v', (j) =>
      j.onRef('v.claim_id', '=', 't.claim_id').onRef('v.version', '=', 't.version'),
    )
    .select('v.evidence_ids')
    .where('t.id', '=', taskId)
    .executeTakeFirst();
  await seeEvidence(db, caller, { taskId, evidenceIds: version?.evidence_ids ?? [] });
}

/** A decision by somebody who has looked at the evidence first. */
export async function lookAndDecide(
  db: Db,
  caller: Caller,
  taskId: string,
  request: DecisionRequest,
): Promise<Outcomes<DecisionReceipt>> {
  await lookAtEvidence(db, caller, taskId);
  return decide(db, caller, taskId, request);
}

/** The person opens every piece of the claim whose rejection is reviewed (复核), as an overturning asks. Of a review that is not theirs, nothing. */
export async function lookAtReviewed(db: Db, caller: Caller, reviewId: string): Promise<void> {
  const version = await db
    .selectFrom('reconsideration as x')
    .innerJoin('claim as c', 'c.id', 'x.claim_id')
    .innerJoin('claim_version as v', (j) => j.onRef('v.claim_id', '=', 'c.id').onRef('v.version', '=', 'c.version'))
    .select('v.evidence_ids')
    .where('x.id', '=', reviewId)
    .executeTakeFirst();
  await seeForReconsideration(db, caller, { reviewId, evidenceIds: version?.evidence_ids ?? [] });
}
