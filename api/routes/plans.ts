import type { FastifyInstance } from 'fastify';
import { addPlanned, removePlanned, savePlanned } from '../../db/acts/plans.ts';
import { WITH_PLANS, whyNotManager } from '../../db/acts/units.ts';
import { readPlan } from '../../db/read/plans.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** A unit's annual plan (Art. 10). */
export function planRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'plan', async ({ scope, params, query }) => {
    const barred = await whyNotManager(db, scope, params.id, WITH_PLANS);
    return barred ?? given(await readPlan(db, { organisationId: params.id, year: query.year }, today()));
  });
  serve(app, 'addPlanned', ({ scope, params, body, headers }) =>
    addPlanned(db, scope, { ...body, organisationId: params.id, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'savePlanned', ({ scope, params, body }) =>
    savePlanned(db, scope, { ...body, organisationId: params.id, plannedId: params.plannedId }),
  );
  serve(app, 'removePlanned', ({ scope, params }) =>
    removePlanned(db, scope, { organisationId: params.id, plannedId: params.plannedId }),
  );
}
