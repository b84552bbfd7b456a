import { z } from 'zod';
import type { Verdict } from '../rules/vocabulary.ts';
import { VERDICTS } from '../rules/vocabulary.ts';
import type { Route } from './routes.ts';
import { codeOf, day, instant } from './values.ts';
import { yearParams } from './years.ts';

/** How far a closing is: the shape that activities, the workflow's query and the page share. */
export type CloseProgress = {
  year: number;
  state: 'running' | 'closed';
  peopleTotal: number | null;
  peopleDone: number;
  openClaims: number;
  verdicts: Partial<Record<Verdict, number>>;
};

export const CLOSE_STATES = {
  'not-due': '申报期内',
  due: '待结算',
  running: '结算中',
  closed: '已结算',
} as const;

export const yearClose = z.object({
  year: z.number().int(),
  state: codeOf(CLOSE_STATES),
  stateLabel: z.string(),
  /** The last day on which claims for the year are taken. */
  claimsCloseOn: day,
  /** The day the verdicts stand on; null before it begins. */
  asOf: day.nullable(),
  ruleVersion: z.string().nullable(),
  startedAt: instant.nullable(),
  /** Who started it by hand; null for the schedule. */
  startedByName: z.string().nullable(),
  finishedAt: instant.nullable(),
  peopleTotal: z.number().int().nullable(),
  peopleDone: z.number().int(),
  /** People with claims still on their way at the close. */
  openClaims: z.number().int(),
  verdicts: z.array(z.object({ verdict: codeOf(VERDICTS), label: z.string(), people: z.number().int() })),
});
export type YearClose = z.infer<typeof yearClose>;

export const yearCloseRoutes = {
  yearCloses: {
    method: 'GET',
    path: '/admin/year-close',
    summary: '各年度的结算（省人社厅管理员）',
    access: 'signed-in',
    response: z.object({ items: z.array(yearClose) }),
    status: 200,
  },
  yearClose: {
    method: 'GET',
    path: '/admin/year-close/:year',
    summary: '一个年度的结算进度',
    access: 'signed-in',
    params: yearParams,
    response: yearClose,
    status: 200,
  },
  startYearClose: {
    method: 'POST',
    path: '/admin/year-close/:year',
    summary: '手工启动年度结算；已启动或已结算的不重复',
    access: 'signed-in',
    params: yearParams,
    response: yearClose,
    status: 200,
  },
} as const satisfies Record<string, Route>;
