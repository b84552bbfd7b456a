import * as record from '../../db/claims.ts';
import type { Db } from '../../db/connect.ts';
import { type Act, nextStep } from '../../rules/stages.ts';

/** Applies every unapplied act, as the claim's workflow would. */
export async function advance(db: Db, claimId: string): Promise<void> {
  for (;;) {
    const { plan, unapplied } = await record.loadClaim(db, claimId);
    const act = unapplied[0];
    if (!act) return;
    await apply(db, claimId, act, nextStep(plan, act));
  }
}

function apply(db: Db, claimId: string, { seq }: Act, step: ReturnType<typeof nextStep>) {
  switch (step.do) {
    case 'open-stage':
      return record.openStage(db, { claimId, seq, stage: step.stage, dueOn: '2026-12-31', calendar: 'test' });
    case 'request-correction':
      return record.requestCorrection(db, { claimId, seq, dueAt: '2099-01-01T16:00:00Z' });
    case 'reopen-stage':
      return record.reopenStage(db, { claimId, seq });
    case 'file':
      return record.fileClaim(db, { claimId, seq, on: '2026-11-23' });
    case 'end':
      return record.endClaim(db, { claimId, seq, state: step.state });
  }
}
