import type { FastifyInstance } from 'fastify';
import { concludeMisconduct, recordMisconduct, referMisconduct } from '../../db/acts/misconducts.ts';
import { findStaffedBodies, readMisconducts } from '../../db/read/misconducts.ts';
import type { Deps } from '../deps.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** Staff misconduct (Art. 23), for supervisors alone. */
export function misconductRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'misconducts', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readMisconducts(db, scope, { ...query, after }));
  });
  serve(app, 'staffedBodies', async ({ scope, query }) =>
    given({ items: await findStaffedBodies(db, scope, query.q) }),
  );
  serve(app, 'recordMisconduct', ({ scope, body, headers }) =>
    recordMisconduct(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'referMisconduct', ({ scope, params }) => referMisconduct(db, scope, params.id));
  serve(app, 'concludeMisconduct', ({ scope, params, body }) =>
    concludeMisconduct(db, scope, { ...body, id: params.id }),
  );
}
