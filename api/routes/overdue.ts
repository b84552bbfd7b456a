import type { FastifyInstance } from 'fastify';
import { nudge } from '../../db/acts/nudge.ts';
import { urge } from '../../db/acts/urge.ts';
import { readEscalations } from '../../db/read/escalations.ts';
import { readStuck } from '../../db/read/stuck.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** Late reviews: 催办, 督办, 滞留. */
export function overdueRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'nudgeClaim', ({ scope, params, headers }) =>
    nudge(db, scope, { claimId: params.id, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'escalations', async ({ scope, query }) => {
    const after = readCursor(query.after, 'day');
    return after === false
      ? refused(BAD_CURSOR)
      : given(await readEscalations(db, scope, { ...query, after, today: today() }));
  });
  serve(app, 'urge', ({ scope, params, headers, body }) =>
    urge(db, scope, { id: params.id, note: body.note, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'stuckStages', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false
      ? refused(BAD_CURSOR)
      : given(await readStuck(db, scope, { ...query, after, today: today() }));
  });
}
