import type { FastifyInstance } from 'fastify';
import { readPreview } from '../../db/read/preview.ts';
import { readYear } from '../../db/read/years.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** A person's own year, and what an activity would make of it. */
export function yearRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'year', async ({ scope, params }) => given(await readYear(db, scope.personId, params.year, today())));
  serve(app, 'preview', async ({ scope, body }) => given(await readPreview(db, scope.personId, body, today())));
}
