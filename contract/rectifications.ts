import { z } from 'zod';
import { RECTIFICATION_STATES, VIOLATIONS } from '../rules/rectification.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import { evidence } from './evidence.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';

/** Rectification orders (责令限期改正, Art. 22). */

const words = (most: number) => z.string().trim().min(1, '请填写').max(most, `不超过 ${most} 字`);

/** What an order came from, so that both lead to each other. */
export const orderSource = z.strictObject({ kind: z.enum(['check', 'inquiry', 'complaint']), id });
export type OrderSource = z.infer<typeof orderSource>;

export const orderContent = z.strictObject({
  targetId: organisationId,
  violation: codeOf(VIOLATIONS),
  facts: words(2000),
  requirement: words(2000),
  dueOn: day,
});
export const newOrder = orderContent.extend({ source: orderSource.nullable().default(null) });
export type NewOrder = z.output<typeof newOrder>;

export const orderReport = z.strictObject({ report: words(4000) });
export const orderAcceptance = z.strictObject({ explanation: z.string().trim().max(1000).default('') });
/** The report does not do: mended until another day. */
export const orderReturn = z.strictObject({ dueOn: day, explanation: words(1000) });
export const orderExtension = z.strictObject({ dueOn: day, explanation: words(1000) });
export const orderWithdrawal = z.strictObject({ explanation: words(1000) });

const orderEvent = z.object({ at: instant, text: z.string(), by: z.string() });
const orderFile = evidence.omit({ removed: true }).extend({ byTarget: z.boolean() });

/** An order as the ordering body, the ordered body and the superior body see it. */
export const orderDetail = z.object({
  id,
  number: z.number().int(),
  bodyId: organisationId,
  bodyName: z.string(),
  targetId: organisationId,
  targetName: z.string(),
  violation: codeOf(VIOLATIONS),
  violationLabel: z.string(),
  facts: z.string(),
  requirement: z.string(),
  dueOn: day,
  state: codeOf(RECTIFICATION_STATES),
  stateLabel: z.string(),
  /** One sentence: where it stands, by when, and what to do. */
  now: z.string(),
  daysLeft: z.number().int().nullable(),
  orderedAt: instant,
  report: z.string().nullable(),
  reportedAt: instant.nullable(),
  /** Reported after the last day. */
  reportedLate: z.boolean(),
  escalatedToName: z.string().nullable(),
  source: z.object({ kind: z.enum(['check', 'inquiry', 'complaint']), label: z.string() }).nullable(),
  files: z.array(orderFile),
  events: z.array(orderEvent),
  may: z.object({
    report: z.boolean(),
    accept: z.boolean(),
    return: z.boolean(),
    extend: z.boolean(),
    withdraw: z.boolean(),
  }),
});
export type OrderDetail = z.infer<typeof orderDetail>;

export const orderSummary = orderDetail.pick({
  id: true,
  number: true,
  bodyName: true,
  targetName: true,
  violationLabel: true,
  dueOn: true,
  state: true,
  stateLabel: true,
  daysLeft: true,
  orderedAt: true,
});
export type OrderSummary = z.infer<typeof orderSummary>;
export const ordersPage = z.object({ items: z.array(orderSummary), next: z.string().nullable() });
export type OrdersPage = z.infer<typeof ordersPage>;
export const ordersQuery = z.strictObject({
  /** `received`: to the units one manages; `issued`: by one's authority; `escalated`: overdue ones of subordinate bodies. */
  box: z.enum(['received', 'issued', 'escalated']).default('received'),
  state: codeOf(RECTIFICATION_STATES).optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export type OrdersQuery = z.output<typeof ordersQuery>;

const changed = z.object({ id, state: codeOf(RECTIFICATION_STATES), dueOn: day });
export type OrderChanged = z.infer<typeof changed>;

export const rectificationRoutes = {
  orderRectification: {
    method: 'POST',
    path: '/rectifications',
    summary: '责令限期改正（第二十二条）',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newOrder,
    response: changed,
    status: 201,
  },
  rectifiable: {
    method: 'GET',
    path: '/rectifications/targets',
    summary: '按名称查找监督范围内可责令改正的机构',
    access: 'signed-in',
    query: z.strictObject({ q: z.string().trim().min(2, '请至少输入两个字').max(60) }),
    response: z.object({ items: z.array(z.object({ id: organisationId, name: z.string(), kindName: z.string() })) }),
    status: 200,
  },
  rectifications: {
    method: 'GET',
    path: '/rectifications',
    summary: '责令整改列表：收到的、发出的、逾期上报的',
    access: 'signed-in',
    query: ordersQuery,
    response: ordersPage,
    status: 200,
  },
  rectification: {
    method: 'GET',
    path: '/rectifications/:id',
    summary: '责令整改详情与经过',
    access: 'signed-in',
    params: idParams,
    response: orderDetail,
    status: 200,
  },
  addRectificationFile: {
    method: 'POST',
    path: '/rectifications/:id/files',
    summary: '上传附件：责令机关的依据，或单位的整改材料',
    access: 'signed-in',
    params: idParams,
    response: evidence.omit({ removed: true }),
    status: 201,
    upload: true,
  },
  rectificationFile: {
    method: 'GET',
    path: '/rectifications/:id/files/:fileId',
    summary: '附件文件',
    access: 'signed-in',
    params: z.strictObject({ id, fileId: id }),
    status: 200,
    file: true,
  },
  reportRectification: {
    method: 'POST',
    path: '/rectifications/:id/report',
    summary: '单位报告整改情况',
    access: 'signed-in',
    params: idParams,
    body: orderReport,
    response: changed,
    status: 200,
  },
  acceptRectification: {
    method: 'POST',
    path: '/rectifications/:id/accept',
    summary: '验收通过',
    access: 'signed-in',
    params: idParams,
    body: orderAcceptance,
    response: changed,
    status: 200,
  },
  returnRectification: {
    method: 'POST',
    path: '/rectifications/:id/return',
    summary: '整改不到位，退回并另定期限',
    access: 'signed-in',
    params: idParams,
    body: orderReturn,
    response: changed,
    status: 200,
  },
  extendRectification: {
    method: 'POST',
    path: '/rectifications/:id/extend',
    summary: '延长改正期限',
    access: 'signed-in',
    params: idParams,
    body: orderExtension,
    response: changed,
    status: 200,
  },
  withdrawRectification: {
    method: 'POST',
    path: '/rectifications/:id/withdraw',
    summary: '撤回责令',
    access: 'signed-in',
    params: idParams,
    body: orderWithdrawal,
    response: changed,
    status: 200,
  },
} as const satisfies Record<string, Route>;
