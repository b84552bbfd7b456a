import type { Day } from './activity.ts';
import { citation, type Provision, type Ruling } from './articles.ts';
import { calendarVersion, compareDays, workingDaysAfter, yearOf } from './calendar.ts';
import { CHINA } from './holidays.ts';
import { reading } from './interpretations.ts';
import { type LateStep, lateStep } from './overdue.ts';
import {
  ESCALATION_WORKING_DAYS,
  inForce,
  RECONSIDERATION_REQUEST_WORKING_DAYS,
  RECONSIDERATION_WORKING_DAYS,
} from './parameters.ts';
import type { Capacity, Level, Role, UnitKind } from './vocabulary.ts';

/**
 * Review of a rejection (复核, domain section 5): once for a claim, by the next higher body, another officer deciding. The text of the
 * measures is silent on it; who, by when and with what effect are readings of ours.
 */

/** What a review of a rejection can be. @article 14 用人单位初审、同级行业主管部门和人社部门复审 */
export const RECONSIDERATION_STATES = {
  requested: '复核办理中',
  upheld: '复核维持原决定',
  overturned: '复核撤销原决定',
} as const;
export type ReconsiderationState = keyof typeof RECONSIDERATION_STATES;

/** What the higher body may decide. @article 14 用人单位初审、同级行业主管部门和人社部门复审 */
export const RECONSIDERATION_OUTCOMES = { uphold: '维持不予认定', overturn: '撤销原决定' } as const;
export type ReconsiderationOutcome = keyof typeof RECONSIDERATION_OUTCOMES;

/** Why a review cannot be had, each with the cure. @article 14 专业技术人员申报、用人单位初审 */
export const RECONSIDERATION_REFUSALS = {
  'reconsideration-none': {
    message: '这份申报没有可以复核的不予认定决定。',
    fix: '只有办结为“不予认定”的申报可以申请复核；已撤回、逾期未补正的，仍在申报期内可重新申报。',
  },
  'reconsideration-twice': {
    message: '这份申报已经申请过一次复核，不能再次申请。',
    fix: '请在申报详情查看复核结果；事实或材料有变化的，可补充材料后重新申报。',
  },
  'reconsideration-late': {
    message: '复核申请期限已过。',
    fix: '事实或材料有变化且仍在申报期内的，可补充材料后重新申报；也可向当地人力资源和社会保障部门反映。',
  },
  'reconsideration-sanctioned': {
    message: '这份申报因弄虚作假处理而终止（第二十一条），不适用复核。',
    fix: '对处理不服的，请在“弄虚作假案件”中打开该案件提出申诉。',
  },
} as const satisfies Record<string, { message: string; fix: string }>;
export type ReconsiderationRefusal = keyof typeof RECONSIDERATION_REFUSALS;

/** What every answer about a review rests on. @article 14 用人单位初审、同级行业主管部门和人社部门复审 */
export const RECONSIDERATION_BASIS: Provision = '14';

/** Which roles at the higher body decide: those who review claims there. @article 14 同级行业主管部门和人社部门复审 */
export const RECONSIDERING_ROLES: readonly Role[] = ['re-reviewer', 'filing-officer'];

/**
 * The last day on which a declarant may ask: counted in working days from the day after the notice of the rejection.
 * @article 14 专业技术人员申报
 * @interpretation D-26
 */
export const reconsiderationUntil = (noticeOn: Day): Day =>
  workingDaysAfter(noticeOn, inForce(RECONSIDERATION_REQUEST_WORKING_DAYS, yearOf(noticeOn)), CHINA);

/**
 * Why a review cannot be asked for; undefined when it can.
 * @param rejectedOn the day of the notice; null when nothing was rejected, or the claim goes on
 * @param asked whether it has been asked for before
 * @param isSanctioned whether a sanction ended the claim: the remedy against that is its appeal
 * @article 14 专业技术人员申报
 * @article 21 取消有关人员相应年度继续教育学时
 * @interpretation D-26
 * @interpretation D-28
 */
export function whyNotReconsider(facts: {
  rejectedOn: Day | null;
  asked: boolean;
  isSanctioned: boolean;
  today: Day;
}): ReconsiderationRefusal | undefined {
  if (facts.isSanctioned) return 'reconsideration-sanctioned';
  if (facts.asked) return 'reconsideration-twice';
  if (facts.rejectedOn === null) return 'reconsideration-none';
  return compareDays(facts.today, reconsiderationUntil(facts.rejectedOn)) > 0 ? 'reconsideration-late' : undefined;
}

/**
 * By when the higher body decides, when its superior is told otherwise, and the calendar both were counted with.
 * @param requestedOn the day of the request; counting starts the day after
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审
 * @interpretation D-28
 */
export function reconsiderationDueOn(requestedOn: Day): { dueOn: Day; escalateOn: Day; calendar: string } {
  const dueOn = workingDaysAfter(requestedOn, inForce(RECONSIDERATION_WORKING_DAYS, yearOf(requestedOn)), CHINA);
  const escalateOn = workingDaysAfter(dueOn, inForce(ESCALATION_WORKING_DAYS, yearOf(dueOn)), CHINA);
  return { dueOn, escalateOn, calendar: calendarVersion(requestedOn, escalateOn, CHINA) };
}

/**
 * What is due in an undecided review: past its last day the body is reminded, past the escalation's last day its superior is told.
 * @param now an instant, epoch milliseconds
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审
 * @interpretation D-28
 */
export const reconsiderationStep = (
  facts: { dueOn: Day; escalateOn: Day; reminded: boolean; escalated: boolean },
  now: number,
): LateStep => lateStep(facts, now);

/** The body that rejected: in what capacity, and its level. */
export type RejectingBody = { capacity: Capacity; level: Level };

/** The bodies that could stand above it; null where there is none. `own` is the declarant's place, `parent` the rejecting body's superior place. */
export type HigherBodies = {
  ownHrssId: string | null;
  supervisingDepartmentId: string | null;
  parentIndustryId: string | null;
  parentHrssId: string | null;
  provinceHrssId: string | null;
};

/**
 * Who reviews a rejection: the next higher body. An employer's (or agency's) rejection goes to the HRSS authority of its own place, an
 * authority's to the authority of its kind one level up, and to the HRSS authority there if there is none; at the province, and for a central unit, to
 * the provincial HRSS department, whose own rejection, and its administrators' closing of a claim that does not move, another of its officers reviews.
 * @article 7 综合管理与分级分类负责相结合
 * @article 8 省人力资源和社会保障厅综合管理全省专业技术人员继续教育工作
 * @article 14 省直单位专业技术人员继续教育学时由省直主管部门负责复审
 * @interpretation D-27
 * @interpretation D-54
 */
export function higherBody(by: RejectingBody, unitKind: UnitKind, bodies: HigherBodies): Ruling<string | null> {
  const value = candidates(by, unitKind, bodies).find((id) => id !== null) ?? null;
  return {
    value,
    basis: ['8', '14'],
    trace: [`不予认定由上一级机构复核，另一名工作人员办理（${citation('14')}，${reading('D-27')}）`],
  };
}

function candidates({ capacity, level }: RejectingBody, unitKind: UnitKind, bodies: HigherBodies): (string | null)[] {
  const { ownHrssId, supervisingDepartmentId, parentIndustryId, parentHrssId, provinceHrssId } = bodies;
  switch (capacity) {
    case 'employer':
    case 'archive-agency':
      if (unitKind === 'central') return [provinceHrssId];
      return unitKind === 'provincial-direct'
        ? [supervisingDepartmentId, provinceHrssId]
        : [ownHrssId, parentHrssId, provinceHrssId];
    case 'supervising':
      return [provinceHrssId];
    case 'industry':
      return level === 'province' ? [provinceHrssId] : [parentIndustryId, parentHrssId, provinceHrssId];
    case 'hrss':
      return level === 'province' ? [provinceHrssId] : [parentHrssId, provinceHrssId];
  }
}
