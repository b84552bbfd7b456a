import { z } from 'zod';
import { SUBJECTS } from '../rules/vocabulary.ts';
import { idempotencyHeaders, idParams } from './claims.ts';
import { yearStanding } from './explained.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant } from './values.ts';
import { yearParams } from './years.ts';

/** Platform courses as make-up study (补学): which of them the person may count, or has counted, for a deferred year (Art. 17). */

const course = z.object({
  completionId: id,
  title: z.string(),
  subject: codeOf(SUBJECTS),
  hundredths: z.number().int(),
  completedOn: day,
});

export const makeUp = z.object({
  /** The deferred year. */
  year: z.number().int(),
  /** Its granted deferral's last day; null when there is none. */
  until: day.nullable(),
  /** Courses of the year after, completed within the deferral. */
  courses: z.array(
    course.extend({
      /** When the person counted it for the deferred year; null when it counts in its own. */
      assignedAt: instant.nullable(),
      /** Why it cannot be chosen, in words; null when it can. */
      barred: z.string().nullable(),
    }),
  ),
});
export type MakeUp = z.infer<typeof makeUp>;

const change = z.object({ before: yearStanding, after: yearStanding });

/** What both years become. Nothing is written. */
export const makeUpPreview = course.extend({
  /** The deferred year. */
  deferred: change,
  /** The year the course was completed in. */
  own: change,
});
export type MakeUpPreview = z.infer<typeof makeUpPreview>;

export const makeUpDone = z.object({ completionId: id, year: z.number().int(), assignedAt: instant });
export type MakeUpDone = z.infer<typeof makeUpDone>;

export const makeUpRoutes = {
  makeUp: {
    method: 'GET',
    path: '/me/years/:year/make-up',
    summary: '被顺延年度可以选定补学的平台课程（第十七条）',
    access: 'signed-in',
    params: yearParams,
    response: makeUp,
    status: 200,
  },
  previewMakeUp: {
    method: 'GET',
    path: '/me/completions/:id/make-up',
    summary: '选定补学的试算：两个年度各变成多少，不写入',
    access: 'signed-in',
    params: idParams,
    response: makeUpPreview,
    status: 200,
  },
  assignMakeUp: {
    method: 'POST',
    path: '/me/completions/:id/make-up',
    summary: '把一门平台课程计入被顺延的年度，只能选定一次',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    response: makeUpDone,
    status: 200,
  },
} as const satisfies Record<string, Route>;
