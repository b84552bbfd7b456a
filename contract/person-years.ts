import { z } from 'zod';
import type { Route } from './routes.ts';
import { id } from './values.ts';
import { year, yearParams } from './years.ts';

/** Somebody's year, as those who oversee or review them see it: the same hours and the same sentences as their own page. */
export const personYear = year.extend({
  person: z.object({ id, name: z.string(), idNumberMasked: z.string(), employerName: z.string().nullable() }),
  /** Whether the reader may take a recognition back (Art. 20). */
  mayRevoke: z.boolean(),
});
export type PersonYear = z.infer<typeof personYear>;

export const personYearRoutes = {
  personYear: {
    method: 'GET',
    path: '/people/:id/years/:year',
    summary: '他人的学年：合计、缺口与每一学时的依据（查询留痕）',
    access: 'signed-in',
    params: yearParams.extend({ id }),
    response: personYear,
    status: 200,
  },
} as const satisfies Record<string, Route>;
