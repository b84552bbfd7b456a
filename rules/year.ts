import type { Activity, Day } from './activity.ts';
import { addDays, compareDays, yearOf } from './calendar.ts';
import { CLAIMS_CLOSE, DEFERRAL_LATEST, inForce, MEASURES_FROM_YEAR } from './parameters.ts';
import type { Form, RefusalCode } from './vocabulary.ts';

/** Which year a day's hours belong to, and until when a year stays open. */

/** A granted deferral of the judged year, with its last day. */
export type Deferral = { until: Day };

/**
 * The last day on which claims for a year are taken.
 * @article 4 每年累计应不少于90学时
 * @interpretation D-10
 */
export const claimsCloseOn = (year: number): Day => `${year + 1}-${inForce(CLAIMS_CLOSE, year)}`;

/**
 * The first day on which no claim for a year is taken any more: from then on the year can be closed.
 * @article 4 每年累计应不少于90学时
 * @interpretation D-10
 */
export const yearClosesOn = (year: number): Day => addDays(claimsCloseOn(year), 1);

/**
 * The years for which claims are no longer taken on a day, oldest first; none before the measures.
 * @article 4 每年累计应不少于90学时
 * @article 25 本办法自印发之日起施行
 */
export function closableYears(on: Day): readonly number[] {
  const years = Array.from(
    { length: Math.max(0, yearOf(on) - MEASURES_FROM_YEAR) },
    (_, at) => MEASURES_FROM_YEAR + at,
  );
  return years.filter((year) => compareDays(yearClosesOn(year), on) <= 0);
}

/**
 * The last day a deferral of a year may reach.
 * @article 17 顺延期限最长不超过12个月
 * @interpretation D-12
 */
export const deferralLatestOn = (year: number): Day => `${year + 1}-${inForce(DEFERRAL_LATEST, year)}`;

/**
 * The last day of a granted deferral: never later than the law allows, whatever the grant says.
 * @article 17 顺延期限最长不超过12个月
 */
export function deferralEndsOn(deferral: Deferral, year: number): Day {
  const latest = deferralLatestOn(year);
  return compareDays(deferral.until, latest) > 0 ? latest : deferral.until;
}

/**
 * Whether a form can be made up in a deferral: what belongs to a certificate's or an assessment's year cannot.
 * @article 17 可适当顺延补学
 * @interpretation D-13
 */
export function canBeMadeUp(form: Form): boolean {
  switch (form) {
    case 'qualification-exam':
    case 'degree':
    case 'aid-mission':
      return false;
    case 'authority-training':
    case 'unit-training':
    case 'platform-course':
    case 'academic-conference':
    case 'courseware-lecturing':
    case 'authority-recognised':
      return true;
  }
}

/**
 * The days of an activity, as entered. An aid mission has none: its last day of the assessed year stands for it.
 * @article 18 当年度内有效
 * @interpretation D-3
 */
export function daysOf(activity: Activity): readonly Day[] {
  switch (activity.form) {
    case 'authority-training':
    case 'unit-training':
      return activity.days.map((day) => day.on);
    case 'aid-mission':
      return [`${activity.year}-12-31`];
    case 'platform-course':
    case 'academic-conference':
    case 'courseware-lecturing':
    case 'qualification-exam':
    case 'degree':
    case 'authority-recognised':
      return [activity.on];
  }
}

/** The year a day is declared for: its own, or the deferred one it makes up. */
export const declaredYear = (on: Day, makeUpFor: number | undefined): number => makeUpFor ?? yearOf(on);

/**
 * Why a day of an activity does not belong to the judged year; undefined when it does.
 * @article 18 在当年度内有效，不得结转至以后年度
 * @article 17 可适当顺延补学
 * @interpretation D-13
 */
export function yearRefusal(
  activity: Activity,
  on: Day,
  judged: { year: number; deferral?: Deferral | undefined },
): RefusalCode | undefined {
  const ownYear = yearOf(on);
  if (declaredYear(on, activity.makeUpFor) !== judged.year) return 'wrong-year';
  if (ownYear === judged.year) return undefined;
  if (ownYear < judged.year || !canBeMadeUp(activity.form)) return 'wrong-year';
  if (judged.deferral === undefined) return 'make-up-without-deferral';
  return on <= deferralEndsOn(judged.deferral, judged.year) ? undefined : 'make-up-after-deferral';
}
