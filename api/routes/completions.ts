import type { FastifyInstance } from 'fastify';
import { registerCompletions } from '../../db/acts/completions.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** What the provincial platform reports. */
export function completionRoutes(app: FastifyInstance, { db, config }: Deps): void {
  serve(app, 'registerCompletions', async ({ machine, body }) =>
    given(await registerCompletions(db, machine, body.completions, { secret: config.personKeySecret, today: today() })),
  );
}
