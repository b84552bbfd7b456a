import { z } from 'zod';
import { CLAIM_STATES, FORMS, LEVELS, STAGE_KINDS } from '../rules/vocabulary.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';

/** Statistics (统计, Art. 12): what the authorities and units see of their people's years. Hours are hundredths. */

/** By what the numbers are broken down. */
export const GROUPINGS = { region: '地区', industry: '行业', level: '层级', employer: '用人单位' } as const;
export type Grouping = keyof typeof GROUPINGS;

/** Where a person's year stands on the day it is asked. */
export const YEAR_STANDINGS = {
  qualified: '合格',
  'deemed-complete': '视为完成',
  deferred: '已批准顺延',
  'in-progress': '进行中',
  unqualified: '不合格',
  cancelled: '学时已取消',
} as const;
export type YearStanding = keyof typeof YEAR_STANDINGS;

/** What narrows every question; all of it only inside what the caller oversees. */
const narrowing = {
  year: z.coerce.number().int().min(2026, '办法自 2026 年起适用').max(2200),
  /** A city is asked with its counties. */
  region: z
    .string()
    .regex(/^\d{6}$/, '行政区划代码为 6 位数字')
    .optional(),
  industry: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional(),
  level: codeOf(LEVELS).optional(),
  employer: organisationId.optional(),
};
const limit = z.coerce.number().int().min(1).max(100).default(50);
/** Lists go on after the last one's id; pages of employers after an opaque text. */
const paging = { after: id.optional(), limit };

export const placeQuery = z.object(narrowing);
export type PlaceQuery = z.output<typeof placeQuery>;
export const overviewQuery = z.object({
  ...narrowing,
  after: z.string().max(200).optional(),
  limit,
  by: codeOf(GROUPINGS).default('region'),
});
export type OverviewQuery = z.output<typeof overviewQuery>;
export const peopleQuery = z.object({ ...narrowing, ...paging, standing: codeOf(YEAR_STANDINGS).optional() });
export const claimsOfPlaceQuery = z.object({
  ...narrowing,
  ...paging,
  form: codeOf(FORMS).optional(),
  state: codeOf(CLAIM_STATES).exclude(['draft']).optional(),
});

/** What is taken away as a file: the table of the page, the people, or the yearly report (上报). */
export const EXPORTS = { overview: '统计表', people: '人员名单', report: '年度报表' } as const;
export const exportQuery = z
  .object({
    ...narrowing,
    by: codeOf(GROUPINGS).default('region'),
    standing: codeOf(YEAR_STANDINGS).optional(),
    what: codeOf(EXPORTS).default('overview'),
    format: z.enum(['xlsx', 'csv', 'pdf']).default('xlsx'),
  })
  .refine(({ what, format }) => format !== (what === 'report' ? 'csv' : 'pdf'), {
    message: '年度报表为 xlsx 或 pdf 格式，统计表与名单为 xlsx 或 csv 格式',
    path: ['format'],
  });
export type ExportQuery = z.output<typeof exportQuery>;

const count = z.number().int();

/** The numbers of a place. People are those whose last unit of the year lies in it. */
export const figures = z.object({
  people: count,
  qualified: count,
  deemedComplete: count,
  /** Short, with a granted deferral not past its last day (Art. 17). */
  deferred: count,
  inProgress: count,
  unqualified: count,
  cancelled: count,
  /** (qualified + deemed complete) / people in ten-thousandths; null without people. */
  completedPer10000: count.nullable(),
  publicHundredths: count,
  professionalHundredths: count,
  /** Claims ever submitted, and of them those filed. */
  claims: count,
  filed: count,
});
export type Figures = z.infer<typeof figures>;

const byState = z.object({ state: codeOf(CLAIM_STATES), label: z.string(), claims: count });

export const overview = z.object({
  year: count,
  asOf: day,
  by: codeOf(GROUPINGS),
  /** What the question is narrowed to, in words; empty at the top of the caller's scope. */
  narrowedTo: z.array(z.object({ by: codeOf(GROUPINGS), key: z.string(), label: z.string() })),
  total: figures,
  rows: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      figures,
      /** The question that shows this row's own rows. */
      within: z.object({
        by: codeOf(GROUPINGS),
        region: z.string().optional(),
        industry: z.string().optional(),
        level: codeOf(LEVELS).optional(),
        employer: z.string().optional(),
      }),
    }),
  ),
  /** Employers come in pages, those with most people first. */
  next: z.string().nullable(),
  forms: z.array(
    z.object({
      form: codeOf(FORMS),
      label: z.string(),
      publicHundredths: count,
      professionalHundredths: count,
      claims: count,
      filed: count,
    }),
  ),
  content: z.array(
    z.object({ industry: z.string(), label: z.string(), publicHundredths: count, professionalHundredths: count }),
  ),
  states: z.array(byState),
});
export type Overview = z.infer<typeof overview>;

/** How the days of review are counted, in words; shown beside every number of them. */
export const TURN_AROUND_DEFINITION =
  '办理天数 = 环节办结日 − 环节开启日（自然日，按北京时间计；撤回的不计入），归入办结年度；中位数与 90 分位数按最近秩法取自全部办结环节，不抽样。';
export const AGE_DEFINITION = '等待天数 = 今天 − 环节开启日（自然日）；逾期 = 今天晚于办理期限。';

export const work = z.object({
  year: count,
  asOf: day,
  /** Open stages of the year's claims. */
  stages: z.array(
    z.object({
      stage: codeOf(STAGE_KINDS),
      label: z.string(),
      waiting: count,
      overdue: count,
      ages: z.array(z.object({ label: z.string(), waiting: count })),
    }),
  ),
  /** Claims that wait for their declarant's correction. */
  corrections: count,
  turnAround: z.array(
    z.object({
      stage: codeOf(STAGE_KINDS),
      label: z.string(),
      settled: count,
      medianDays: count.nullable(),
      p90Days: count.nullable(),
    }),
  ),
});
export type Work = z.infer<typeof work>;

/** What the caller may choose from. */
export const choices = z.object({
  years: z.array(count),
  regions: z.array(
    z.object({ code: z.string(), name: z.string(), level: codeOf(LEVELS), parentCode: z.string().nullable() }),
  ),
  industries: z.array(z.object({ code: z.string(), name: z.string() })),
});
export type Choices = z.infer<typeof choices>;

export const peopleOfPlace = z.object({
  items: z.array(
    z.object({
      personId: id,
      name: z.string(),
      title: z.string().nullable(),
      employerId: organisationId,
      employerName: z.string(),
      regionName: z.string(),
      standing: codeOf(YEAR_STANDINGS),
      standingLabel: z.string(),
      publicHundredths: count,
      professionalHundredths: count,
    }),
  ),
  next: z.string().nullable(),
});
export type PeopleOfPlace = z.infer<typeof peopleOfPlace>;

export const claimsOfPlace = z.object({
  items: z.array(
    z.object({
      id,
      number: count,
      form: codeOf(FORMS),
      formLabel: z.string(),
      title: z.string(),
      state: codeOf(CLAIM_STATES),
      stateLabel: z.string(),
      declarantName: z.string(),
      employerName: z.string(),
      claimedHundredths: count,
      submittedAt: instant,
    }),
  ),
  next: z.string().nullable(),
});
export type ClaimsOfPlace = z.infer<typeof claimsOfPlace>;

export const statisticsRoutes = {
  statistics: {
    method: 'GET',
    path: '/statistics/overview',
    summary: '统计总览：人数、完成率、学时、形式与内容，按地区、行业、层级或单位分组',
    access: 'signed-in',
    query: overviewQuery,
    response: overview,
    status: 200,
  },
  statisticsWork: {
    method: 'GET',
    path: '/statistics/work',
    summary: '办理情况：积压、等待天数与办理天数',
    access: 'signed-in',
    query: placeQuery,
    response: work,
    status: 200,
  },
  statisticsChoices: {
    method: 'GET',
    path: '/statistics/choices',
    summary: '统计范围内可选的年度、地区与行业',
    access: 'signed-in',
    response: choices,
    status: 200,
  },
  statisticsPeople: {
    method: 'GET',
    path: '/statistics/people',
    summary: '统计范围内的人员名单',
    access: 'signed-in',
    query: peopleQuery,
    response: peopleOfPlace,
    status: 200,
  },
  statisticsClaims: {
    method: 'GET',
    path: '/statistics/claims',
    summary: '统计范围内的申报清单',
    access: 'signed-in',
    query: claimsOfPlaceQuery,
    response: claimsOfPlace,
    status: 200,
  },
  statisticsExport: {
    method: 'GET',
    path: '/statistics/export',
    summary: '统计表、人员名单（xlsx、csv）与年度报表（xlsx、pdf）',
    access: 'signed-in',
    query: exportQuery,
    status: 200,
    file: true,
  },
} as const;
