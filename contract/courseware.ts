import { z } from 'zod';
import { idempotencyHeaders } from './claims.ts';
import { catalogueQuery, courseParams } from './courses.ts';
import type { Route } from './routes.ts';
import { catalogueCode, counted, day, hundredths, shortText } from './values.ts';

/** The public-subject courseware that HRSS selected (公需科目课件目录), each with its lecturers (授课教师; Art. 11(4)). */
const fields = {
  title: shortText,
  /** The courseware's own hours; its lecturers are recognised six times as many. */
  hundredths,
  /** The day it entered the catalogue: the lecturers' hours belong to that year (D-5). */
  enteredOn: day,
  withdrawnOn: day.nullable(),
};
/** Lecturers are named by ID number when they are entered; the number is never given out again. */
const lecturers = z
  .array(z.strictObject({ name: shortText, idNumber: z.string().regex(/^[0-9]{17}[0-9X]$/, '身份证号应为 18 位') }))
  .min(1, '至少一名授课教师')
  .max(20, '最多 20 名');
const inOrder = (c: { enteredOn: string; withdrawnOn: string | null }): boolean =>
  c.withdrawnOn === null || c.withdrawnOn >= c.enteredOn;
const ORDER = { message: '移出日期不得早于纳入日期', path: ['withdrawnOn'] };

export const newCourseware = z.strictObject({ code: catalogueCode, ...fields, lecturers }).refine(inOrder, ORDER);
export type NewCourseware = z.infer<typeof newCourseware>;
/** Without `lecturers` they stay as they are. */
export const changedCourseware = z
  .strictObject({ ...fields, lecturers: lecturers.optional(), revision: counted })
  .refine(inOrder, ORDER);
export type ChangedCourseware = z.infer<typeof changedCourseware>;

export const courseware = z.object({
  code: z.string(),
  ...fields,
  lecturerNames: z.array(z.string()),
  revision: z.number().int(),
});
export type Courseware = z.infer<typeof courseware>;
export const coursewares = z.object({ items: z.array(courseware), next: z.string().nullable() });

export const coursewareRoutes = {
  coursewares: {
    method: 'GET',
    path: '/courseware',
    summary: '公需科目课件目录（公开）',
    access: 'anyone',
    query: catalogueQuery,
    response: coursewares,
    status: 200,
  },
  myCourseware: {
    method: 'GET',
    path: '/me/courseware',
    summary: '本人授课的公需科目课件，申报时从中选择',
    access: 'signed-in',
    response: z.object({ items: z.array(courseware) }),
    status: 200,
  },
  createCourseware: {
    method: 'POST',
    path: '/courseware',
    summary: '课件目录新增',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newCourseware,
    response: courseware,
    status: 201,
  },
  saveCourseware: {
    method: 'PATCH',
    path: '/courseware/:code',
    summary: '课件目录修改',
    access: 'signed-in',
    params: courseParams,
    body: changedCourseware,
    response: courseware,
    status: 200,
  },
} as const satisfies Record<string, Route>;
