import type { Plan, PlanStage } from './routing.ts';
import type { ClaimAct, ClaimState, Outcome, SettledOutcome, StageKind } from './vocabulary.ts';

/**
 * The claim's way (domain section 7): draft → first-review → re-review → filing → filed, with a return for correction looping back to
 * the first review, and rejection, withdrawal and a missed correction ending it. A stage is a set of tasks that settles once.
 */

/** How a stage ended: by its reviewers, because the declarant withdrew, or because the decision that opened it was taken back. */
export type StageOutcome = SettledOutcome | 'withdrawn' | 'superseded';

/** What a settled or ended claim's workflow must do next. */
export type Step =
  | { do: 'open-stage'; stage: PlanStage }
  | { do: 'request-correction' }
  | { do: 'reopen-stage' }
  | { do: 'file' }
  | { do: 'end'; state: 'rejected' | 'withdrawn' | 'expired' };

/** An act as the claim's record numbers it; `outcome` and `stageKind` with a settled stage only. */
export type Act = {
  seq: number;
  kind: ClaimAct;
  stageKind: StageKind | null;
  outcome: SettledOutcome | null;
};

const ENDED: readonly ClaimState[] = ['filed', 'rejected', 'withdrawn', 'expired', 'revoked'];

/** @article 14 nothing happens to a claim by its workflow after one of these. */
export const isEnded = (state: ClaimState): boolean => ENDED.includes(state);

/**
 * Whether a stage is settled, from its tasks' outcomes (null: not decided). Joint sign-off (会签): all must approve; one return or one
 * rejection settles it, whatever the others would have said.
 * @article 14 同级行业主管部门和人社部门复审
 */
export function settle(outcomes: readonly (Outcome | null)[]): SettledOutcome | null {
  if (outcomes.includes('reject')) return 'rejected';
  if (outcomes.includes('return')) return 'returned';
  return outcomes.length > 0 && outcomes.every((o) => o === 'approve') ? 'approved' : null;
}

/**
 * What follows from an act.
 * @article 14 申报、初审、复审、备案 in this order; a corrected claim starts again at the first review (D-20), an overturned rejection's at its stage (D-28), one that a lifted sanction gives back where it stood (D-44), one that an administrator moved at the stage named
 */
export function nextStep(plan: Plan, act: Act): Step {
  switch (act.kind) {
    case 'submitted':
    case 'resubmitted':
      return openOrFile(plan, 0);
    case 'withdrawn':
      return { do: 'end', state: 'withdrawn' };
    case 'correction-expired':
      return { do: 'end', state: 'expired' };
    case 'stage-settled':
      return afterStage(plan, act);
    case 'sanctioned':
    case 'closed':
      return { do: 'end', state: 'rejected' };
    case 'moved':
      return openOrFile(
        plan,
        plan.stages.findIndex((stage) => stage.kind === act.stageKind),
      );
    case 'taken-back':
    case 'overturned':
    case 'restored':
      return { do: 'reopen-stage' };
  }
}

function afterStage(plan: Plan, act: Act): Step {
  if (act.outcome === 'rejected') return { do: 'end', state: 'rejected' };
  if (act.outcome === 'returned') return { do: 'request-correction' };
  return openOrFile(plan, plan.stages.findIndex((s) => s.kind === act.stageKind) + 1);
}

/** Past the plan's last stage the claim is filed: at a central unit (中央在鄂单位) straight after its own review. */
function openOrFile(plan: Plan, index: number): Step {
  const stage = plan.stages[index];
  return stage ? { do: 'open-stage', stage } : { do: 'file' };
}

/** The stages still to come after the one a claim is in, for “what comes next”. */
export function stagesAfter(plan: Plan, state: ClaimState): readonly PlanStage[] {
  const at = plan.stages.findIndex((s) => s.kind === state);
  return at < 0 ? (state === 'correction' ? plan.stages : []) : plan.stages.slice(at + 1);
}

/**
 * The hours the reviewers left, line by line: where two bodies lower differently, the lower counts (domain section 5).
 * @article 11
 */
export function lowestHours(
  decisions: readonly (readonly { line: number; hundredths: number }[])[],
): Record<number, number> {
  const lowest: Record<number, number> = {};
  for (const lowered of decisions.flat()) {
    lowest[lowered.line] = Math.min(lowest[lowered.line] ?? lowered.hundredths, lowered.hundredths);
  }
  return lowest;
}

/** @article 14 who decides at which stage. */
export const ROLE_OF_STAGE = {
  'first-review': 'first-reviewer',
  're-review': 're-reviewer',
  filing: 'filing-officer',
} as const satisfies Record<StageKind, string>;
/** A role that decides at a stage. */
export type ReviewingRole = (typeof ROLE_OF_STAGE)[StageKind];

/** A declarant may withdraw until the first review is decided, and while a correction is theirs to make. */
export const mayWithdraw = (state: ClaimState): boolean => state === 'first-review' || state === 'correction';
