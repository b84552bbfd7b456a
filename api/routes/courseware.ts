import type { FastifyInstance } from 'fastify';
import { createCourseware, saveCourseware } from '../../db/acts/courseware.ts';
import { coursewareOf, listCourseware } from '../../db/read/courseware.ts';
import type { Deps } from '../deps.ts';
import { given, serve } from '../serve.ts';

/** The public-subject courseware catalogue: open to everybody, kept by the provincial HRSS. */
export function coursewareRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'coursewares', async ({ query }) => given(await listCourseware(db, query)));
  serve(app, 'myCourseware', async ({ scope }) => given({ items: await coursewareOf(db, scope.personId) }));
  serve(app, 'createCourseware', ({ scope, body, headers }) =>
    createCourseware(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'saveCourseware', ({ scope, params, body }) => saveCourseware(db, scope, { ...params, ...body }));
}
