import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import { decideReconsideration, requestReconsideration } from '../../db/acts/reconsiderations.ts';
import { seeForReconsideration } from '../../db/acts/seen.ts';
import { readReconsideration, readReconsiderations } from '../../db/read/reconsiderations.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** Reviews of rejections (复核): asked for by the declarant, decided by the next higher body. */
export function reconsiderationRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'requestReconsideration', ({ scope, params, body, headers }) =>
    requestReconsideration(db, scope, { claimId: params.id, ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'reconsiderations', async ({ scope, query }) => {
    const after = readCursor(query.after, query.box === 'todo' ? 'day' : 'instant');
    return after === false
      ? refused(BAD_CURSOR)
      : given(await readReconsiderations(db, scope, { ...query, after }, today()));
  });
  serve(app, 'reconsideration', async ({ scope, params }) => {
    const review = await readReconsideration(db, scope, params.id, today());
    return review ? given(review) : refused(NO_REVIEW);
  });
  serve(app, 'seeForReconsideration', ({ scope, params, body }) =>
    seeForReconsideration(db, scope, { reviewId: params.id, evidenceIds: body.evidenceIds }),
  );
  serve(app, 'decideReconsideration', ({ scope, params, body }) =>
    decideReconsideration(db, scope, { ...body, id: params.id }),
  );
}

const NO_REVIEW: Refusal = {
  code: 'not-found',
  detail: '没有找到这份复核。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};
