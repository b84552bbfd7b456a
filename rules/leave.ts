import type { Day } from './activity.ts';
import { daysBetween } from './calendar.ts';

/**
 * A reviewer's leave with a stand-in (代理): dated on both sides, and judged by the day, so that it begins and ends by itself.
 */

/** Both days are days of leave. */
export type LeaveDays = { fromOn: Day; untilOn: Day };

/** Half a year, the longest maternity leave included: whoever is away longer gives the office up. */
const LONGEST_DAYS = 183;

/** Why a leave cannot be recorded as asked, each with the cure. @article 14 审核由本机构有权人员办理 */
export const LEAVE_REFUSALS = {
  'leave-past': { message: '请假不能从过去的日期开始。', fix: '请把开始日期改为今天或以后。' },
  'leave-backwards': { message: '结束日期早于开始日期。', fix: '请把结束日期改为不早于开始日期。' },
  'leave-too-long': { message: '一次请假不超过183天。', fix: '请缩短请假；离岗更久的，请由管理员调整岗位。' },
} as const satisfies Record<string, { message: string; fix: string }>;
export type LeaveRefusal = keyof typeof LEAVE_REFUSALS;

/**
 * Why these days cannot be a leave; undefined when they can.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-42
 */
export function whyNotLeave({ fromOn, untilOn }: LeaveDays, today: Day): LeaveRefusal | undefined {
  if (fromOn < today) return 'leave-past';
  if (untilOn < fromOn) return 'leave-backwards';
  return daysBetween(fromOn, untilOn) >= LONGEST_DAYS ? 'leave-too-long' : undefined;
}
