import type { Day } from './activity.ts';
import type { Provision } from './articles.ts';
import { addDays, calendarVersion, compareDays, endOfDayInstant, isDay, workingDaysAfter, yearOf } from './calendar.ts';
import { correctionDueAt, stageDueOn } from './deadlines.ts';
import { CHINA } from './holidays.ts';
import { DEFENCE_WORKING_DAYS, DISHONESTY_YEARS, inForce, isGoverned } from './parameters.ts';
import type { RoutedBodies, RoutedUnit } from './routing.ts';
import type { StageKind } from './vocabulary.ts';

/** Fraud (弄虚作假) in a declaration: the case, its states and dates, and what it costs (Art. 21). */

/** How fraud comes to light. @article 21 在学时申报认定中弄虚作假的 */
export const SANCTION_SOURCES = {
  review: '审核中发现',
  inspection: '监督检查发现',
  complaint: '投诉举报',
  'duplicate-evidence': '证明材料重复使用',
} as const;
export type SanctionSource = keyof typeof SANCTION_SOURCES;

/** What a case can be, from the first suspicion to its end. @article 21 在学时申报认定中弄虚作假的 */
export const SANCTION_STATES = {
  opened: '已立案，待告知',
  hearing: '陈述申辩中',
  decided: '已拟定，待第二人确认',
  'in-force': '处理生效，失信记录期内',
  ended: '失信记录期满',
  lifted: '处理已撤销',
  dismissed: '不予处理',
} as const;
export type SanctionState = keyof typeof SANCTION_STATES;

/** Nothing more happens to a case by itself in one of these. @article 21 记录期限为3年 */
export const isSanctionOver = (state: SanctionState): boolean =>
  state === 'ended' || state === 'lifted' || state === 'dismissed';

/** The states in which a case cancels its year: the hours stay cancelled after the record has ended. @article 21 取消有关人员相应年度继续教育学时 */
export const CANCELLING_STATES = ['in-force', 'ended'] as const satisfies readonly SanctionState[];

/**
 * The states of a case that a further suspicion about its year joins. A year is cancelled once, and recorded once: nobody can declare for it
 * any more, so whatever is found after the decision was done before it. After a dismissal or a lifting there is nothing to join.
 * @article 21 取消有关人员相应年度继续教育学时……记录期限为3年
 * @interpretation D-45
 */
export const JOINED_STATES = [
  'opened',
  'hearing',
  'decided',
  ...CANCELLING_STATES,
] as const satisfies readonly SanctionState[];

/** What a case rests on. @article 21 在学时申报认定中弄虚作假的 */
export const SANCTION_BASIS: Provision = '21';

/** Why something about a case cannot be done, each with the cure. @article 21 在学时申报认定中弄虚作假的 */
export const SANCTION_REFUSALS = {
  'sanction-own': { message: '不能办理本人的案件。', fix: '请由本机构其他工作人员办理。' },
  'sanction-year': { message: '该年度不适用本办法。', fix: '只能就2026年及以后、且不晚于今年的年度立案。' },
  'sanction-claims': { message: '所列申报不属于该人员的该年度。', fix: '请从该人员该年度的申报中选择。' },
  'defence-open': {
    message: '陈述申辩期限未满，当事人也未声明陈述完毕。',
    fix: '请在陈述申辩期限届满后，或当事人声明陈述完毕后再作决定。',
  },
  'sanction-not-noticed': {
    message: '当事人尚未被告知，不能作出处理决定。',
    fix: '请先告知事实、理由和陈述申辩的期限。',
  },
  'second-officer': {
    message: '处理决定须由两名工作人员作出，不能由一人确认。',
    fix: '请由本机构另一名监督检查人员确认。',
  },
  'officer-reviewed': {
    message: '您审核过涉案的申报，不能办理这个案件。',
    fix: '请由本机构没有审核过涉案申报的工作人员办理。',
  },
  'appeal-own-decision': {
    message: '您参与了原处理决定，不能答复对它的申诉。',
    fix: '请由没有参与原决定的工作人员，或上一级人社部门办理。',
  },
  'appeal-open': { message: '已有一份申诉在办理。', fix: '请等待答复；需要补充的，可以继续上传材料。' },
  'appeal-none': { message: '没有待答复的申诉。', fix: '请刷新页面查看最新状态。' },
  'defence-shorter': { message: '陈述申辩期限只能延长。', fix: '请填写晚于原期限的日期。' },
  'title-order-day': { message: '办理期限须在今天之后、一年以内。', fix: '请重新填写办理期限。' },
} as const satisfies Record<string, { message: string; fix: string }>;
export type SanctionRefusal = keyof typeof SANCTION_REFUSALS;

/**
 * Which bodies may decide a case: the HRSS authority and the industry authority of the employer's level; for central units the province's.
 * @article 8 各级人力资源社会保障部门负责本地区专业技术人员继续教育工作的综合管理
 * @article 9 各级行业主管部门在各自职责范围内具体负责本行业专业技术人员继续教育的管理
 * @interpretation D-25
 */
export function competentBodies(
  unit: Pick<RoutedUnit, 'kind' | 'level'>,
  bodies: RoutedBodies,
): { hrssId: string | null; industryId: string | null } {
  const isProvincial = unit.kind === 'central' || unit.level === 'province';
  return isProvincial
    ? { hrssId: bodies.filingHrssId, industryId: bodies.filingIndustryId }
    : { hrssId: bodies.reReviewHrssId ?? bodies.filingHrssId, industryId: bodies.reReviewIndustryId };
}

/**
 * Why no case can be opened; undefined when one can.
 * @article 21 取消有关人员相应年度继续教育学时
 * @article 25 本办法自印发之日起施行
 */
export const whyNotOpen = (asked: { year: number; today: Day }): SanctionRefusal | undefined =>
  !isGoverned(asked.year) || asked.year > yearOf(asked.today) ? 'sanction-year' : undefined;

/** The last day of a statement and defence, its end as an instant, and the calendar it was counted by. */
export type DefenceDeadline = { lastDay: Day; dueAt: string; calendar: string };

/**
 * Until when the person may state their defence: the tenth working day after the notice, 24:00 in Asia/Shanghai.
 * @param noticeOn the day of the notice; counting starts the day after
 * @article 21 弄虚作假的，取消有关人员相应年度继续教育学时
 * @interpretation D-14
 */
export function defenceDeadline(noticeOn: Day): DefenceDeadline {
  const lastDay = workingDaysAfter(noticeOn, inForce(DEFENCE_WORKING_DAYS, yearOf(noticeOn)), CHINA);
  return { lastDay, dueAt: endOfDayInstant(lastDay), calendar: calendarVersion(noticeOn, lastDay, CHINA) };
}

/**
 * Whether the person has been heard: their time is over, or they said that they have nothing to add.
 * @param dueAt, now instants in epoch milliseconds
 * @article 21 弄虚作假的，取消有关人员相应年度继续教育学时
 * @interpretation D-14
 */
export const isHeard = (facts: { dueAt: number; isClosed: boolean; now: number }): boolean =>
  facts.isClosed || facts.now >= facts.dueAt;

/**
 * The day at whose 00:00 a dishonesty record ends: the same date three years later, the last of February for a leap day.
 * @param from the day on which the record begins
 * @article 21 作为失信行为记入职称评审诚信档案库，记录期限为3年
 * @interpretation D-15
 */
export function recordEndsOn(from: Day): Day {
  const sameDate = `${String(yearOf(from) + inForce(DISHONESTY_YEARS, yearOf(from))).padStart(4, '0')}${from.slice(4)}`;
  return isDay(sameDate) ? sameDate : `${sameDate.slice(0, 8)}28`;
}

/** The last day on which a record that ends on a day is still in force. @article 21 记录期限为3年 */
export const recordLastDay = (endsOn: Day): Day => addDays(endsOn, -1);

/** The instant at which a record ends, 00:00 of its day in Asia/Shanghai, as UTC. @article 21 记录期限为3年 */
export const recordEndsAt = (endsOn: Day): string => endOfDayInstant(recordLastDay(endsOn));

/** A dishonesty record: from its first day until, and without, the day it ends on. */
export type DishonestyRecord = { from: Day; endsOn: Day };

/**
 * Whether a record is in force on a day.
 * @article 21 记录期限为3年
 * @interpretation D-15
 */
export const isRecordInForce = ({ from, endsOn }: DishonestyRecord, on: Day): boolean =>
  compareDays(from, on) <= 0 && compareDays(on, endsOn) < 0;

/**
 * The last day of the records in force on a day; null when there is none.
 * @article 21 依法依规取消其职称申报资格
 * @interpretation D-23
 */
export function dishonestUntil(records: readonly DishonestyRecord[], on: Day): Day | null {
  const days = records.filter((record) => isRecordInForce(record, on)).map(({ endsOn }) => recordLastDay(endsOn));
  return days.sort(compareDays).at(-1) ?? null;
}

/**
 * What is due in a case when its record is looked at: the hearing is over, the dishonesty record ends, or nothing yet.
 * @article 21 记录期限为3年
 */
export function dueInSanction(facts: {
  state: SanctionState;
  defence: { dueAt: number; isClosed: boolean } | null;
  recordEndsAt: number | null;
  now: number;
}): { due: 'hearing-over' | 'record-ends' | null; nextAt: number | null } {
  const { state, defence, recordEndsAt: endsAt, now } = facts;
  if ((state === 'hearing' || state === 'decided') && defence !== null && !defence.isClosed)
    return now >= defence.dueAt ? { due: 'hearing-over', nextAt: null } : { due: null, nextAt: defence.dueAt };
  if (state === 'in-force' && endsAt !== null)
    return now >= endsAt ? { due: 'record-ends', nextAt: null } : { due: null, nextAt: endsAt };
  return { due: null, nextAt: null };
}

/**
 * What is left of a year's claims when it is cancelled: those that are for no other year are closed, since they can bring nothing; one that
 * is also for another year goes on for that year.
 * @article 21 取消有关人员相应年度继续教育学时
 */
export const isClosedBySanction = (claimYears: readonly number[], year: number): boolean =>
  claimYears.length > 0 && claimYears.every((one) => one === year);

/** Where a claim can stand when its year is cancelled. @article 21 取消有关人员相应年度继续教育学时 */
export type ClosedState = StageKind | 'correction';

/**
 * Until when a claim that a lifted sanction gives back is to be decided or corrected: what time was left at its closing is not known to
 * be enough, so the period begins anew; counting starts the day after the lifting.
 * @returns for a correction the instant it is too late; else the stage's last day, and the calendar it was counted by
 * @article 14 专业技术人员申报、用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @article 21 取消有关人员相应年度继续教育学时
 * @interpretation D-44
 */
export const restoredUntil = (
  state: ClosedState,
  liftedOn: Day,
): { correctionDueAt: string } | { dueOn: Day; calendar: string } =>
  state === 'correction' ? { correctionDueAt: correctionDueAt(liftedOn) } : stageDueOn(state, liftedOn);

/** What one officer can propose and another confirm. @article 21 取消有关人员相应年度继续教育学时 */
export const PROPOSAL_KINDS = {
  impose: '认定弄虚作假并处理',
  dismiss: '不予处理',
  lift: '撤销处理',
  'refuse-appeal': '维持处理',
} as const;
export type ProposalKind = keyof typeof PROPOSAL_KINDS;

/** What becomes of an appeal (申诉). @article 21 取消有关人员相应年度继续教育学时 */
export const APPEAL_STATES = { open: '待答复', upheld: '申诉成立，处理已撤销', refused: '维持原处理' } as const;
export type AppealState = keyof typeof APPEAL_STATES;
