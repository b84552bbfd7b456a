import type { FastifyInstance } from 'fastify';
import { createCourse, saveCourse } from '../../db/acts/courses.ts';
import { listCourses } from '../../db/read/courses.ts';
import type { Deps } from '../deps.ts';
import { given, serve } from '../serve.ts';

/** The platform's course catalogue. */
export function courseRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'courses', async ({ query }) => given(await listCourses(db, query)));
  serve(app, 'createCourse', ({ scope, body, headers }) =>
    createCourse(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'saveCourse', ({ scope, params, body }) => saveCourse(db, scope, { ...params, ...body }));
}
