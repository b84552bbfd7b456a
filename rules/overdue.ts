import type { Day } from './activity.ts';
import type { Provision } from './articles.ts';
import { addDays, endOfDayInstant, isWorkingDay, workingDaysAfter, yearOf } from './calendar.ts';
import { CHINA } from './holidays.ts';
import {
  DUE_SOON_WORKING_DAYS,
  ESCALATION_WORKING_DAYS,
  inForce,
  NUDGE_AFTER_WORKING_DAYS,
  NUDGE_EVERY_WORKING_DAYS,
} from './parameters.ts';
import type { Level, OrganisationKind } from './vocabulary.ts';

/** Reviews that are late (逾期): who is reminded, who is told next, and when a declarant may nudge (催办). Nothing here decides a claim. */

/** What every reminder, escalation and nudge rests on. @article 14 申报、初审、复审、备案 */
export const REVIEW_BASIS: Provision = '14';

/**
 * How a waiting task stands to its due date, in the order of time; each is said once.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-21
 */
export const WARNINGS = { 'due-soon': '即将到期', overdue: '已逾期', escalated: '已提交上级督办' } as const;
export type Warning = keyof typeof WARNINGS;

/** The due dates that bound the warnings on one day. */
export type WarningLimits = { readonly today: Day; readonly dueSoonUntil: Day; readonly escalatedUntil: Day };

/**
 * The bounds of a day: due until `dueSoonUntil` is due soon, before `today` is overdue, until `escalatedUntil` is the superior's to know.
 * A table of any size is so judged by three comparisons.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-21
 */
export function warningLimits(today: Day): WarningLimits {
  const year = yearOf(today);
  return {
    today,
    dueSoonUntil: workingDaysAfter(today, inForce(DUE_SOON_WORKING_DAYS, year), CHINA),
    escalatedUntil: latestDueBefore(today, inForce(ESCALATION_WORKING_DAYS, year)),
  };
}

/** The latest due date after which so many whole working days have passed by the end of the day before. */
function latestDueBefore(today: Day, count: number): Day {
  let day = today;
  for (let left = count; left > 0; ) {
    day = addDays(day, -1);
    if (isWorkingDay(day, CHINA)) left -= 1;
  }
  return addDays(day, -1);
}

/**
 * What is to be said of a task due on a day; null while there is time.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-21
 */
export function warningOf(dueOn: Day, limits: WarningLimits): Warning | null {
  if (dueOn <= limits.escalatedUntil) return 'escalated';
  if (dueOn < limits.today) return 'overdue';
  return dueOn <= limits.dueSoonUntil ? 'due-soon' : null;
}

/**
 * The first day on which the superior body is told of a task that is still undone: the day after five working days past its due date.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-21
 */
export const escalatesOn = (dueOn: Day): Day =>
  addDays(workingDaysAfter(dueOn, inForce(ESCALATION_WORKING_DAYS, yearOf(dueOn)), CHINA), 1);

/** What the clock beside something undone does next, by itself. It never decides. */
export type LateStep = { do: 'wait'; until: string } | { do: 'remind' } | { do: 'escalate' } | { do: 'rest' };

/**
 * The clock of what is owed by a day: past its last day the body is reminded, past the escalation's last day its superior is told, each
 * once.
 * @param now an instant, epoch milliseconds
 * @article 8 各级人力资源社会保障部门负责本地区专业技术人员继续教育工作的综合管理
 * @interpretation D-21
 */
export function lateStep(
  facts: { dueOn: Day; escalateOn: Day; reminded: boolean; escalated: boolean },
  now: number,
): LateStep {
  if (facts.escalated) return { do: 'rest' };
  const until = endOfDayInstant(facts.reminded ? facts.escalateOn : facts.dueOn);
  if (now < Date.parse(until)) return { do: 'wait', until };
  return facts.reminded ? { do: 'escalate' } : { do: 'remind' };
}

/**
 * The first day on which the declarant may nudge (催办) a stage: the third working day after it opened, and after the last nudge.
 * @param openedOn the day the stage opened @param lastOn the day of its last nudge, null for none
 * @article 14 专业技术人员申报
 * @interpretation D-41
 */
export function nudgeFrom(openedOn: Day, lastOn: Day | null): Day {
  const after = (day: Day, figure: typeof NUDGE_AFTER_WORKING_DAYS): Day =>
    workingDaysAfter(day, inForce(figure, yearOf(day)), CHINA);
  return lastOn === null
    ? after(openedOn, NUDGE_AFTER_WORKING_DAYS)
    : ([after(openedOn, NUDGE_AFTER_WORKING_DAYS), after(lastOn, NUDGE_EVERY_WORKING_DAYS)].sort().at(-1) ?? openedOn);
}

/**
 * Who stands over a body that is late: an authority of the same kind and trade one level up, over the province's trades and departments its
 * HRSS department; over an employer or agency the re-review bodies; over that department itself its own supervisors and administrators.
 * @article 8 各级人力资源社会保障部门负责本地区专业技术人员继续教育工作的综合管理
 * @article 9 各级行业主管部门在各自职责范围内具体负责本行业专业技术人员继续教育的管理
 * @interpretation D-21
 */
export function superiorOf(kind: OrganisationKind, level: Level): 'next-level' | 're-review-bodies' | 'own' {
  switch (kind) {
    case 'employer':
    case 'personnel-archive-agency':
      return 're-review-bodies';
    case 'hrss':
      return level === 'province' ? 'own' : 'next-level';
    case 'industry-authority':
    case 'provincial-supervising-department':
      return 'next-level';
    case 'education-base':
    case 'organisation-department':
      return 'own';
  }
}
