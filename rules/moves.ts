import type { Day } from './activity.ts';
import { addDays, workingDaysAfter } from './calendar.ts';
import { CHINA } from './holidays.ts';

const ANSWER_WORKING_DAYS = 10;

/**
 * The first day on which the HRSS authority of the place may answer for a former unit that has not answered a move (调动).
 * @param requestedOn counting starts the day after
 * @article 8 各级人力资源社会保障部门负责本地区专业技术人员继续教育工作的综合管理
 * @interpretation D-24
 */
export const authorityAnswersFrom = (requestedOn: Day): Day =>
  addDays(workingDaysAfter(requestedOn, ANSWER_WORKING_DAYS, CHINA), 1);
