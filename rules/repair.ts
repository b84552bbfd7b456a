import type { Plan } from './routing.ts';
import type { ClaimState, StageKind } from './vocabulary.ts';

/**
 * The stages to which an administrator may move a claim that does not move: the one it is at, opened anew, or an earlier one. Never a later
 * one, for no review is passed over; none for a claim that its declarant corrects or that is at its end.
 * @article 14 专业技术人员申报、用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 */
export function stagesToMoveTo(plan: Plan, state: ClaimState): readonly StageKind[] {
  const at = plan.stages.findIndex((stage) => stage.kind === state);
  return at < 0 ? [] : plan.stages.slice(0, at + 1).map((stage) => stage.kind);
}
