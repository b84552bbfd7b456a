import { z } from 'zod';
import { SUBJECTS } from '../rules/vocabulary.ts';
import { cursor, idempotencyHeaders, pageLimit } from './claims.ts';
import type { Route } from './routes.ts';
import { catalogueCode, codeOf, counted, day, hundredths, shortText } from './values.ts';

/** The courses of the provincial public service platform with their labelled hours (课件标定学时; Art. 11(2)). */
const fields = {
  title: shortText,
  subject: codeOf(SUBJECTS),
  hundredths,
  /** Completions of these days are registered. */
  fromOn: day,
  untilOn: day.nullable(),
};
const inOrder = (c: { fromOn: string; untilOn: string | null }): boolean => c.untilOn === null || c.untilOn >= c.fromOn;
const ORDER = { message: '截止日期不得早于起始日期', path: ['untilOn'] };

export const newCourse = z.strictObject({ code: catalogueCode, ...fields }).refine(inOrder, ORDER);
export type NewCourse = z.infer<typeof newCourse>;
export const changedCourse = z.strictObject({ ...fields, revision: counted }).refine(inOrder, ORDER);
export type ChangedCourse = z.infer<typeof changedCourse>;
export const course = z.object({ code: z.string(), ...fields, revision: z.number().int() });
export type Course = z.infer<typeof course>;

export const courseParams = z.strictObject({ code: catalogueCode });
export const catalogueQuery = z.strictObject({
  q: z.string().trim().max(60, '不超过 60 字').optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export type CatalogueQuery = z.output<typeof catalogueQuery>;
export const courses = z.object({ items: z.array(course), next: z.string().nullable() });

export const courseRoutes = {
  courses: {
    method: 'GET',
    path: '/platform-courses',
    summary: '公共服务平台课程目录',
    access: 'signed-in',
    query: catalogueQuery,
    response: courses,
    status: 200,
  },
  createCourse: {
    method: 'POST',
    path: '/platform-courses',
    summary: '课程目录新增',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newCourse,
    response: course,
    status: 201,
  },
  saveCourse: {
    method: 'PATCH',
    path: '/platform-courses/:code',
    summary: '课程目录修改（只影响此后登记的学时）',
    access: 'signed-in',
    params: courseParams,
    body: changedCourse,
    response: course,
    status: 200,
  },
} as const satisfies Record<string, Route>;
