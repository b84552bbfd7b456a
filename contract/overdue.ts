import { z } from 'zod';
import { STAGE_KINDS, STUCK_CAUSES } from '../rules/vocabulary.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';

/** Late reviews: 催办 by the declarant, 督办 by the superior body, 滞留 for the administrators. */

const nudged = z.object({ claimId: id, nudgedOn: day, nextOn: day });
export type Nudged = z.infer<typeof nudged>;

/** A late task as its superior body sees it. */
const escalation = z.object({
  id,
  taskId: id,
  claimId: id,
  claimNumber: z.number().int(),
  title: z.string(),
  stage: codeOf(STAGE_KINDS),
  organisationName: z.string(),
  /** The superior body in whose name the caller sees it. */
  superiorName: z.string(),
  declarantName: z.string(),
  employerName: z.string(),
  holderName: z.string().nullable(),
  dueOn: day,
  escalatedOn: day,
  isOpen: z.boolean(),
  urgings: z.array(z.object({ at: instant, by: z.string(), note: z.string() })),
  mayUrge: z.boolean(),
});
export type Escalation = z.infer<typeof escalation>;
const escalationsPage = z.object({ items: z.array(escalation), next: z.string().nullable(), open: z.number().int() });
export type EscalationsPage = z.infer<typeof escalationsPage>;
const escalationsQuery = z.strictObject({
  /** `open`: still undone; `all`: with what has been decided since. */
  box: z.enum(['open', 'all']).default('open'),
  limit: pageLimit,
  after: cursor.optional(),
});
export type EscalationsQuery = z.output<typeof escalationsQuery>;

const urgingRequest = z.strictObject({ note: z.string().trim().min(1, '请填写督办意见').max(500, '不超过 500 字') });
const urged = z.object({ id, urgedOn: day });
export type Urged = z.infer<typeof urged>;

/** An open stage that nobody may decide, why, since when, and who stands over it. */
const stuckStage = z.object({
  id,
  claimId: id,
  claimNumber: z.number().int(),
  title: z.string(),
  stage: codeOf(STAGE_KINDS),
  cause: codeOf(STUCK_CAUSES),
  causeLabel: z.string(),
  organisationId: organisationId.nullable(),
  organisationName: z.string().nullable(),
  superiors: z.array(z.string()),
  employerName: z.string().nullable(),
  openedAt: instant,
  dueOn: day,
  foundAt: instant,
  /** Whole days since the stage opened. */
  ageDays: z.number().int(),
});
export type StuckStage = z.infer<typeof stuckStage>;
const stuckPage = z.object({
  items: z.array(stuckStage),
  next: z.string().nullable(),
  causes: z.array(z.object({ cause: codeOf(STUCK_CAUSES), label: z.string(), count: z.number().int() })),
});
export type StuckPage = z.infer<typeof stuckPage>;
const stuckQuery = z.strictObject({
  cause: codeOf(STUCK_CAUSES).optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export type StuckQuery = z.output<typeof stuckQuery>;

export const overdueRoutes = {
  nudgeClaim: {
    method: 'POST',
    path: '/claims/:id/nudge',
    summary: '催办：提醒正在办理的机构',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    response: nudged,
    status: 200,
  },
  escalations: {
    method: 'GET',
    path: '/escalations',
    summary: '督办：逾期后提交本机构的事项',
    access: 'signed-in',
    query: escalationsQuery,
    response: escalationsPage,
    status: 200,
  },
  urge: {
    method: 'POST',
    path: '/escalations/:id/urge',
    summary: '督办：向逾期的机构提出意见，每天一次',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: urgingRequest,
    response: urged,
    status: 200,
  },
  stuckStages: {
    method: 'GET',
    path: '/admin/stuck',
    summary: '滞留事项：没有人可以办理的环节',
    access: 'signed-in',
    query: stuckQuery,
    response: stuckPage,
    status: 200,
  },
} as const satisfies Record<string, Route>;
