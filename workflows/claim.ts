import { condition, patched, setHandler } from '@temporalio/workflow';
import type { Position } from '../contract/positions.ts';
import { type Act, isEnded, nextStep } from '../rules/stages.ts';
import type { ClaimState } from '../rules/vocabulary.ts';
import { acted, type ClaimInput, standing } from './messages.ts';
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
  setHandler(standing, () => ({ state: position.state, appliedSeq: position.appliedSeq }));
  while (!isEnded(position.state) || hasGoneOn(acts, position)) {
    remember(acts, position);
    const act = acts.get(position.appliedSeq + 1);
    acts.delete(position.appliedSeq + 1);
    if (act) position = await carryOut(claimId, position, act);
    else if (await somebodyRings(acts, position)) position = await look(claimId, acts, position);
    else position = await claims.expireCorrection(claimId);
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
    case 'reopen-stage':
      return claims.reopenStage({ claimId, seq: act.seq });
    case 'file':
      return claims.fileClaim({ claimId, seq: act.seq });
    case 'end':
      return claims.endClaim({ claimId, seq: act.seq, state: step.state });
  }
}

/**
 * An ended claim was given back while its end was being read: an act later than that end has rung. Asked only then, so that histories
 * from before replay.
 */
const hasGoneOn = (acts: Map<number, Act>, { appliedSeq }: Position): boolean =>
  [...acts.keys()].some((seq) => seq > appliedSeq) && patched('given-back-while-ending');

/** Acts the record holds that have not rung here yet. */
function remember(acts: Map<number, Act>, position: Position): void {
  for (const act of position.unapplied) acts.set(act.seq, act);
}

/** Something rang that the next act does not explain: a ring was lost or overtaken, or the sweep asks for a look at the record. */
const hasRung = (acts: Map<number, Act>): boolean => acts.size > 0;

/** After a ring that is not the next act the record is read; the next act itself needs no reading. */
async function look(claimId: string, acts: Map<number, Act>, position: Position): Promise<Position> {
  if (acts.has(position.appliedSeq + 1)) return position;
  acts.clear();
  return claims.loadClaim(claimId);
}

/** Waits for the next ring; false when the correction's last day ends first. A deadline is judged by the record, not by this timer. */
async function somebodyRings(acts: Map<number, Act>, position: Position): Promise<boolean> {
  const rung = (): boolean => hasRung(acts);
  if (position.correctionMs === null) {
    await condition(rung);
    return true;
  }
  return condition(rung, Math.max(position.correctionMs, 1));
}
