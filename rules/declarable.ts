import type { Activity, Day } from './activity.ts';
import { isGoverned } from './parameters.ts';
import { type Refusal, refusal } from './refusals.ts';
import { claimsCloseOn, daysOf, declaredYear } from './year.ts';

/**
 * Why an activity cannot be declared on a day; undefined when it can. What it would count is `recognise`'s question.
 * @article 25 本办法自印发之日起施行
 * @article 14 通过……公共服务平台进行的学习……无需上传申报材料
 * @interpretation D-4
 */
export function declarable(activity: Activity, today: Day): Refusal | undefined {
  if (activity.form === 'platform-course') return refusal('not-declarable');
  const days = daysOf(activity);
  const years = days.map((on) => declaredYear(on, activity.makeUpFor));
  if (!years.some(isGoverned)) return refusal('before-measures');
  // An assessed year is declared after its assessment, which may come before its last day.
  if (activity.form !== 'aid-mission' && days.some((on) => on > today)) return refusal('future-date');
  if (activity.form === 'aid-mission' && activity.year > Number(today.slice(0, 4))) return refusal('future-date');
  if (years.filter(isGoverned).every((year) => isClosed(activity, year, today))) return refusal('claims-closed');
  return undefined;
}

/** @interpretation D-10 make-up study is declared while the deferral runs, which ends later */
const isClosed = (activity: Activity, year: number, today: Day): boolean =>
  activity.makeUpFor === undefined && today > claimsCloseOn(year);
