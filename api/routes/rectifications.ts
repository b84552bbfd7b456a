import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import {
  acceptRectification,
  attachToRectification,
  extendRectification,
  orderRectification,
  reportRectification,
  returnRectification,
  withdrawRectification,
} from '../../db/acts/rectifications.ts';
import {
  findRectifiable,
  readRectification,
  readRectifications,
  rectificationFile,
} from '../../db/read/rectifications.ts';
import type { Deps } from '../deps.ts';
import { fileAnswer, takeUpload } from '../evidence/transfer.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** Rectification orders (责令限期改正, Art. 22): ordered by an authority, reported by the body, accepted. */
export function rectificationRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'orderRectification', ({ scope, body, headers }) =>
    orderRectification(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'rectifiable', async ({ scope, query }) => given({ items: await findRectifiable(db, scope, query.q) }));
  serve(app, 'rectifications', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false
      ? refused(BAD_CURSOR)
      : given(await readRectifications(db, scope, { ...query, after }, today()));
  });
  serve(app, 'rectification', async ({ scope, params }) => {
    const order = await readRectification(db, scope, params.id, today());
    return order ? given(order) : refused(NO_ORDER);
  });
  serve(app, 'reportRectification', ({ scope, params, body }) =>
    reportRectification(db, scope, { ...body, id: params.id }),
  );
  serve(app, 'acceptRectification', ({ scope, params, body }) =>
    acceptRectification(db, scope, { ...body, id: params.id }),
  );
  serve(app, 'returnRectification', ({ scope, params, body }) =>
    returnRectification(db, scope, { ...body, id: params.id }),
  );
  serve(app, 'extendRectification', ({ scope, params, body }) =>
    extendRectification(db, scope, { ...body, id: params.id }),
  );
  serve(app, 'withdrawRectification', ({ scope, params, body }) =>
    withdrawRectification(db, scope, { ...body, id: params.id }),
  );
  fileRoutes(app, deps);
}

function fileRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'addRectificationFile', ({ scope, params, request }) =>
    takeUpload(deps, request, async (file) => {
      const attached = await attachToRectification(db, scope, { ...file, id: params.id });
      if (!attached.ok) return attached;
      const order = await readRectification(db, scope, params.id, today());
      const kept = order?.files.find((f) => f.id === attached.value.id);
      return kept ? given(kept) : refused(NO_ORDER);
    }),
  );
  serve(app, 'rectificationFile', async ({ scope, params, request, reply }) => {
    const file = await rectificationFile(db, scope, params);
    return file ? fileAnswer(deps, request, reply, file) : refused(NO_ORDER);
  });
}

const NO_ORDER: Refusal = {
  code: 'not-found',
  detail: '没有找到这份责令整改。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};
