import type { FastifyInstance } from 'fastify';
import { readOverview } from '../../db/read/overview.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** 总览: what waits for whoever asks. */
export function overviewRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'overview', async ({ scope }) => given(await readOverview(db, scope, today())));
}
