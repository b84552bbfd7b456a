import { z } from 'zod';
import { DECLARED_RELATIONS, ROLES, STAGE_KINDS } from '../rules/vocabulary.ts';
import { idempotencyHeaders, idParams } from './claims.ts';
import { idNumber } from './id-number.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';

/** A reviewer's leave with a stand-in (请假与代理), and family they declare (回避关系). */

const reviewingRole = codeOf(ROLES).extract(['first-reviewer', 're-reviewer', 'filing-officer']);

const leaveRequest = z.strictObject({
  /** Whose leave; an administrator of the organisation may record a colleague's. The caller's own when left out. */
  personId: id.optional(),
  organisationId,
  role: reviewingRole,
  standInId: id,
  fromOn: day,
  /** The last day of leave. */
  untilOn: day,
});
export type LeaveRequest = z.infer<typeof leaveRequest>;

const leave = z.object({
  id,
  personId: id,
  personName: z.string(),
  standInId: id,
  standInName: z.string(),
  organisationId,
  organisationName: z.string(),
  role: reviewingRole,
  stage: codeOf(STAGE_KINDS),
  fromOn: day,
  untilOn: day,
  state: z.enum(['coming', 'running', 'over', 'cancelled']),
  recordedByName: z.string(),
  /** Tasks its person has claimed, which the stand-in may take over. */
  claimedTasks: z.number().int(),
  mayEnd: z.boolean(),
});
export type Leave = z.infer<typeof leave>;

/** A pool in which the caller may record leave: their own, or any person's for an administrator. */
const leavePool = z.object({
  organisationId,
  organisationName: z.string(),
  role: reviewingRole,
  stage: codeOf(STAGE_KINDS),
  mayRecordFor: z.enum(['self', 'anybody']),
  people: z.array(z.object({ personId: id, name: z.string(), title: z.string().nullable() })),
});
export type LeavePool = z.infer<typeof leavePool>;
const leaves = z.object({ items: z.array(leave), pools: z.array(leavePool) });
export type Leaves = z.infer<typeof leaves>;

const leaveRecorded = z.object({ id, fromOn: day, untilOn: day, cancelled: z.boolean() });
export type LeaveRecorded = z.infer<typeof leaveRecorded>;

const relationRequest = z.strictObject({
  name: z.string().trim().min(1, '请填写姓名').max(60, '不超过 60 字'),
  idNumber,
  relation: codeOf(DECLARED_RELATIONS),
});
export type RelationRequest = z.infer<typeof relationRequest>;
const relation = z.object({
  id,
  name: z.string(),
  idNumberMasked: z.string(),
  relation: codeOf(DECLARED_RELATIONS),
  relationLabel: z.string(),
  declaredAt: instant,
});
export type Relation = z.infer<typeof relation>;
const done = z.object({ id });

export const leavesRoutes = {
  leaves: {
    method: 'GET',
    path: '/leaves',
    summary: '请假与代理：本人的、由本人代理的、本机构的',
    access: 'signed-in',
    response: leaves,
    status: 200,
  },
  recordLeave: {
    method: 'POST',
    path: '/leaves',
    summary: '登记请假和代理人',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: leaveRequest,
    response: leaveRecorded,
    status: 201,
  },
  endLeave: {
    method: 'POST',
    path: '/leaves/:id/end',
    summary: '提前结束或取消请假',
    access: 'signed-in',
    params: idParams,
    response: leaveRecorded,
    status: 200,
  },
  relations: {
    method: 'GET',
    path: '/me/relations',
    summary: '本人登记的回避关系',
    access: 'signed-in',
    response: z.object({ items: z.array(relation) }),
    status: 200,
  },
  declareRelation: {
    method: 'POST',
    path: '/me/relations',
    summary: '登记回避关系',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: relationRequest,
    response: done,
    status: 201,
  },
  endRelation: {
    method: 'POST',
    path: '/me/relations/:id/end',
    summary: '终止回避关系',
    access: 'signed-in',
    params: idParams,
    response: done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
