import type { Day } from './activity.ts';
import type { Provision } from './articles.ts';
import { addDays, compareDays, daysBetween, endOfDayInstant } from './calendar.ts';
import type { OrganisationKind } from './vocabulary.ts';

/** Rectification orders (责令限期改正) to employers and institutions that broke the rules of continuing education (Art. 22). */

/** What an order can be. @article 22 责令限期改正 */
export const RECTIFICATION_STATES = {
  ordered: '整改中',
  reported: '已报告，待验收',
  accepted: '已验收',
  overdue: '逾期未改正',
  withdrawn: '已撤回',
} as const;
export type RectificationState = keyof typeof RECTIFICATION_STATES;

/** Nothing more happens to an order in one of these. @article 22 责令限期改正 */
export const isRectificationOver = (state: RectificationState): boolean =>
  state === 'accepted' || state === 'withdrawn';

/** What the order is about. @article 22 用人单位、继续教育机构在继续教育工作中存在违规行为的 */
export const VIOLATIONS = {
  'false-proof': '出具虚假证明或虚增学时',
  'no-archive': '未按规定建立学习档案',
  'not-organised': '未组织、未保障职工参加继续教育',
  'lax-review': '初审不认真，材料不实',
  'results-unused': '年度考核、聘任未考虑继续教育情况',
  'training-false': '培训内容、时间或人数不实',
  charging: '违规收费或强制培训',
  other: '其他违规行为',
} as const;
export type Violation = keyof typeof VIOLATIONS;

/** Who can be ordered: employers and institutions of continuing education. @article 22 用人单位、继续教育机构 */
export const ORDERABLE: readonly OrganisationKind[] = ['employer', 'education-base', 'personnel-archive-agency'];

/** Why an order or a new deadline cannot be as asked, each with the cure. @article 22 责令限期改正 */
export const RECTIFICATION_REFUSALS = {
  'rectification-out-of-scope': {
    message: '该机构不在本部门的监督范围内，不能责令改正。',
    fix: '请选择本地区（本行业）的用人单位、继续教育基地或档案服务机构；其他机构请移送有权的部门。',
  },
  'rectification-past': {
    message: '改正期限须晚于今天。',
    fix: '请填写明天或以后的日期。',
  },
  'rectification-too-long': {
    message: '改正期限最长不超过一年（系统默认解释 D-30）。',
    fix: '请填写一年以内的日期；确需更长时间的，到期前可再延长。',
  },
  'rectification-not-later': {
    message: '延长后的期限须晚于原期限。',
    fix: '请填写晚于原期限的日期；改正已完成的，请验收。',
  },
} as const satisfies Record<string, { message: string; fix: string }>;
export type RectificationRefusal = keyof typeof RECTIFICATION_REFUSALS;

/** What every order rests on. @article 22 由人力资源社会保障部门或行业主管部门责令限期改正 */
export const RECTIFICATION_BASIS: Provision = '22';

const LONGEST_DAYS = 365;

/**
 * Why a last day cannot be set; undefined when it can: there must be time to act, and an end in sight.
 * @article 22 责令限期改正
 * @interpretation D-30
 */
export function whyNotDueOn(dueOn: Day, today: Day): RectificationRefusal | undefined {
  if (compareDays(dueOn, today) <= 0) return 'rectification-past';
  return compareDays(dueOn, addDays(today, LONGEST_DAYS)) > 0 ? 'rectification-too-long' : undefined;
}

/**
 * Why a deadline cannot be moved to another day: only later, and then like a new one.
 * @article 22 责令限期改正
 * @interpretation D-30
 */
export const whyNotExtend = (now: { dueOn: Day; today: Day }, dueOn: Day): RectificationRefusal | undefined =>
  compareDays(dueOn, now.dueOn) <= 0 ? 'rectification-not-later' : whyNotDueOn(dueOn, now.today);

/**
 * The instant at which an order is overdue: 24:00 of its last day in Asia/Shanghai, as UTC.
 * @article 22 责令限期改正
 */
export const rectificationEndsAt = (dueOn: Day): string => endOfDayInstant(dueOn);

const REMINDER_DAYS = [1, 3, 7] as const;

/**
 * Which reminder is due on a day: the nearest of 7, 3 and 1 days before the last day that has been reached; null before and after.
 * @article 22 责令限期改正
 * @interpretation D-30
 */
export function rectificationReminder(dueOn: Day, today: Day): (typeof REMINDER_DAYS)[number] | null {
  const left = daysBetween(today, dueOn);
  return left < 0 ? null : (REMINDER_DAYS.find((days) => left <= days) ?? null);
}

/**
 * What becomes of an order nobody has reported on when the record is looked at. A report made in time waits for acceptance and never
 * becomes overdue by itself.
 * @article 22 责令限期改正
 */
export const settleRectification = (facts: { dueOn: Day; today: Day }): 'ordered' | 'overdue' =>
  compareDays(facts.today, facts.dueOn) > 0 ? 'overdue' : 'ordered';
