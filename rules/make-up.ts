import type { Day } from './activity.ts';
import type { Provision } from './articles.ts';
import { compareDays, yearOf } from './calendar.ts';
import { type Deferral, deferralEndsOn } from './year.ts';

/** Make-up study on the platform (补学): a completion that counts for the deferred year instead of its own (Art. 17). */

/** Why a completion cannot be counted for a deferred year, each with the cure. @article 17 可适当顺延补学 */
export const MAKE_UP_REFUSALS = {
  'make-up-twice': {
    message: '这门课程已经选定计入被顺延的年度，只能选定一次，不能更改。',
    fix: '无需再次办理；请在被顺延的年度查看学时。',
  },
  'make-up-no-deferral': {
    message: '课程完成日期的上一年度没有已批准的顺延，不能计入上一年度。',
    fix: '课程计入完成当年；如上一年度确有特殊情况，请先申请顺延。',
  },
  'make-up-other-day': {
    message: '课程不是在顺延期限内完成的。',
    fix: '只有次年1月1日至顺延最后一天之间完成的课程可以选定；其他课程计入完成当年。',
  },
  'make-up-over': {
    message: '顺延期限已过，不能再选定。',
    fix: '课程仍计入完成当年。',
  },
} as const satisfies Record<string, { message: string; fix: string }>;
export type MakeUpRefusal = keyof typeof MAKE_UP_REFUSALS;

/** What the choice rests on. @article 17 可适当顺延补学 */
export const MAKE_UP_BASIS: readonly Provision[] = ['17', '18'];

/**
 * The year a completion of a day may make up: the one before, whose deferral reaches into it.
 * @article 17 顺延期限最长不超过12个月
 * @interpretation D-13
 */
export const madeUpYear = (completedOn: Day): number => yearOf(completedOn) - 1;

/**
 * Why a completion on the platform cannot be counted for the deferred year; undefined when it can. The person chooses, once, and until
 * the deferral's last day, as a claim of make-up study must be submitted by then.
 * @param facts.deferral the granted one of the year before the completion's, if any
 * @param facts.chosen whether the completion was assigned before
 * @article 17 可适当顺延补学……顺延期限最长不超过12个月
 * @article 18 在当年度内有效，不得结转至以后年度
 * @interpretation D-13
 */
export function whyNotMakeUp(facts: {
  completedOn: Day;
  today: Day;
  deferral: Deferral | undefined;
  chosen: boolean;
}): MakeUpRefusal | undefined {
  const { completedOn, today, deferral, chosen } = facts;
  if (chosen) return 'make-up-twice';
  if (deferral === undefined) return 'make-up-no-deferral';
  const endsOn = deferralEndsOn(deferral, madeUpYear(completedOn));
  if (compareDays(completedOn, endsOn) > 0 || compareDays(completedOn, today) > 0) return 'make-up-other-day';
  return compareDays(today, endsOn) > 0 ? 'make-up-over' : undefined;
}
