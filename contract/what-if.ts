import { z } from 'zod';
import { SUPPOSABLE, type SupposableName } from '../rules/parameters.ts';
import { VERDICTS } from '../rules/vocabulary.ts';
import { hours } from './explained.ts';
import type { Route } from './routes.ts';
import { codeOf, id, organisationId } from './values.ts';
import { yearParams } from './years.ts';

/** Figures supposed otherwise, by name: hundredths of an hour, minutes, or times. */
const figures = z
  .partialRecord(
    z.enum(Object.keys(SUPPOSABLE) as [SupposableName, ...SupposableName[]]),
    z.number().int('应为整数').min(0, '不小于 0').max(100_000, '数值过大'),
  )
  .refine((given) => Object.keys(given).length > 0, '至少改动一项参数')
  .refine((given) => given.minutesPerHour !== 0, { message: '1 学时的分钟数应大于 0', path: ['minutesPerHour'] });

const supposition = {
  year: yearParams.shape.year,
  /** A division with everything below it; the whole province when absent. */
  region: z
    .string()
    .regex(/^[0-9]{6}$/, '应为六位区划代码')
    .optional(),
  employer: organisationId.optional(),
  figures,
};

/** What if (规则试算): the years of a place, judged by other figures. Nothing is written. */
export const whatIfRequest = z.strictObject({
  ...supposition,
  /** The person after whom to go on; people are judged in the order of their ids. */
  after: id.optional(),
  people: z.number().int().min(1).max(2_000).default(1_000),
});
export const whatIfExport = z.strictObject(supposition);
export type Supposition = z.output<typeof whatIfExport>;

const judged = hours.extend({ verdict: codeOf(VERDICTS), verdictLabel: z.string() });
export const whatIfChange = z.object({
  personId: id,
  name: z.string(),
  employerName: z.string().nullable(),
  before: judged,
  after: judged,
});
export type WhatIfChange = z.infer<typeof whatIfChange>;

/** Of the people judged by this request; whoever asks adds the pages up. */
export const whatIfPage = z.object({
  people: z.number().int(),
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
  /** Everybody of the page whose hours or verdict change. */
  items: z.array(whatIfChange),
  next: id.nullable(),
});
export type WhatIfPage = z.infer<typeof whatIfPage>;

export const whatIfRoutes = {
  whatIf: {
    method: 'POST',
    path: '/admin/what-if',
    summary: '规则试算：按假设的参数重算一个年度，只算不写（省人社厅管理员）',
    access: 'signed-in',
    body: whatIfRequest,
    response: whatIfPage,
    status: 200,
  },
  whatIfExport: {
    method: 'POST',
    path: '/admin/what-if/export',
    summary: '规则试算结果（CSV）',
    access: 'signed-in',
    body: whatIfExport,
    status: 200,
    file: true,
  },
} as const satisfies Record<string, Route>;
