import type { FastifyInstance } from 'fastify';
import { assignMakeUp } from '../../db/acts/make-up.ts';
import { previewMakeUp, readMakeUp } from '../../db/read/make-up.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** Platform courses counted for a deferred year (补学, Art. 17), by the person alone. */
export function makeUpRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'makeUp', async ({ scope: { personId }, params: { year } }) =>
    given(await readMakeUp(db, { personId, year, today: today() })),
  );
  serve(app, 'previewMakeUp', ({ scope: { personId }, params }) =>
    previewMakeUp(db, { personId, completionId: params.id, today: today() }),
  );
  serve(app, 'assignMakeUp', ({ scope, params, headers }) =>
    assignMakeUp(db, scope, { completionId: params.id, requestKey: headers['idempotency-key'] }),
  );
}
