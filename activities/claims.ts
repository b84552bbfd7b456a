import type { Position } from '../contract/positions.ts';
import * as record from '../db/claims.ts';
import type { Db } from '../db/connect.ts';
import { legalDay } from '../rules/calendar.ts';
import { correctionDueAt, stageDueOn } from '../rules/deadlines.ts';
import type { PlanStage } from '../rules/routing.ts';

type Applied = { claimId: string; seq: number };

/** What the claim's workflow may do. Each is safe to repeat: the record applies an act (claim, sequence) once. */
export type ClaimActivities = {
  loadClaim(claimId: string): Promise<Position>;
  openStage(step: Applied & { stage: PlanStage }): Promise<Position>;
  requestCorrection(step: Applied): Promise<Position>;
  reopenStage(step: Applied): Promise<Position>;
  expireCorrection(claimId: string): Promise<Position>;
  fileClaim(step: Applied): Promise<Position>;
  endClaim(step: Applied & { state: 'rejected' | 'withdrawn' | 'expired' }): Promise<Position>;
};

/** @param now the clock that due dates are counted from; a parameter so that tests can stand on any day */
export function claimActivities({ db, now = () => new Date() }: { db: Db; now?: () => Date }): ClaimActivities {
  const today = (): string => legalDay(now().toISOString());
  return {
    loadClaim: (claimId) => record.loadClaim(db, claimId),
    openStage: ({ claimId, seq, stage }) =>
      record.openStage(db, { claimId, seq, stage, ...stageDueOn(stage.kind, today()) }),
    requestCorrection: ({ claimId, seq }) =>
      record.requestCorrection(db, { claimId, seq, dueAt: correctionDueAt(today()) }),
    reopenStage: (step) => record.reopenStage(db, step),
    expireCorrection: (claimId) => record.expireCorrection(db, claimId),
    fileClaim: ({ claimId, seq }) => record.fileClaim(db, { claimId, seq, on: today() }),
    endClaim: ({ claimId, seq, state }) => record.endClaim(db, { claimId, seq, state, on: today() }),
  };
}
