import { z } from 'zod';
import { DEFERRAL_REASONS, DEFERRAL_STATES } from '../rules/deferral.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import { evidence } from './evidence.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant } from './values.ts';

const explanation = z.string().trim().min(1, '请说明情况').max(1000, '不超过 1000 字');
const governedYear = z.number().int().min(2026).max(2200);

export const deferralRequest = z.strictObject({
  year: governedYear,
  reason: codeOf(DEFERRAL_REASONS),
  explanation,
  until: day,
});
export type DeferralRequest = z.infer<typeof deferralRequest>;

/** The employer's decision (Art. 17: 由所在单位出具证明). `until` with a grant; it may be earlier than what was asked for. */
export const deferralDecision = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('grant'), until: day, explanation: z.string().trim().max(1000).default('') }),
  z.strictObject({ outcome: z.literal('refuse'), explanation }),
]);
export type DeferralDecision = z.infer<typeof deferralDecision>;

export const deferralShortening = z.strictObject({ until: day, explanation });
export const deferralRevocation = z.strictObject({ explanation });

/** By how many years the next title application is put off (Art. 17: 延长相应年限). */
export const titleExtension = z.strictObject({
  years: z.number().int().min(1, '至少 1 年').max(5, '至多 5 年'),
  explanation,
});
export type TitleExtension = z.infer<typeof titleExtension>;
export const titleExtensionEnd = z.strictObject({ explanation });

const caseEvent = z.object({ at: instant, text: z.string(), by: z.string() });

/** A deferral as everybody on it sees it. */
export const deferralDetail = z.object({
  id,
  year: z.number().int(),
  personName: z.string(),
  employerName: z.string(),
  deciderName: z.string(),
  reason: codeOf(DEFERRAL_REASONS),
  reasonLabel: z.string(),
  explanation: z.string(),
  requestedUntil: day,
  until: day.nullable(),
  state: codeOf(DEFERRAL_STATES),
  stateLabel: z.string(),
  /** One sentence: where it stands, by when, and what to do. */
  now: z.string(),
  daysLeft: z.number().int().nullable(),
  requestedAt: instant,
  proofs: z.array(evidence.omit({ removed: true })),
  events: z.array(caseEvent),
  /** The extension in force that rests on this deferral. */
  extensionYears: z.number().int().nullable(),
  may: z.object({
    decide: z.boolean(),
    shorten: z.boolean(),
    revoke: z.boolean(),
    withdraw: z.boolean(),
    extend: z.boolean(),
    endExtension: z.boolean(),
  }),
});
export type DeferralDetail = z.infer<typeof deferralDetail>;

export const deferralSummary = deferralDetail.pick({
  id: true,
  year: true,
  personName: true,
  employerName: true,
  reasonLabel: true,
  requestedUntil: true,
  until: true,
  state: true,
  stateLabel: true,
  daysLeft: true,
  requestedAt: true,
});
export type DeferralSummary = z.infer<typeof deferralSummary>;
export const deferralsPage = z.object({ items: z.array(deferralSummary), next: z.string().nullable() });
export type DeferralsPage = z.infer<typeof deferralsPage>;
export const deferralsQuery = z.strictObject({
  /** `mine`: one's own; `deciding`: waiting for one's decision; `overseen`: those one's organisation decides or is told of. */
  box: z.enum(['mine', 'deciding', 'overseen']).default('mine'),
  limit: pageLimit,
  after: cursor.optional(),
});
export type DeferralsQuery = z.output<typeof deferralsQuery>;

const changed = z.object({ id, state: codeOf(DEFERRAL_STATES), until: day.nullable() });
export type DeferralChanged = z.infer<typeof changed>;

export const deferralsRoutes = {
  requestDeferral: {
    method: 'POST',
    path: '/deferrals',
    summary: '申请顺延（第十七条）',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: deferralRequest,
    response: changed,
    status: 201,
  },
  deferrals: {
    method: 'GET',
    path: '/deferrals',
    summary: '顺延列表：本人、待决定、知悉',
    access: 'signed-in',
    query: deferralsQuery,
    response: deferralsPage,
    status: 200,
  },
  deferral: {
    method: 'GET',
    path: '/deferrals/:id',
    summary: '顺延详情与经过',
    access: 'signed-in',
    params: idParams,
    response: deferralDetail,
    status: 200,
  },
  uploadDeferralProof: {
    method: 'POST',
    path: '/deferrals/:id/proof',
    summary: '上传证明（本人材料或单位证明）',
    access: 'signed-in',
    params: idParams,
    response: evidence.omit({ removed: true }),
    status: 201,
    upload: true,
  },
  deferralProof: {
    method: 'GET',
    path: '/deferrals/:id/proof/:fileId',
    summary: '证明文件',
    access: 'signed-in',
    params: z.strictObject({ id, fileId: id }),
    status: 200,
    file: true,
  },
  decideDeferral: {
    method: 'POST',
    path: '/deferrals/:id/decision',
    summary: '所在单位决定：批准到某日，或不批准',
    access: 'reviewer',
    params: idParams,
    body: deferralDecision,
    response: changed,
    status: 200,
  },
  shortenDeferral: {
    method: 'POST',
    path: '/deferrals/:id/shorten',
    summary: '缩短顺延：本人提前结束，或单位缩短',
    access: 'signed-in',
    params: idParams,
    body: deferralShortening,
    response: changed,
    status: 200,
  },
  revokeDeferral: {
    method: 'POST',
    path: '/deferrals/:id/revoke',
    summary: '同级人社部门撤销顺延',
    access: 'signed-in',
    params: idParams,
    body: deferralRevocation,
    response: changed,
    status: 200,
  },
  extendTitle: {
    method: 'POST',
    path: '/deferrals/:id/extension',
    summary: '单位登记申报职称的延长年限：期满且无正当理由未补学（第十七条）',
    access: 'reviewer',
    params: idParams,
    body: titleExtension,
    response: changed,
    status: 200,
  },
  endTitleExtension: {
    method: 'POST',
    path: '/deferrals/:id/extension/end',
    summary: '单位取消登记的延长年限',
    access: 'reviewer',
    params: idParams,
    body: titleExtensionEnd,
    response: changed,
    status: 200,
  },
  withdrawDeferral: {
    method: 'POST',
    path: '/deferrals/:id/withdraw',
    summary: '本人撤回申请',
    access: 'signed-in',
    params: idParams,
    response: changed,
    status: 200,
  },
} as const satisfies Record<string, Route>;
