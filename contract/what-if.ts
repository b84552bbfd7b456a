import { z } from 'zod';
import { SUPPOSABLE, type SupposableName } from '../rules/parameters.ts';
import { VERDICTS } from '../rules/vocabulary.ts';
import { idempotencyHeaders, idParams } from './claims.ts';
import { hours } from './explained.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';
import { yearParams } from './years.ts';

/** Figures supposed otherwise, by name: hundredths of an hour, minutes, or times. */
const figures = z
  .partialRecord(
    z.enum(Object.keys(SUPPOSABLE) as [SupposableName, ...SupposableName[]]),
    z.number().int('应为整数').min(0, '不小于 0').max(100_000, '数值过大'),
  )
  .refine((given) => Object.keys(given).length > 0, '至少改动一项参数')
  .refine((given) => given.minutesPerHour !== 0, { message: '1 学时的分钟数应大于 0', path: ['minutesPerHour'] });
export type SupposedFigures = z.output<typeof figures>;

/** What if (规则试算): the years of a place, judged by other figures. Nothing of the record is written. */
export const supposition = z.strictObject({
  year: yearParams.shape.year,
  /** A division with everything below it; the whole province when absent. */
  region: z
    .string()
    .regex(/^[0-9]{6}$/, '应为六位区划代码')
    .optional(),
  employer: organisationId.optional(),
  figures,
});
export type Supposition = z.output<typeof supposition>;

export const WHAT_IF_STATES = { running: '试算中', done: '已完成', cancelled: '已取消' } as const;

/** A what-if with how far it is; its counts are of those judged so far. */
export const whatIf = z.object({
  id,
  state: codeOf(WHAT_IF_STATES),
  stateLabel: z.string(),
  year: z.number().int(),
  regionName: z.string().nullable(),
  employerName: z.string().nullable(),
  figures,
  /** The day the years are judged on, the same for everybody. */
  asOf: day,
  requestedByName: z.string(),
  createdAt: instant,
  endedAt: instant.nullable(),
  peopleTotal: z.number().int(),
  peopleDone: z.number().int(),
  /** People whose hours or verdict change; of them, whose hours become more, or fewer. */
  changed: z.number().int(),
  gain: z.number().int(),
  lose: z.number().int(),
  verdicts: z.array(
    z.object({
      from: codeOf(VERDICTS),
      fromLabel: z.string(),
      to: codeOf(VERDICTS),
      toLabel: z.string(),
      people: z.number().int(),
    }),
  ),
});
export type WhatIf = z.infer<typeof whatIf>;

const judged = hours.extend({ verdict: codeOf(VERDICTS), verdictLabel: z.string() });
export const whatIfChange = z.object({
  personId: id,
  name: z.string(),
  employerName: z.string().nullable(),
  before: judged,
  after: judged,
});
export type WhatIfChange = z.infer<typeof whatIfChange>;

export const whatIfChangesQuery = z.strictObject({
  limit: z.coerce.number<number | string>().int().min(1).max(200).default(50),
  /** The person after whom to go on. */
  after: id.optional(),
});

export const whatIfRoutes = {
  whatIfs: {
    method: 'GET',
    path: '/admin/what-ifs',
    summary: '规则试算记录（省人社厅管理员）',
    access: 'signed-in',
    response: z.object({ items: z.array(whatIf) }),
    status: 200,
  },
  startWhatIf: {
    method: 'POST',
    path: '/admin/what-ifs',
    summary: '规则试算：按假设的参数重算一个年度，在后台分批进行，只算不写',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: supposition,
    response: whatIf,
    status: 201,
  },
  whatIf: {
    method: 'GET',
    path: '/admin/what-ifs/:id',
    summary: '一次规则试算的进度与人数',
    access: 'signed-in',
    params: idParams,
    response: whatIf,
    status: 200,
  },
  whatIfChanges: {
    method: 'GET',
    path: '/admin/what-ifs/:id/changes',
    summary: '规则试算中学时或结论有变化的人员',
    access: 'signed-in',
    params: idParams,
    query: whatIfChangesQuery,
    response: z.object({ items: z.array(whatIfChange), next: id.nullable() }),
    status: 200,
  },
  whatIfExport: {
    method: 'GET',
    path: '/admin/what-ifs/:id/export',
    summary: '规则试算结果（CSV）',
    access: 'signed-in',
    params: idParams,
    status: 200,
    file: true,
  },
  cancelWhatIf: {
    method: 'POST',
    path: '/admin/what-ifs/:id/cancel',
    summary: '取消进行中的规则试算',
    access: 'signed-in',
    params: idParams,
    response: whatIf,
    status: 200,
  },
} as const satisfies Record<string, Route>;
