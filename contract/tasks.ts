import { z } from 'zod';
import { WARNINGS } from '../rules/overdue.ts';
import {
  CAPACITIES,
  FORMS,
  OUTCOMES,
  RECUSAL_RELATIONS,
  ROLES,
  STAGE_KINDS,
  TASK_STATES,
} from '../rules/vocabulary.ts';
import { claimDetail, cursor, pageLimit } from './claims.ts';
import { decisionReceipt } from './decisions.ts';
import { declared } from './declarations.ts';
import { seenReceipt, seenRequest } from './evidence.ts';
import { likeness, recognition, yearChange } from './explained.ts';
import { problemCode } from './problems.ts';
import { codeOf, counted, day, id, instant, longText, organisationId } from './values.ts';

/** 待办, 我认领的, 已办, 抄送. */
export const BOXES = { todo: '待办', mine: '我认领的', done: '已办', cc: '抄送' } as const;
export type Box = keyof typeof BOXES;

const yesOrNo = z.enum(['true', 'false']);

export const tasksQuery = z.strictObject({
  box: codeOf(BOXES).default('todo'),
  stage: codeOf(STAGE_KINDS).optional(),
  form: codeOf(FORMS).optional(),
  organisation: organisationId.optional(),
  overdue: yesOrNo.optional(),
  /** Part of the declarant's name, the employer's name or the title; or a claim number. */
  q: z.string().trim().max(60, '不超过 60 字').optional(),
  limit: pageLimit,
  after: cursor.optional(),
  /** Whether to count what the filters leave, up to a thousand. */
  count: yesOrNo.optional(),
});

/** A count that is exact up to 1,000, and “1000+” above: `more` with the value 1000. */
export const bounded = z.object({ value: z.number().int().min(0).max(1000), more: z.boolean() });
export type Bounded = z.infer<typeof bounded>;

/** A line of the inbox, as it was when the stage opened. */
export const taskSummary = z.object({
  id,
  claimId: id,
  claimNumber: z.number().int(),
  stage: codeOf(STAGE_KINDS),
  organisationId,
  capacity: codeOf(CAPACITIES),
  state: codeOf(TASK_STATES),
  dueOn: day,
  overdue: z.boolean(),
  /** How an unfinished task stands to its due date; null while there is time, or when it is finished. */
  warning: codeOf(WARNINGS).nullable(),
  /** Working days from today to the due date: 0 on the day itself, below zero when overdue; null when it is finished. */
  workingDaysLeft: z.number().int().nullable(),
  openedAt: instant,
  declarantName: z.string(),
  employerName: z.string(),
  year: z.number().int(),
  form: codeOf(FORMS),
  title: z.string(),
  claimedHundredths: z.number().int(),
  version: z.number().int(),
  /** The declarant's last nudge (催办), the superior body's last urging (督办). */
  nudgedAt: instant.nullable(),
  urgedAt: instant.nullable(),
  /** The caller's own claim: shown, not theirs to decide. */
  own: z.boolean(),
  /** In 已办: what the caller decided, and when. */
  outcome: codeOf(OUTCOMES).nullable(),
  decidedAt: instant.nullable(),
});
export type TaskSummary = z.infer<typeof taskSummary>;

export const tasksPage = z.object({
  items: z.array(taskSummary),
  next: z.string().nullable(),
  count: bounded.nullable(),
});
export type TasksPage = z.infer<typeof tasksPage>;

export const taskCounts = z.object({
  todo: bounded,
  mine: bounded,
  done: bounded,
  cc: bounded,
  overdue: bounded,
  pools: z.array(
    z.object({
      organisationId,
      organisationName: z.string(),
      role: codeOf(ROLES),
      stage: codeOf(STAGE_KINDS),
      todo: bounded,
      overdue: bounded,
    }),
  ),
});
export type TaskCounts = z.infer<typeof taskCounts>;

export const taskPermissions = z.object({
  claim: z.boolean(),
  release: z.boolean(),
  transfer: z.boolean(),
  decide: z.boolean(),
  /** To step back from the claim (回避). */
  recuse: z.boolean(),
  /** To take back (收回) what the caller decided; the act judges whether it is too late. */
  takeBack: z.boolean(),
  /** To copy it (抄送). */
  copy: z.boolean(),
  /** Why it is not the caller's to decide, in Chinese; null when it is. */
  whyNot: z.string().nullable(),
});

/** All a reviewer needs on one page: the claim, the rules' opinion with articles and arithmetic, the year, the likenesses. */
export const taskDetail = z.object({
  task: taskSummary.extend({
    organisationName: z.string(),
    assigneeId: id.nullable(),
    assigneeName: z.string().nullable(),
    stageSeq: z.number().int(),
    /** Whom the caller stands in for by deciding it (代理); null for oneself. */
    actingForName: z.string().nullable(),
  }),
  permissions: taskPermissions,
  /** Submitted: it declares something. */
  claim: claimDetail.extend({ declaration: declared }),
  recognition,
  years: z.array(yearChange),
  warnings: z.array(likeness),
  /** The evidence of this version that the caller has opened (已阅). */
  seenByMe: z.array(id),
  /** What the bodies before left of a line, where they lowered it. */
  left: z.array(z.object({ line: z.number().int(), hundredths: z.number().int() })),
});
export type TaskDetail = z.infer<typeof taskDetail>;

export const taskHeld = z.object({ taskId: id, state: codeOf(TASK_STATES), assigneeId: id.nullable() });
export const transferRequest = z.strictObject({ toPersonId: id });

const recusalRequest = z.strictObject({
  relation: codeOf(RECUSAL_RELATIONS),
  /** Needed with `other`. */
  note: z.string().trim().max(120, '不超过 120 字').default(''),
});
export type RecusalRequest = z.infer<typeof recusalRequest>;

/** A copy for information (抄送): to colleagues, or to bodies on the claim's way. */
const copyRequest = z
  .strictObject({
    personIds: z.array(id).max(20).default([]),
    organisationIds: z.array(organisationId).max(10).default([]),
    note: z.string().trim().max(200, '不超过 200 字').default(''),
  })
  .refine((c) => c.personIds.length + c.organisationIds.length > 0, { path: ['personIds'], message: '请选择抄送对象' });
export type CopyRequest = z.output<typeof copyRequest>;
const copyReceipt = z.object({ taskId: id, copied: z.number().int() });
export type CopyReceipt = z.infer<typeof copyReceipt>;

/** Bulk: approve only, one form, what the rules find clean. One that fails never fails the others. */
export const bulkRequest = z.strictObject({
  decisions: z
    .array(
      z.strictObject({
        taskId: id,
        decisionId: id,
        version: counted,
        outcome: codeOf(OUTCOMES).default('approve'),
        comment: longText.default(''),
      }),
    )
    .min(1, '至少选择一项')
    .max(100, '一次最多办理 100 项')
    .refine((all) => new Set(all.map((d) => d.taskId)).size === all.length, '同一任务不能重复选择'),
});
export type BulkRequest = z.infer<typeof bulkRequest>;

export const bulkResult = z.object({
  items: z.array(
    z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), taskId: id, receipt: decisionReceipt }),
      z.object({
        ok: z.literal(false),
        taskId: id,
        problem: z.object({ code: problemCode, title: z.string(), detail: z.string(), fix: z.string() }),
      }),
    ]),
  ),
});
export type BulkResult = z.infer<typeof bulkResult>;

const taskParams = z.strictObject({ id });

/** What a reviewer does with a task besides claiming and deciding it. */
export const reviewRoutes = {
  seeEvidence: {
    method: 'POST',
    path: '/tasks/:id/seen',
    summary: '已阅证明材料',
    access: 'reviewer',
    params: taskParams,
    body: seenRequest,
    response: seenReceipt,
    status: 200,
  },
  recuse: {
    method: 'POST',
    path: '/tasks/:id/recuse',
    summary: '回避',
    access: 'reviewer',
    params: taskParams,
    body: recusalRequest,
    response: taskHeld,
    status: 200,
  },
  copyTask: {
    method: 'POST',
    path: '/tasks/:id/copy',
    summary: '抄送',
    access: 'reviewer',
    params: taskParams,
    body: copyRequest,
    response: copyReceipt,
    status: 200,
  },
  takeBack: {
    method: 'POST',
    path: '/tasks/:id/take-back',
    summary: '收回已作出的决定',
    access: 'reviewer',
    params: taskParams,
    response: taskHeld,
    status: 200,
  },
} as const;
