import type { Day } from './activity.ts';
import type { Provision } from './articles.ts';
import { compareDays, daysBetween, endOfDayInstant, yearOf } from './calendar.ts';
import { isGoverned } from './parameters.ts';
import { claimsCloseOn, deferralLatestOn } from './year.ts';

/** Deferral (顺延) of a year's study for injury, illness, pregnancy or another special reason (Art. 17). */

/** Why a person could not complete the year. @article 17 由于伤、病、孕等特殊原因 */
export const DEFERRAL_REASONS = { injury: '伤', illness: '病', pregnancy: '孕', other: '其他特殊原因' } as const;
export type DeferralReason = keyof typeof DEFERRAL_REASONS;

/** What a deferral can be, from application to end. @article 17 可适当顺延补学 */
export const DEFERRAL_STATES = {
  requested: '待单位出具证明并决定',
  granted: '已批准顺延',
  refused: '未批准',
  'made-up': '已在期限内补学完成',
  expired: '期满未完成',
  revoked: '已撤销',
  withdrawn: '本人已撤回',
} as const;
export type DeferralState = keyof typeof DEFERRAL_STATES;

/**
 * A deferral in one of these was granted and stands: study of its days counts for the deferred year, also once it is over. A revoked one
 * is as if it had never been. @article 17 可适当顺延补学
 */
export const GRANTED_DEFERRALS = ['granted', 'made-up', 'expired'] as const satisfies readonly DeferralState[];

/** Nothing more happens to a deferral by itself in one of these. @article 17 逾期未完成者视为当年度学时不合格 */
export const isDeferralOver = (state: DeferralState): boolean => state !== 'requested' && state !== 'granted';

/** Why a deferral cannot be had as asked, each with the cure. @article 17 由所在单位出具证明……最长不超过12个月 */
export const DEFERRAL_REFUSALS = {
  'deferral-year': { message: '该年度不能申请顺延。', fix: '只能为本办法施行后、当年或上一年度申请顺延。' },
  'deferral-window-closed': {
    message: '该年度的顺延申请已截止。',
    fix: '顺延申请在次年3月31日前提出；如有特殊情况，请联系所在单位和同级人社部门。',
  },
  'deferral-backwards': {
    message: '顺延的最后一天须在该年度之后，且不早于今天。',
    fix: '请把最后一天改为次年的某一天，最晚为次年12月31日。',
  },
  'deferral-too-long': {
    message: '顺延期限最长不超过12个月。',
    fix: '请把最后一天改为不晚于次年12月31日的日期。',
  },
  'deferral-twice': {
    message: '该年度已批准过一次顺延，不能再次顺延。',
    fix: '请在原期限内补学；期限届满后学时不足的，该年度为不合格。',
  },
  'deferral-requested': { message: '该年度已有一份顺延申请在办理。', fix: '请等待单位决定，或先撤回原申请。' },
  'deferral-cancelled': {
    message: '该年度的学时已因弄虚作假取消（第二十一条），不能顺延。',
    fix: '对处理不服的，请在案件页面申诉；处理撤销后，可在次年3月31日前申请顺延。',
  },
  'deferral-not-longer': {
    message: '已批准的顺延只能缩短，不能延长。',
    fix: '请填写早于原最后一天、且不早于今天的日期。',
  },
  'deferral-proof-missing': {
    message: '批准顺延须由所在单位出具证明。',
    fix: '请先上传单位证明（PDF、JPEG 或 PNG），再作出批准决定。',
  },
} as const satisfies Record<string, { message: string; fix: string }>;
export type DeferralRefusal = keyof typeof DEFERRAL_REFUSALS;

/** What a deferral rests on. @article 17 可适当顺延补学 */
export const DEFERRAL_BASIS: Provision = '17';

/** What a refusal rests on: of a cancelled year there is nothing left to make up. @article 21 取消有关人员相应年度继续教育学时 */
export const deferralRefusalBasis = (code: DeferralRefusal): Provision =>
  code === 'deferral-cancelled' ? '21' : DEFERRAL_BASIS;

/** What is on record for the year: whether fraud cancelled it; a living application; one that has been granted (whatever became of it). */
export type YearOnRecord = { cancelled: boolean; requested: boolean; granted: boolean };

/**
 * Why an application cannot be made; undefined when it can.
 * @param until the last day asked for
 * @article 17 由于伤、病、孕等特殊原因无法在当年度完成继续教育学时的……可适当顺延补学……最长不超过12个月
 * @article 21 取消有关人员相应年度继续教育学时
 * @interpretation D-11
 * @interpretation D-12
 * @interpretation D-46
 */
export function whyNotDefer(asked: {
  year: number;
  until: Day;
  today: Day;
  earlier: YearOnRecord;
}): DeferralRefusal | undefined {
  const { year, until, today, earlier } = asked;
  if (!isGoverned(year) || year > yearOf(today)) return 'deferral-year';
  if (earlier.cancelled) return 'deferral-cancelled';
  if (compareDays(today, claimsCloseOn(year)) > 0) return 'deferral-window-closed';
  if (earlier.granted) return 'deferral-twice';
  if (earlier.requested) return 'deferral-requested';
  return whyNotUntil(year, until, today);
}

/**
 * Why a last day cannot be granted; undefined when it can.
 * @article 17 顺延期限最长不超过12个月
 * @interpretation D-12
 */
export function whyNotUntil(year: number, until: Day, today: Day): DeferralRefusal | undefined {
  if (yearOf(until) <= year || compareDays(until, today) < 0) return 'deferral-backwards';
  return compareDays(until, deferralLatestOn(year)) > 0 ? 'deferral-too-long' : undefined;
}

/**
 * Why a granted deferral cannot get another last day: it may only end earlier, today at the earliest.
 * @article 17 顺延期限最长不超过12个月
 */
export const whyNotShorten = (now: { until: Day; today: Day }, until: Day): DeferralRefusal | undefined =>
  compareDays(until, now.until) >= 0 || compareDays(until, now.today) < 0 ? 'deferral-not-longer' : undefined;

/**
 * The instant at which a granted deferral is over: 24:00 of its last day in Asia/Shanghai, as UTC.
 * @article 17 逾期未完成者视为当年度学时不合格
 */
export const deferralEndsAt = (until: Day): string => endOfDayInstant(until);

const REMINDER_DAYS = [7, 30, 60] as const;

/**
 * Which reminder is due on a day: the nearest of 60, 30 and 7 days before the last day that has been reached; null before and after.
 * A sweep that missed a day still sends the one that counts now.
 * @article 17 逾期未完成者视为当年度学时不合格
 */
export function deferralReminder(until: Day, today: Day): (typeof REMINDER_DAYS)[number] | null {
  const left = daysBetween(today, until);
  return left < 0 ? null : (REMINDER_DAYS.find((days) => left <= days) ?? null);
}

/**
 * What becomes of a granted deferral when the record is looked at.
 * @param isComplete whether the year's hours are complete, make-up study included
 * @article 17 逾期未完成者视为当年度学时不合格
 */
export function settleDeferral(facts: {
  until: Day;
  today: Day;
  isComplete: boolean;
}): (typeof GRANTED_DEFERRALS)[number] {
  if (facts.isComplete) return 'made-up';
  return compareDays(facts.today, facts.until) > 0 ? 'expired' : 'granted';
}
