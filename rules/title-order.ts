import type { Day } from './activity.ts';
import type { Provision } from './articles.ts';
import { addDays, compareDays, endOfDayInstant } from './calendar.ts';

/** Orders to the body that approved a title (核准部门): revoke it after fraud, or give it back after the sanction was lifted (Art. 21). */

/** @article 21 依此取得专业技术职称的，由核准部门予以撤销 */
export const TITLE_ORDER_KINDS = { revoke: '撤销职称', restore: '恢复职称' } as const;
export type TitleOrderKind = keyof typeof TITLE_ORDER_KINDS;

/** @article 21 由核准部门予以撤销 */
export const TITLE_ORDER_STATES = {
  ordered: '待办理',
  reported: '已报告，待验收',
  accepted: '已办结',
  overdue: '逾期未办理',
  withdrawn: '已收回',
} as const;
export type TitleOrderState = keyof typeof TITLE_ORDER_STATES;

/** Nothing more happens to an order by itself in one of these. @article 21 由核准部门予以撤销 */
export const waitsForItsDay = (state: TitleOrderState): boolean => state === 'ordered';

/** What an order rests on. @article 21 由核准部门予以撤销 */
export const TITLE_ORDER_BASIS: Provision = '21';

const LATEST_DAYS = 366;

/** Whether a day can be an order's last: after today, within a year. @article 21 由核准部门予以撤销 */
export const mayBeDue = (dueOn: Day, today: Day): boolean =>
  compareDays(dueOn, today) > 0 && compareDays(dueOn, addDays(today, LATEST_DAYS)) <= 0;

/** The instant at which an order is overdue: 24:00 of its last day in Asia/Shanghai, as UTC. @article 21 由核准部门予以撤销 */
export const orderOverdueAt = (dueOn: Day): string => endOfDayInstant(dueOn);
