import type { FastifyInstance } from 'fastify';
import { confirmMerge, proposeMerge, undoMerge, withdrawMerge } from '../../db/acts/merges.ts';
import { previewMerge, readMergeEffects, readMerges } from '../../db/read/merges.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { serve } from '../serve.ts';

/** People registered twice, by two administrators of the province. */
export function mergeRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'merges', ({ scope }) => readMerges(db, scope, today()));
  serve(app, 'previewMerge', ({ scope, body }) => previewMerge(db, scope, { ...body, today: today() }));
  serve(app, 'mergeEffects', ({ scope, params }) => readMergeEffects(db, scope, { ...params, today: today() }));
  serve(app, 'proposeMerge', ({ scope, body, headers }) =>
    proposeMerge(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'confirmMerge', ({ scope, params }) => confirmMerge(db, scope, { ...params, today: today() }));
  serve(app, 'undoMerge', ({ scope, params, body }) => undoMerge(db, scope, { ...params, ...body }));
  serve(app, 'withdrawMerge', ({ scope, params }) => withdrawMerge(db, scope, params.id));
}
