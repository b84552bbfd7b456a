import { z } from 'zod';
import { SUBJECTS } from '../rules/vocabulary.ts';
import { idempotencyHeaders } from './claims.ts';
import type { Route } from './routes.ts';
import { unitParams, unitYear } from './unit-people.ts';
import { codeOf, counted, day, hundredths, id, organisationId, shortText } from './values.ts';

/** 年度培训计划: what a unit means to hold in a year (Art. 10), and what of it was held. */

const content = {
  title: shortText,
  month: z.number().int().min(1, '月份为 1 至 12').max(12, '月份为 1 至 12'),
  subject: codeOf(SUBJECTS),
  hundredths,
};
export const newPlanned = z.strictObject({ year: unitYear, ...content });
export type NewPlanned = z.output<typeof newPlanned>;
export const plannedPatch = z.strictObject({ ...content, revision: counted });
export type PlannedPatch = z.output<typeof plannedPatch>;

export const PLAN_STATES = { done: '已举办', late: '逾期未办', ahead: '待举办' } as const;
export type PlanState = keyof typeof PLAN_STATES;

export const planned = z.object({
  id,
  year: z.number().int(),
  ...content,
  revision: z.number().int(),
  state: codeOf(PLAN_STATES),
  stateLabel: z.string(),
  /** The trainings of the study archive that carry it out. */
  trainings: z.array(z.object({ id, title: z.string(), firstOn: day, lastOn: day })),
});
export type Planned = z.infer<typeof planned>;

export const plan = z.object({
  year: z.number().int(),
  items: z.array(planned),
  done: z.number().int(),
  plannedHundredths: z.number().int(),
  doneHundredths: z.number().int(),
});
export type Plan = z.infer<typeof plan>;

export const plannedParams = z.strictObject({ id: organisationId, plannedId: id });
const saved = z.object({ id, revision: z.number().int() });

export const planRoutes = {
  plan: {
    method: 'GET',
    path: '/employers/:id/plan',
    summary: '单位年度培训计划及完成情况',
    access: 'signed-in',
    params: unitParams,
    query: z.strictObject({ year: unitYear }),
    response: plan,
    status: 200,
  },
  addPlanned: {
    method: 'POST',
    path: '/employers/:id/plan',
    summary: '在年度计划中增加一项培训',
    access: 'signed-in',
    params: unitParams,
    headers: idempotencyHeaders,
    body: newPlanned,
    response: saved,
    status: 201,
  },
  savePlanned: {
    method: 'PATCH',
    path: '/employers/:id/plan/:plannedId',
    summary: '修改计划中的一项培训',
    access: 'signed-in',
    params: plannedParams,
    body: plannedPatch,
    response: saved,
    status: 200,
  },
  removePlanned: {
    method: 'DELETE',
    path: '/employers/:id/plan/:plannedId',
    summary: '删除计划中尚未举办的一项培训',
    access: 'signed-in',
    params: plannedParams,
    response: z.object({ id }),
    status: 200,
  },
} as const satisfies Record<string, Route>;
