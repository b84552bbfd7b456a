import type { FastifyInstance } from 'fastify';
import { startYearClose } from '../../db/acts/year-close.ts';
import { readYearClose, readYearCloses } from '../../db/read/year-close.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { serve } from '../serve.ts';

/** The closing of years: where each is, and starting one by hand. */
export function yearCloseRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'yearCloses', ({ scope }) => readYearCloses(db, scope, today()));
  serve(app, 'yearClose', ({ scope, params }) => readYearClose(db, scope, { year: params.year, today: today() }));
  serve(app, 'startYearClose', async ({ scope, params }) => {
    const of = { year: params.year, today: today() };
    const started = await startYearClose(db, scope, of);
    return started.ok ? readYearClose(db, scope, of) : started;
  });
}
