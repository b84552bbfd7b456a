import { condition, setHandler } from '@temporalio/workflow';
import { type Act, isEnded, nextStep } from '../rules/stages.ts';
import type { ClaimState } from '../rules/vocabulary.ts';
import type { Position } from '../contract/positions.ts';
import { acted, type ClaimInput } from './messages.ts';
import { claims } from './proxies.ts';

/**
 * A claim (申报) from its declaration to its filing. People act on the record; each act rings here. The workflow asks the rules what
 * follows and moves the claim by an activity. It waits for months at no cost, and for the correction's last day with one timer.
 * @returns the state the claim ended in
 */
export async function claim({ claimId }: ClaimInput): Promise<ClaimState> {
  const acts = new Map<number, Act>();
  setHandler(acted, (act) => void acts.set(act.seq, act));

  let position = await claims.loadClaim(claimId);
  while (!isEnded(position.state)) {
    remember(acts, position);
    const act = acts.get(position.appliedSeq + 1);
    if (act) position = await carryOut(claimId, position, act);
    else if (isBehind(acts, position)) position = await claims.loadClaim(claimId);
    else if (!(await somebodyActs(acts, position))) position = await claims.expireCorrection(claimId);
  }
  return position.state;
}

/** One act, applied to the record by the activity that the rules name. */
async function carryOut(claimId: string, position: Position, act: Act): Promise<Position> {
  const step = nextStep(position.plan, act);
  switch (step.do) {
    case 'open-stage':
      return claims.openStage({ claimId, seq: act.seq, stage: step.stage });
    case 'request-correction':
      return claims.requestCorrection({ claimId, seq: act.seq });
    case 'file':
      return claims.fileClaim({ claimId, seq: act.seq });
    case 'end':
      return claims.endClaim({ claimId, seq: act.seq, state: step.state });
  }
}

/** Acts the record holds that have not rung here yet; applied ones are forgotten, so a long life stays small. */
function remember(acts: Map<number, Act>, position: Position): void {
  for (const act of position.unapplied) acts.set(act.seq, act);
  for (const seq of acts.keys()) if (seq <= position.appliedSeq) acts.delete(seq);
}

/** A later act has rung but not the next one: a ring was lost or overtaken. */
const isBehind = (acts: Map<number, Act>, position: Position): boolean =>
  [...acts.keys()].some((seq) => seq > position.appliedSeq);

/** Waits for the next ring; false when the correction's last day ends first. A deadline is judged by the record, not by this timer. */
async function somebodyActs(acts: Map<number, Act>, position: Position): Promise<boolean> {
  const rung = (): boolean => isBehind(acts, position);
  if (position.correctionMs === null) {
    await condition(rung);
    return true;
  }
  return condition(rung, Math.max(position.correctionMs, 1));
}
