import type { FastifyInstance } from 'fastify';
import { endLeave, recordLeave } from '../../db/acts/leaves.ts';
import { declareRelation, endRelation } from '../../db/acts/relations.ts';
import { readLeaves, readRelations } from '../../db/read/leaves.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** Leave with a stand-in (请假与代理), and declared family (回避关系). */
export function leaveRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'leaves', async ({ scope }) => given(await readLeaves(db, scope, today())));
  serve(app, 'recordLeave', ({ scope, body, headers }) =>
    recordLeave(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'endLeave', ({ scope, params }) => endLeave(db, scope, params.id));
  serve(app, 'relations', async ({ scope }) => given({ items: await readRelations(db, scope) }));
  serve(app, 'declareRelation', ({ scope, body, headers }) =>
    declareRelation(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'endRelation', ({ scope, params }) => endRelation(db, scope, params.id));
}
