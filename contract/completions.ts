import { z } from 'zod';
import type { Route } from './routes.ts';
import { catalogueCode, codeOf, day, hundredths, id } from './values.ts';

/** A course completed on the provincial platform (公共服务平台), as the platform reports it (Arts. 11(2), 14). */
export const reportedCompletion = z.strictObject({
  /** HMAC-SHA-256 of the ID number with the key both sides hold, in lower-case hex. */
  personKey: z.string().regex(/^[0-9a-f]{64}$/, '人员标识应为 64 位小写十六进制'),
  course: catalogueCode,
  completedOn: day,
  /** The platform's own number of the completion: sent again, it counts once. */
  externalId: z.string().trim().min(1, '不能为空').max(100, '不超过 100 字'),
  /** What the platform believes the course is worth; other than the catalogue's, the row is refused. */
  hundredths: hundredths.optional(),
});
export type ReportedCompletion = z.infer<typeof reportedCompletion>;

export const COMPLETIONS_A_BATCH = 1_000;
export const completionBatch = z.strictObject({
  completions: z
    .array(reportedCompletion)
    .min(1, '至少一条')
    .max(COMPLETIONS_A_BATCH, `每批不超过 ${COMPLETIONS_A_BATCH} 条`),
});

/** What became of a reported completion, each in words. Only `registered` writes. */
export const COMPLETION_STATUSES = {
  registered: '已登记，学时已计入',
  already: '此前已登记，未重复计入',
  'course-counted': '该人员本年度已登记同一课程，每年度只计一次',
  'external-id-reused': '该流水号已用于另一条登记，内容不同',
  'unknown-person': '没有该人员',
  'unknown-course': '课程目录中没有该课程',
  'course-not-valid': '完成日期不在课程有效期内',
  'hours-differ': '学时与课程目录标定的不一致',
  'future-date': '完成日期尚未到来',
  'before-measures': '2026年以前的年度不适用本办法',
  'closed-year': '该年度已于次年3月31日截止',
} as const;
export type CompletionStatus = keyof typeof COMPLETION_STATUSES;

export const completionResult = z.object({
  externalId: z.string(),
  status: codeOf(COMPLETION_STATUSES),
  text: z.string(),
  /** The record's id, when there is one. */
  completionId: id.nullable(),
});
export const completionResults = z.object({
  items: z.array(completionResult),
  counts: z.partialRecord(codeOf(COMPLETION_STATUSES), z.number().int()),
});
export type CompletionResults = z.infer<typeof completionResults>;

export const completionRoutes = {
  registerCompletions: {
    method: 'POST',
    path: '/integration/completions',
    summary: '公共服务平台登记课程完成情况（每批至多 1000 条，逐条返回结果，可重复发送）',
    access: 'machine',
    machineScope: 'completions',
    body: completionBatch,
    response: completionResults,
    status: 200,
  },
} as const satisfies Record<string, Route>;
