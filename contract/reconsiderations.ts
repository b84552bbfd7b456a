import { z } from 'zod';
import { ARTICLES } from '../rules/articles.ts';
import { RECONSIDERATION_OUTCOMES, RECONSIDERATION_STATES } from '../rules/reconsideration.ts';
import { codes, STAGE_KINDS } from '../rules/vocabulary.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import { reason as decisionReason } from './decisions.ts';
import { seenReceipt, seenRequest } from './evidence.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant } from './values.ts';

/** Review of a rejection (复核): asked for once by the declarant, decided by the next higher body. */

export const reconsiderationRequest = z.strictObject({
  grounds: z.string().trim().min(1, '请写明申请复核的理由').max(2000, '不超过 2000 字'),
});

/** `decisionId` is made by the client: sending it again gives the same answer, never a second decision. */
export const reconsiderationDecision = z.strictObject({
  decisionId: id,
  outcome: codeOf(RECONSIDERATION_OUTCOMES),
  reason: z.string().trim().min(1, '请写明理由').max(1000, '不超过 1000 字'),
  article: z.enum(codes(ARTICLES), '请选择办法中的条款'),
});
export type ReconsiderationDecision = z.infer<typeof reconsiderationDecision>;

export const reconsiderationSummary = z.object({
  id,
  claimId: id,
  claimNumber: z.number().int(),
  title: z.string(),
  year: z.number().int(),
  personName: z.string(),
  employerName: z.string(),
  /** Who rejected, and at which stage. */
  rejectedByName: z.string(),
  stageKind: codeOf(STAGE_KINDS),
  /** Who reviews it, and by when. */
  organisationName: z.string(),
  requestedAt: instant,
  dueOn: day,
  isOverdue: z.boolean(),
  state: codeOf(RECONSIDERATION_STATES),
  stateLabel: z.string(),
});
export type ReconsiderationSummary = z.infer<typeof reconsiderationSummary>;

export const reconsiderationDetail = reconsiderationSummary.extend({
  grounds: z.string(),
  /** The rejection that is reviewed. */
  rejection: z.object({
    deciderName: z.string(),
    decidedAt: instant,
    reasons: z.array(decisionReason.extend({ label: z.string() })),
    comment: z.string(),
  }),
  decision: z
    .object({ deciderName: z.string(), decidedAt: instant, reason: z.string(), citation: z.string() })
    .nullable(),
  /** One sentence: where it stands, by when, and what to do. */
  now: z.string(),
  mayDecide: z.boolean(),
  /** Whether overturning stands for the approval that was refused; a closing that is overturned only gives the claim back. */
  approves: z.boolean(),
  /** The evidence of the rejected version that the caller has opened (已阅): an approval asks for all of it. */
  seenByMe: z.array(id),
});
export type ReconsiderationDetail = z.infer<typeof reconsiderationDetail>;

export const reconsiderationsQuery = z.strictObject({
  /** `todo`: waiting for one's organisation; `done`: decided there. */
  box: z.enum(['todo', 'done']).default('todo'),
  limit: pageLimit,
  after: cursor.optional(),
});
export type ReconsiderationsQuery = z.output<typeof reconsiderationsQuery>;
export const reconsiderationsPage = z.object({ items: z.array(reconsiderationSummary), next: z.string().nullable() });
export type ReconsiderationsPage = z.infer<typeof reconsiderationsPage>;

const requested = z.object({ id, claimId: id, state: codeOf(RECONSIDERATION_STATES), dueOn: day });
export type ReconsiderationRequested = z.infer<typeof requested>;
const decided = z.object({ id, claimId: id, state: codeOf(RECONSIDERATION_STATES), decidedAt: instant });
export type ReconsiderationDecided = z.infer<typeof decided>;

export const reconsiderationRoutes = {
  requestReconsideration: {
    method: 'POST',
    path: '/claims/:id/reconsideration',
    summary: '对不予认定申请复核（每份申报一次）',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: reconsiderationRequest,
    response: requested,
    status: 201,
  },
  reconsiderations: {
    method: 'GET',
    path: '/reconsiderations',
    summary: '本机构的复核：待办、已办',
    access: 'signed-in',
    query: reconsiderationsQuery,
    response: reconsiderationsPage,
    status: 200,
  },
  reconsideration: {
    method: 'GET',
    path: '/reconsiderations/:id',
    summary: '复核详情：原决定、申请理由与结果',
    access: 'signed-in',
    params: idParams,
    response: reconsiderationDetail,
    status: 200,
  },
  seeForReconsideration: {
    method: 'POST',
    path: '/reconsiderations/:id/seen',
    summary: '复核时已阅证明材料',
    access: 'reviewer',
    params: idParams,
    body: seenRequest,
    response: seenReceipt,
    status: 200,
  },
  decideReconsideration: {
    method: 'POST',
    path: '/reconsiderations/:id/decision',
    summary: '上一级机构复核：维持，或撤销原决定',
    access: 'reviewer',
    params: idParams,
    body: reconsiderationDecision,
    response: decided,
    status: 200,
  },
} as const satisfies Record<string, Route>;
