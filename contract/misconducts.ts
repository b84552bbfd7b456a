import { z } from 'zod';
import { MISCONDUCT_STATES, MISCONDUCTS } from '../rules/supervision.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, id, instant, organisationId } from './values.ts';

/** Staff misconduct (工作人员问题线索, Art. 23): for supervisors alone. */

const words = (most: number) => z.string().trim().min(1, '请填写').max(most, `不超过 ${most} 字`);

export const newMisconduct = z.strictObject({
  /** Where the person serves: an authority of the caller's place. */
  organisationId,
  personName: words(60),
  kind: codeOf(MISCONDUCTS),
  facts: words(4000),
  complaintId: id.nullable().default(null),
});
export type NewMisconduct = z.output<typeof newMisconduct>;

export const misconduct = z.object({
  id,
  bodyName: z.string(),
  organisationName: z.string(),
  personName: z.string(),
  kindLabel: z.string(),
  facts: z.string(),
  state: codeOf(MISCONDUCT_STATES),
  stateLabel: z.string(),
  recordedAt: instant,
  referredToName: z.string().nullable(),
  outcome: z.string().nullable(),
  may: z.object({ refer: z.boolean(), conclude: z.boolean() }),
});
export type ShownMisconduct = z.infer<typeof misconduct>;

const changed = z.object({ id, state: codeOf(MISCONDUCT_STATES) });
export type MisconductChanged = z.infer<typeof changed>;

export const misconductRoutes = {
  recordMisconduct: {
    method: 'POST',
    path: '/misconducts',
    summary: '登记工作人员问题线索（第二十三条）',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newMisconduct,
    response: changed,
    status: 201,
  },
  misconducts: {
    method: 'GET',
    path: '/misconducts',
    summary: '本部门登记的、移送本部门的问题线索',
    access: 'signed-in',
    query: z.strictObject({ limit: pageLimit, after: cursor.optional() }),
    response: z.object({ items: z.array(misconduct), next: z.string().nullable() }),
    status: 200,
  },
  staffedBodies: {
    method: 'GET',
    path: '/misconducts/bodies',
    summary: '按名称查找监督范围内的人社部门、行业主管部门',
    access: 'signed-in',
    query: z.strictObject({ q: z.string().trim().min(2, '请至少输入两个字').max(60) }),
    response: z.object({ items: z.array(z.object({ id: organisationId, name: z.string() })) }),
    status: 200,
  },
  referMisconduct: {
    method: 'POST',
    path: '/misconducts/:id/refer',
    summary: '移送该部门的上级主管部门',
    access: 'signed-in',
    params: idParams,
    response: changed,
    status: 200,
  },
  concludeMisconduct: {
    method: 'POST',
    path: '/misconducts/:id/outcome',
    summary: '上级登记处理结果',
    access: 'signed-in',
    params: idParams,
    body: z.strictObject({ outcome: words(2000) }),
    response: changed,
    status: 200,
  },
} as const satisfies Record<string, Route>;
