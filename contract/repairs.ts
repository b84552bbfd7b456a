import { z } from 'zod';
import { STAGE_KINDS } from '../rules/vocabulary.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import type { Route } from './routes.ts';
import { reconciliation, STUCK_CLASSES, STUCK_SUBJECTS, type StuckClass, type StuckSubject } from './stuck.ts';
import { codeOf, counted, id, instant } from './values.ts';

/**
 * The stuck console (滞留事项): findings with what may mend them. A repair shows its effect first (演练), has a reason, and where it changes
 * a result a second administrator confirms it.
 */

export const REPAIRS = {
  retry: '立即重试',
  resignal: '重新通知流程',
  rebuild: '按记录重建流程',
  reassign: '改派审核人员',
  'close-task': '关闭多余任务',
  move: '调整到环节',
  close: '终止申报',
  recompute: '重新计算年度',
  reissue: '按年度结果更新证书',
  recount: '重新汇总统计',
} as const;
export type RepairKind = keyof typeof REPAIRS;

/** What mends which cause. */
const REPAIRS_OF: Readonly<Record<StuckClass, readonly RepairKind[]>> = {
  'no-eligible-reviewer': ['move', 'close'],
  // People are what is missing: the act that helps is a link (`links` of a finding).
  'case-without-officers': [],
  overdue: ['reassign', 'move', 'close'],
  'activity-failing': ['retry', 'rebuild', 'close'],
  'outbox-undelivered': ['retry'],
  'workflow-missing': ['rebuild'],
  'workflow-ended': ['rebuild'],
  'workflow-elsewhere': ['resignal', 'rebuild'],
  'claim-without-task': ['move', 'close'],
  'task-without-claim': ['close-task'],
  'ledger-unequal': ['recompute'],
  'certificate-disagrees': ['reissue'],
  'aggregates-unequal': ['recount'],
  'glyph-missing': ['retry'],
  'notice-undeliverable': ['retry'],
};

/** Those that are done to a claim and to nothing else. */
export const CLAIM_REPAIRS: readonly RepairKind[] = ['reassign', 'move', 'close'];
/** What mends a cause of this subject. */
export const repairsFor = (cause: StuckClass, subject: StuckSubject): readonly RepairKind[] =>
  REPAIRS_OF[cause].filter((kind) => subject === 'claim' || !CLAIM_REPAIRS.includes(kind));

/** Those that change a result: another administrator confirms them. */
export const CHECKED_REPAIRS: readonly RepairKind[] = ['move', 'close', 'recompute', 'reissue'];
/** Those that can be done to all that match at once: nothing has to be chosen for each. */
const BULK_REPAIRS: readonly RepairKind[] = [
  'retry',
  'resignal',
  'rebuild',
  'close-task',
  'close',
  'recompute',
  'reissue',
];

/** What can be done to all of a cause: of a claim that lost its task also a move, which opens the stage it is at anew. */
export const bulkRepairsOf = (cause: StuckClass): RepairKind[] =>
  REPAIRS_OF[cause].filter(
    (kind) => BULK_REPAIRS.includes(kind) || (kind === 'move' && cause === 'claim-without-task'),
  );

export const REPAIR_STATES = {
  proposed: '待另一名管理员确认',
  waiting: '等待执行',
  done: '已执行',
  refused: '未执行',
} as const;

const reason = z.string().trim().min(4, '请写明理由（至少 4 个字）').max(500, '不超过 500 字');
const wish = z.strictObject({
  kind: codeOf(REPAIRS),
  /** Of a move; the stage that the claim is at unless given. */
  toStage: codeOf(STAGE_KINDS).optional(),
  /** Of a reassignment. */
  toPersonId: id.optional(),
});
export type RepairWish = z.output<typeof wish>;

const change = z.object({ label: z.string(), before: z.string(), after: z.string() });
export const repairEffect = z.object({
  kind: codeOf(REPAIRS),
  /** What the record says of the subject; a repair of anything else is refused. */
  version: z.string(),
  isChecked: z.boolean(),
  changes: z.array(change),
  /** What follows by the workflow, in words. */
  follows: z.array(z.string()),
  told: z.array(z.string()),
});
export type RepairEffect = z.infer<typeof repairEffect>;

export const stuckFinding = z.object({
  id,
  class: codeOf(STUCK_CLASSES),
  classLabel: z.string(),
  nextStep: z.string(),
  subject: codeOf(STUCK_SUBJECTS),
  subjectLabel: z.string(),
  /** What it is about, as people name it. */
  title: z.string(),
  claimId: id.nullable(),
  /** Whose it is to mend. */
  ownerName: z.string(),
  why: z.string(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  repairedAt: instant.nullable(),
  ageHours: z.number().int(),
});
export type StuckFinding = z.infer<typeof stuckFinding>;

const findingsPage = z.object({
  items: z.array(stuckFinding),
  next: z.string().nullable(),
  classes: z.array(
    z.object({
      class: codeOf(STUCK_CLASSES),
      label: z.string(),
      count: z.number().int(),
      oldestAt: instant,
      nextStep: z.string(),
    }),
  ),
  /** Of the last reconciliations, the newest first; only for who administers the province's system. */
  runs: z.array(reconciliation),
  mayRepair: z.boolean(),
});
export type FindingsPage = z.infer<typeof findingsPage>;

const findingsQuery = z.strictObject({
  class: codeOf(STUCK_CLASSES).optional(),
  /** `waiting`: a repair of it has been done and the next comparison is awaited. */
  state: z.enum(['open', 'waiting']).optional(),
  olderThanHours: z.coerce.number<number | string>().int().min(1).max(10_000).optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export type FindingsQuery = z.output<typeof findingsQuery>;

const fact = z.object({ label: z.string(), value: z.string() });
export const repair = z.object({
  id,
  kind: codeOf(REPAIRS),
  kindLabel: z.string(),
  state: codeOf(REPAIR_STATES),
  stateLabel: z.string(),
  findingId: id,
  title: z.string(),
  classLabel: z.string(),
  reason: z.string(),
  proposedBy: z.string(),
  isOwn: z.boolean(),
  proposedAt: instant,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  /** Why it was not done. */
  note: z.string().nullable(),
  effect: repairEffect.nullable(),
});
export type Repair = z.infer<typeof repair>;

export const findingDetail = stuckFinding.extend({
  record: z.array(fact),
  workflow: z.array(fact),
  ledger: z.array(fact),
  temporalUrl: z.string().nullable(),
  /** Pages of this system where somebody can do what is missing. */
  links: z.array(z.object({ label: z.string(), path: z.string() })),
  repairs: z.array(z.object({ kind: codeOf(REPAIRS), label: z.string(), isChecked: z.boolean() })),
  stages: z.array(z.object({ stage: codeOf(STAGE_KINDS), label: z.string() })),
  colleagues: z.array(z.object({ personId: id, name: z.string(), openTasks: z.number().int() })),
  history: z.array(repair),
});
export type FindingDetail = z.infer<typeof findingDetail>;

export const repairBulk = z.object({
  id,
  kindLabel: z.string(),
  classLabel: z.string(),
  reason: z.string(),
  proposedBy: z.string(),
  isOwn: z.boolean(),
  proposedAt: instant,
  /** `proposed`: waits for another administrator. */
  state: z.enum(['proposed', 'running', 'done', 'refused']),
  total: z.number().int(),
  done: z.number().int(),
  refused: z.number().int(),
});
export type RepairBulk = z.infer<typeof repairBulk>;

const answer = z.strictObject({ confirms: z.boolean(), note: z.string().trim().max(500, '不超过 500 字').default('') });

export const repairsRoutes = {
  findings: {
    method: 'GET',
    path: '/admin/findings',
    summary: '滞留与对账不符的事项，按原因分组',
    access: 'signed-in',
    query: findingsQuery,
    response: findingsPage,
    status: 200,
  },
  finding: {
    method: 'GET',
    path: '/admin/findings/:id',
    summary: '一个事项：记录、流程、台账对照，以及可用的处理',
    access: 'signed-in',
    params: idParams,
    response: findingDetail,
    status: 200,
  },
  reconcileNow: {
    method: 'POST',
    path: '/admin/reconciliations',
    summary: '立即对账（省人社厅管理员）',
    access: 'signed-in',
    response: z.object({ asked: z.literal(true) }),
    status: 200,
  },
  tryRepair: {
    method: 'POST',
    path: '/admin/findings/:id/dry-run',
    summary: '演练一次处理：只看影响，不写入',
    access: 'signed-in',
    params: idParams,
    body: wish,
    response: repairEffect,
    status: 200,
  },
  repair: {
    method: 'POST',
    path: '/admin/findings/:id/repairs',
    summary: '处理一个事项；改变结果的，由另一名管理员确认后执行',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: wish.extend({ reason, version: z.string().min(1).max(100) }),
    response: repair,
    status: 201,
  },
  repairs: {
    method: 'GET',
    path: '/admin/repairs',
    summary: '待确认的处理与最近的处理（省人社厅管理员）',
    access: 'signed-in',
    response: z.object({ items: z.array(repair), bulks: z.array(repairBulk) }),
    status: 200,
  },
  answerRepair: {
    method: 'POST',
    path: '/admin/repairs/:id/answer',
    summary: '确认或退回另一名管理员提出的处理',
    access: 'signed-in',
    params: idParams,
    body: answer,
    response: repair,
    status: 200,
  },
  repairAll: {
    method: 'POST',
    path: '/admin/repair-bulks',
    summary: '对同一原因的全部事项作同一处理，后台逐项执行',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: z.strictObject({
      class: codeOf(STUCK_CLASSES),
      kind: codeOf(REPAIRS),
      reason,
      olderThanHours: z.number().int().min(1).max(10_000).optional(),
      /** How many the administrator saw; refused when there are others by now. */
      expected: counted,
    }),
    response: repairBulk,
    status: 201,
  },
  answerRepairBulk: {
    method: 'POST',
    path: '/admin/repair-bulks/:id/answer',
    summary: '确认或退回另一名管理员提出的批量处理',
    access: 'signed-in',
    params: idParams,
    body: answer,
    response: repairBulk,
    status: 200,
  },
} as const satisfies Record<string, Route>;
