import { z } from 'zod';
import { codeOf, id, instant } from './values.ts';

/**
 * What does not move (滞留) and what does not agree (对账): each cause with its words and the next step. The reconciliation finds them,
 * the console shows them, a repair (contract/repairs.ts) mends them.
 */

export const STUCK_CLASSES = {
  'no-eligible-reviewer': '没有人可以办理',
  'case-without-officers': '案件没有足够的人员可以办理',
  overdue: '逾期已督办仍未办结',
  'activity-failing': '流程步骤反复失败',
  'outbox-undelivered': '消息没有送达流程',
  'workflow-missing': '流程不存在',
  'workflow-ended': '流程已结束，事项未结束',
  'workflow-elsewhere': '流程与记录的环节不一致',
  'claim-without-task': '审核环节没有待办任务',
  'task-without-claim': '任务没有对应的审核环节',
  'ledger-unequal': '台账与重新计算不一致',
  'certificate-disagrees': '证书与年度结果不一致',
  'aggregates-unequal': '统计汇总与记录不一致',
  'glyph-missing': '证书缺字，不能打印',
  'notice-undeliverable': '通知没有送出',
} as const;
export type StuckClass = keyof typeof STUCK_CLASSES;

/** What an official does about it. */
export const NEXT_STEPS: Readonly<Record<StuckClass, string>> = {
  'no-eligible-reviewer': '请登记该机构的审核人员；登记后即可办理，系统不会自动通过。',
  'case-without-officers':
    '请由该机构的管理员登记可以办理的人员，没有管理员的先指定管理员；登记后即可办理，系统不会自动决定。',
  overdue: '请改派给该机构的其他审核人员，或继续督办。',
  'activity-failing': '请按失败原因排除故障；故障排除后系统自行继续，也可立即重试。',
  'outbox-undelivered': '请检查流程引擎是否可用，然后立即重送。',
  'workflow-missing': '请按记录重建流程。',
  'workflow-ended': '请按记录重建流程。',
  'workflow-elsewhere': '请重新通知流程；仍不一致的，按记录重建流程。',
  'claim-without-task': '请重新开启该环节（须另一名管理员确认）。',
  'task-without-claim': '请关闭多余的任务。',
  'ledger-unequal': '请先查明原因，再重新计算该年度（须另一名管理员确认）。',
  'certificate-disagrees': '请按年度结果更新证书（须另一名管理员确认）。',
  'aggregates-unequal': '请按记录重新汇总。',
  'glyph-missing': '请先为系统补充字体，再重新打印。',
  'notice-undeliverable': '请核对发送设置后重新发送；本人登录后在站内也能看到。',
};

/** Why something fails, without the words of the error: those may hold personal data. */
export const FAULT_CODES = {
  'temporal-away': '流程引擎不可用',
  'database-away': '数据库不可用',
  'database-refused': '数据库约束不允许',
  'database-locked': '数据库等待锁定超时',
  'record-missing': '记录不存在',
  'code-changed': '程序版本与流程历史不符',
  'timed-out': '执行超时',
  'not-valid': '内容不符合格式',
  unknown: '其他原因（见运行日志）',
} as const;
export type FaultCode = keyof typeof FAULT_CODES;

const FAULT_SIGNS: readonly (readonly [FaultCode, RegExp])[] = [
  ['code-changed', /nondeterminis|TMPRL1100/i],
  ['database-refused', /violates|constraint|restrict_violation|append-only/i],
  ['database-locked', /deadlock|lock timeout|could not serialize|statement timeout/i],
  ['database-away', /ECONNREFUSED|connection terminated|PostgreSQL refuses|the database system|too many clients|57P0/i],
  ['temporal-away', /UNAVAILABLE|DEADLINE_EXCEEDED|failed to connect|14 /i],
  ['record-missing', /in the record|no rows?|not found|NOT_FOUND/i],
  ['not-valid', /invalid|ZodError|expected/i],
  ['timed-out', /time(d)? ?out/i],
];

/** An error's message reduced to a code, so that no name or number in it is kept. */
export const faultCodeOf = (message: string): FaultCode =>
  FAULT_SIGNS.find(([, sign]) => sign.test(message))?.[0] ?? 'unknown';

/** What a finding is about. */
export const STUCK_SUBJECTS = {
  claim: '申报',
  task: '任务',
  deferral: '顺延',
  rectification: '责令整改',
  complaint: '投诉举报',
  sanction: '弄虚作假案件',
  reconsideration: '复核',
  'title-order': '职称办理通知',
  job: '待送消息',
  'person-year': '人员年度',
  certificate: '完成证书',
  statistic: '统计数字',
  notice: '通知',
} as const;
export type StuckSubject = keyof typeof STUCK_SUBJECTS;

/** What waits for officers who may decide it, beside claims. */
export const WAITING_CASES = {
  sanction: '弄虚作假案件',
  appeal: '申诉',
  deferral: '顺延申请',
  reconsideration: '复核申请',
  complaint: '投诉举报',
} as const;
export type WaitingCase = keyof typeof WAITING_CASES;

/** How much a reconciliation compares: `quick` what can stop a claim, each hour; `full` everything, each night. */
export const RECONCILIATION_DEPTHS = { quick: '每小时', full: '每夜' } as const;
export type ReconciliationDepth = keyof typeof RECONCILIATION_DEPTHS;

/** What is compared, in this order. */
export const RECONCILIATION_PARTS = {
  reviewers: '可办理人员',
  claims: '申报与流程',
  tasks: '任务与环节',
  cases: '其他事项与流程',
  officers: '可办理案件的人员',
  outbox: '待送消息',
  notices: '通知',
  certificates: '证书与年度',
  glyphs: '证书缺字',
  ledger: '台账与重新计算',
  statistics: '统计汇总',
} as const;
export type ReconciliationPart = keyof typeof RECONCILIATION_PARTS;

/** How far a reconciliation is; counts are of what it has compared so far. */
export type ReconciliationProgress = {
  id: string;
  state: 'running' | 'done';
  part: ReconciliationPart | null;
  checked: number;
  found: number;
  resolved: number;
};

export const reconciliation = z.object({
  id,
  depth: codeOf(RECONCILIATION_DEPTHS),
  state: z.enum(['running', 'done']),
  partLabel: z.string().nullable(),
  checked: z.number().int(),
  found: z.number().int(),
  resolved: z.number().int(),
  begunAt: instant,
  finishedAt: instant.nullable(),
});
export type Reconciliation = z.infer<typeof reconciliation>;
