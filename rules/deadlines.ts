import type { Activity, Day } from './activity.ts';
import { calendarVersion, endOfDayInstant, workingDaysAfter, yearOf } from './calendar.ts';
import { CHINA } from './holidays.ts';
import { CORRECTION_WORKING_DAYS, inForce, isGoverned, REVIEW_WORKING_DAYS } from './parameters.ts';
import type { StageKind } from './vocabulary.ts';
import { daysOf, declaredYear } from './year.ts';

/** When a claim's steps are due, and which years it is for. */

/**
 * The last day for a stage's decision, with the version of the calendar it was counted by.
 * @param openedOn the day the stage opened; counting starts the day after
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-21
 */
export function stageDueOn(kind: StageKind, openedOn: Day): { dueOn: Day; calendar: string } {
  const dueOn = workingDaysAfter(openedOn, inForce(REVIEW_WORKING_DAYS[kind], yearOf(openedOn)), CHINA);
  return { dueOn, calendar: calendarVersion(openedOn, dueOn, CHINA) };
}

/**
 * The instant at which a correction is too late: 24:00 of its last working day, as UTC.
 * @param noticeOn the day of the notice; counting starts the day after
 * @article 14 专业技术人员申报
 * @interpretation D-19
 */
export const correctionDueAt = (noticeOn: Day): string =>
  endOfDayInstant(workingDaysAfter(noticeOn, inForce(CORRECTION_WORKING_DAYS, yearOf(noticeOn)), CHINA));

/**
 * The governed years an activity is for, ascending: a training across new year is for both (D-3). Empty before these measures.
 * @article 18 在当年度内有效
 * @interpretation D-3
 */
export const claimYears = (activity: Activity): readonly number[] =>
  [...new Set(daysOf(activity).map((on) => declaredYear(on, activity.makeUpFor)))]
    .filter(isGoverned)
    .sort((a, b) => a - b);

/**
 * Whether a corrected declaration is still the claim that was submitted: its form, and the years it is for. Anything else
 * keeps neither its first day of submission nor its place in review.
 * @article 14 专业技术人员申报
 * @interpretation D-19
 */
export function isSameClaim(submitted: Activity, corrected: Activity): boolean {
  const [before, after] = [claimYears(submitted), claimYears(corrected)];
  return (
    submitted.form === corrected.form &&
    before.length === after.length &&
    before.every((year, at) => year === after[at])
  );
}

/**
 * The year a claim is filed under: the first it is for; null when the measures govern none of them.
 * @article 25 本办法自印发之日起施行
 */
export const claimYear = (activity: Activity): number | null => claimYears(activity)[0] ?? null;
