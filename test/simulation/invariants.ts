import { isEnded, nextStep } from '../../rules/stages.ts';
import type { CaseRecord } from './cases.ts';
import type { ClaimRecord } from './claim.ts';

/** What must be true in every life, however messages are lost, doubled and late, and whatever dies: sentences first, so that they can be read alone. */

/** Of every step from one record to the next, at an instant in milliseconds. */
export const CLAIM_STEPS: Record<string, (before: ClaimRecord, after: ClaimRecord, nowMs: number) => boolean> = {
  'what was recorded is never changed': (before, after) => before.acts.every((act, at) => after.acts[at] === act),
  'acts are applied in order, one at a time': (before, after) =>
    after.appliedSeq >= before.appliedSeq &&
    after.appliedSeq <= after.acts.length &&
    // A closing by a sanction or an administrator, and what gives the claim back, are recorded and applied in one transaction.
    (after.appliedSeq <= before.appliedSeq + 1 ||
      ['sanctioned', 'closed', 'restored'].includes(after.acts[after.appliedSeq - 1]?.kind ?? '')),
  'an ended claim moves only when a sanction is lifted or a closing overturned': (before, after) =>
    !isEnded(before.state) || before.state === after.state || after.acts.some(({ kind }) => kind === 'restored'),
  'hours are entered once': (_, after) => after.filings <= 1,
  'hours are entered only after the last stage approved': (before, after) =>
    after.filings === before.filings || isApprovedAtLast(after),
  'a stage opens only when it follows from the act': (before, after) =>
    after.appliedSeq === before.appliedSeq ||
    after.open === before.open ||
    wasRestored(after) ||
    follows(after, after.open),
  'officers are asked at one stage, and it is the stage of the claim once all is applied': (_, after) =>
    after.open === null || after.appliedSeq < after.acts.length || after.open === after.state,
  'a move passes over no review': (before, after) => {
    const [act] = after.acts.slice(before.acts.length);
    return act?.kind !== 'moved' || stagesOf(after).indexOf(act.stageKind) <= stagesOf(before).indexOf(before.state);
  },
  'a withdrawn claim asks no officer': (_, after) => !after.isWithdrawn || after.open === null,
  'a correction expires only after its last day': (before, after, nowMs) =>
    before.state === 'expired' ||
    after.state !== 'expired' ||
    nowMs >= (before.correctionDueMs ?? Number.POSITIVE_INFINITY),
};

/** Of a life's end: nobody acts any more, and everything has been delivered. */
export const CLAIM_ENDINGS: Record<string, (claim: ClaimRecord, workflowHasEnded: boolean) => boolean> = {
  'nothing recorded is left to apply': ({ acts, appliedSeq }) => acts.length === appliedSeq,
  'it has ended, or waits for a person': ({ state, open }) => isEnded(state) || open !== null,
  'its workflow lives as long as the claim, no longer': ({ state }, hasEnded) => isEnded(state) === hasEnded,
  'it ended as its last act says': (claim) => !isEnded(claim.state) || endsSo(claim),
};

export const CASE_STEPS: Record<string, (before: CaseRecord, after: CaseRecord, nowMs: number) => boolean> = {
  'a case that is over stays as it is': (before, after) => !before.isOver || after === before,
  'a date passes only when it has passed': (before, after, nowMs) =>
    !after.endedByItself || before.endedByItself || (before.endsMs !== null && nowMs >= before.endsMs),
  'who did it in time is never late': (before, after) =>
    !before.isDoneInTime || !after.endedByItself || before.endedByItself,
};

export const CASE_ENDINGS: Record<string, (of: CaseRecord, workflowHasEnded: boolean) => boolean> = {
  'what has a date ends by itself': ({ isOver, endsMs }) => isOver || endsMs === null,
  'its workflow has ended with it': ({ isOver }, hasEnded) => isOver === hasEnded,
};

const stagesOf = ({ plan }: ClaimRecord): readonly unknown[] => plan.stages.map((stage) => stage.kind);

const isApprovedAtLast = ({ acts, appliedSeq, plan }: ClaimRecord): boolean => {
  const act = acts[appliedSeq - 1];
  return act?.outcome === 'approved' && act.stageKind === plan.stages.at(-1)?.kind;
};

const wasRestored = ({ acts, appliedSeq }: ClaimRecord): boolean => acts[appliedSeq - 1]?.kind === 'restored';

function follows({ acts, appliedSeq, plan }: ClaimRecord, open: ClaimRecord['open']): boolean {
  const act = acts[appliedSeq - 1];
  if (act === undefined || open === null) return true;
  const step = nextStep(plan, act);
  return step.do === 'open-stage' && step.stage.kind === open;
}

function endsSo({ acts, state, plan }: ClaimRecord): boolean {
  const last = acts.at(-1);
  if (last === undefined) return false;
  if (last.kind === 'correction-expired') return state === 'expired';
  const step = nextStep(plan, last);
  return step.do === 'end' ? step.state === state : step.do === 'file' && state === 'filed';
}
