import { z } from 'zod';
import { VIOLATIONS } from '../rules/rectification.ts';
import { RISKS } from '../rules/risk.ts';
import { CHECK_STATES, CONSEQUENCES, INQUIRY_STATES, INSPECTION_KINDS } from '../rules/supervision.ts';
import { CLAIM_STATES, FORMS } from '../rules/vocabulary.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';

/** Inspections (抽查, Art. 20): what was drawn, how it can be drawn again, and what became of it. */

const words = (most: number) => z.string().trim().min(1, '请填写').max(most, `不超过 ${most} 字`);
const year = z.coerce.number<number | string>().int().min(2026).max(2200);
const regionCode = z.string().regex(/^[0-9]{6}$/, '请选择地区');
const industryCode = z.string().regex(/^[a-z][a-z-]{1,39}$/);

const narrowing = {
  kind: codeOf(INSPECTION_KINDS),
  year,
  /** Whose inspection: one of the authorities at which the caller supervises; the first unless said. */
  organisationId: organisationId.optional(),
  regionCode: regionCode.optional(),
  industryCode: industryCode.optional(),
  employerId: organisationId.optional(),
  /** Of claims only. */
  form: codeOf(FORMS).optional(),
  filedFrom: day.optional(),
  filedTo: day.optional(),
};
export const frameQuery = z.strictObject(narrowing);
export type FrameQuery = z.output<typeof frameQuery>;
export const newInspection = z.strictObject({
  ...narrowing,
  title: words(120),
  size: z.number().int().min(1, '至少抽 1 个').max(1000, '一次最多抽 1000 个'),
});
export type NewInspection = z.output<typeof newInspection>;

const risk = z.object({ kind: codeOf(RISKS), label: z.string(), score: z.number().int(), reason: z.string() });

/** A check task as a line of a list. */
export const checkSummary = z.object({
  id,
  position: z.number().int(),
  claimId: id,
  claimNumber: z.number().int(),
  claimTitle: z.string(),
  personName: z.string(),
  employerName: z.string(),
  score: z.number().int(),
  risks: z.array(risk),
  state: codeOf(CHECK_STATES),
  stateLabel: z.string(),
  inspectionTitle: z.string(),
});
export type CheckSummary = z.infer<typeof checkSummary>;

const caseEvent = z.object({ at: instant, text: z.string(), by: z.string() });
export const checkDetail = checkSummary.extend({
  claimState: codeOf(CLAIM_STATES),
  formLabel: z.string(),
  hundredths: z.number().int(),
  employerId: organisationId,
  conclusion: z.string().nullable(),
  consequences: z.array(z.object({ kind: codeOf(CONSEQUENCES), label: z.string(), reference: id })),
  events: z.array(caseEvent),
  may: z.object({ conclude: z.boolean(), revoke: z.boolean(), sanction: z.boolean() }),
  /** Why the reader may not conclude it, though it is their authority's. */
  barred: z.string().nullable(),
});
export type CheckDetail = z.infer<typeof checkDetail>;

export const checkConclusion = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('passed'), conclusion: words(2000) }),
  z.strictObject({
    outcome: z.literal('finding'),
    conclusion: words(2000),
    /** The claim's hours are taken back. */
    revoke: z.boolean().default(false),
    /** A case of fraud is opened (Art. 21). */
    sanction: z.boolean().default(false),
    /** The unit is ordered to mend what it did (Art. 22). */
    order: z
      .strictObject({ violation: codeOf(VIOLATIONS), requirement: words(2000), dueOn: day })
      .nullable()
      .default(null),
  }),
]);
export type CheckConclusion = z.output<typeof checkConclusion>;

/** An inquiry to an employer about the use of results. */
export const inquirySummary = z.object({
  id,
  position: z.number().int(),
  year: z.number().int(),
  bodyName: z.string(),
  employerId: organisationId,
  employerName: z.string(),
  people: z.number().int(),
  considered: z.number().int(),
  state: codeOf(INQUIRY_STATES),
  stateLabel: z.string(),
  askedAt: instant,
  answer: z.string().nullable(),
  conclusion: z.string().nullable(),
  rectificationId: id.nullable(),
  may: z.object({ answer: z.boolean(), conclude: z.boolean() }),
});
export type InquirySummary = z.infer<typeof inquirySummary>;
export const inquiryAnswer = z.strictObject({ answer: words(2000) });
export const inquiryConclusion = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('passed'), conclusion: words(2000) }),
  z.strictObject({
    outcome: z.literal('finding'),
    conclusion: words(2000),
    order: z
      .strictObject({ requirement: words(2000), dueOn: day })
      .nullable()
      .default(null),
  }),
]);
export type InquiryConclusion = z.output<typeof inquiryConclusion>;

export const inspectionSummary = z.object({
  id,
  kind: codeOf(INSPECTION_KINDS),
  kindLabel: z.string(),
  title: z.string(),
  organisationName: z.string(),
  year: z.number().int(),
  drawnAt: instant,
  size: z.number().int(),
  open: z.number().int(),
  passed: z.number().int(),
  findings: z.number().int(),
});
export type InspectionSummary = z.infer<typeof inspectionSummary>;

/** All that is needed to draw it again. */
const fairness = z.object({
  algorithm: z.string(),
  explained: z.string(),
  seed: z.string(),
  frameHash: z.string(),
  frameSize: z.number().int(),
  sampleSize: z.number().int(),
  drawnByName: z.string(),
});
export const inspectionDetail = inspectionSummary.extend({
  filters: z.array(z.string()),
  fairness,
  checks: z.array(checkSummary),
  inquiries: z.array(inquirySummary),
});
export type InspectionDetail = z.infer<typeof inspectionDetail>;

const done = z.object({ id });
export const inspectionRoutes = {
  inspectionFrame: {
    method: 'GET',
    path: '/inspections/frame',
    summary: '抽查范围内有多少对象',
    access: 'signed-in',
    query: frameQuery,
    response: z.object({ size: z.number().int(), limit: z.number().int() }),
    status: 200,
  },
  drawInspection: {
    method: 'POST',
    path: '/inspections',
    summary: '抽取：随机、按风险，或结果应用检查',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newInspection,
    response: done,
    status: 201,
  },
  inspections: {
    method: 'GET',
    path: '/inspections',
    summary: '本部门的抽查',
    access: 'signed-in',
    query: z.strictObject({ limit: pageLimit, after: cursor.optional() }),
    response: z.object({ items: z.array(inspectionSummary), next: z.string().nullable() }),
    status: 200,
  },
  inspection: {
    method: 'GET',
    path: '/inspections/:id',
    summary: '抽查详情：结果、随机数与范围校验码',
    access: 'signed-in',
    params: idParams,
    response: inspectionDetail,
    status: 200,
  },
  inspectionIds: {
    method: 'GET',
    path: '/inspections/:id/frame',
    summary: '抽查范围的全部编号与抽中的编号，供重抽核对',
    access: 'signed-in',
    params: idParams,
    response: z.object({
      seed: z.string(),
      frameHash: z.string(),
      frame: z.array(z.string()),
      sample: z.array(z.string()),
    }),
    status: 200,
  },
  checks: {
    method: 'GET',
    path: '/checks',
    summary: '本部门的核查任务',
    access: 'signed-in',
    query: z.strictObject({ state: codeOf(CHECK_STATES).optional(), limit: pageLimit, after: cursor.optional() }),
    response: z.object({ items: z.array(checkSummary), next: z.string().nullable() }),
    status: 200,
  },
  check: {
    method: 'GET',
    path: '/checks/:id',
    summary: '核查任务详情',
    access: 'signed-in',
    params: idParams,
    response: checkDetail,
    status: 200,
  },
  concludeCheck: {
    method: 'POST',
    path: '/checks/:id/conclusion',
    summary: '核查结论：通过，或发现问题及其处理',
    access: 'signed-in',
    params: idParams,
    body: checkConclusion,
    response: z.object({ id, state: codeOf(CHECK_STATES) }),
    status: 200,
  },
  inquiries: {
    method: 'GET',
    path: '/inquiries',
    summary: '结果应用检查：本单位收到的',
    access: 'signed-in',
    query: z.strictObject({ limit: pageLimit, after: cursor.optional() }),
    response: z.object({ items: z.array(inquirySummary), next: z.string().nullable() }),
    status: 200,
  },
  answerInquiry: {
    method: 'POST',
    path: '/inquiries/:id/answer',
    summary: '单位答复结果应用检查（第六、二十条）',
    access: 'signed-in',
    params: idParams,
    body: inquiryAnswer,
    response: z.object({ id, state: codeOf(INQUIRY_STATES) }),
    status: 200,
  },
  concludeInquiry: {
    method: 'POST',
    path: '/inquiries/:id/conclusion',
    summary: '对单位的答复作出结论',
    access: 'signed-in',
    params: idParams,
    body: inquiryConclusion,
    response: z.object({ id, state: codeOf(INQUIRY_STATES) }),
    status: 200,
  },
} as const satisfies Record<string, Route>;
