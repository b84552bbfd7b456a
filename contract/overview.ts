import { z } from 'zod';
import type { Route } from './routes.ts';
import { bounded } from './tasks.ts';
import { codeOf, day } from './values.ts';

/** 总览: what waits for somebody, whatever roles they hold, in one answer. */

/** The kinds of what waits, the more pressing of equals first, with the words for it. */
export const WAITING = {
  'own-correction': '您的申报被退回，待补正',
  review: '待审核的申报',
  held: '您已认领、尚未办完的申报',
  reconsideration: '不予认定的申报，申请人要求复核',
  deferral: '待决定的顺延申请',
  'sanction-confirm': '弄虚作假案件的处理意见，待您确认',
  sanction: '弄虚作假案件，待告知、决定或答复申诉',
  complaint: '投诉举报，待转办、调查或答复',
  'rectification-overdue': '下级责令的整改逾期，报本部门督办',
  'rectification-accept': '整改报告，待验收',
  rectification: '责令本单位整改的事项，待改正并报告',
  'title-order': '职称办理通知，待办理并报告',
  'title-order-accept': '职称办理结果，待验收',
  check: '抽查的申报，待核查并作出结论',
  'inquiry-conclude': '单位对结果应用检查的答复，待作出结论',
  inquiry: '结果应用检查，待本单位答复',
  misconduct: '工作人员问题线索，待移送或处理',
  escalation: '下级机构逾期的审核，待督办',
  stuck: '没有人可以办理的审核环节',
  move: '人员调动，待本机构答复',
  objection: '职工对单位代报提出的异议',
  'people-short': '本年度学时还没有完成的人员',
  'year-close': '到了结算时间、尚未结算的年度',
  'ledger-case': '台账核对发现的不一致',
  import: '平台登记导入，待确认或未能读取',
  'certificate-case': '含有暂时无法打印的字的证书',
  merge: '人员合并，待您确认',
  'own-move': '您的调动，待您答复',
  'own-proposal': '单位为您代报的学时，待您确认',
  notice: '未读消息',
} as const;
export type Waiting = keyof typeof WAITING;

const waitingItem = z.object({
  kind: codeOf(WAITING),
  /** Exact up to a thousand. */
  count: bounded,
  /** How many of them are past their day, and how many have it today. */
  late: z.number().int(),
  dueToday: z.number().int(),
  /** The earliest day of them; null where there is none to keep. */
  firstOn: day.nullable(),
});
export type WaitingItem = z.infer<typeof waitingItem>;

/** Also the kinds that could wait for the caller and do not: their count is 0. */
export const overview = z.object({ today: day, items: z.array(waitingItem) });
export type WaitingOverview = z.infer<typeof overview>;

export const overviewRoutes = {
  overview: {
    method: 'GET',
    path: '/me/overview',
    summary: '总览：按角色列出等待办理的事项',
    access: 'signed-in',
    response: overview,
    status: 200,
  },
} as const satisfies Record<string, Route>;
