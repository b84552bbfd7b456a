import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import {
  attachProof,
  decideDeferral,
  requestDeferral,
  revokeDeferral,
  shortenDeferral,
  withdrawDeferral,
} from '../../db/acts/deferrals.ts';
import { endTitleExtension, extendTitle } from '../../db/acts/title-extensions.ts';
import { deferralProof, readDeferral, readDeferrals } from '../../db/read/deferrals.ts';
import type { Deps } from '../deps.ts';
import { fileAnswer, takeUpload } from '../evidence/transfer.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** Deferrals (顺延, Art. 17): applied for, decided by the employer, overseen by the HRSS authority. */
export function deferralRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'requestDeferral', ({ scope, body, headers }) =>
    requestDeferral(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'deferrals', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readDeferrals(db, scope, { ...query, after }, today()));
  });
  serve(app, 'deferral', async ({ scope, params }) => {
    const deferral = await readDeferral(db, scope, params.id, today());
    return deferral ? given(deferral) : refused(NO_DEFERRAL);
  });
  serve(app, 'decideDeferral', ({ scope, params, body }) => decideDeferral(db, scope, { ...body, id: params.id }));
  serve(app, 'shortenDeferral', ({ scope, params, body }) => shortenDeferral(db, scope, { ...body, id: params.id }));
  serve(app, 'revokeDeferral', ({ scope, params, body }) => revokeDeferral(db, scope, { ...body, id: params.id }));
  serve(app, 'withdrawDeferral', ({ scope, params }) => withdrawDeferral(db, scope, params.id));
  serve(app, 'extendTitle', ({ scope, params, body }) => extendTitle(db, scope, { ...body, id: params.id }));
  serve(app, 'endTitleExtension', ({ scope, params, body }) =>
    endTitleExtension(db, scope, { ...body, id: params.id }),
  );
  proofRoutes(app, deps);
}

function proofRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'uploadDeferralProof', ({ scope, params, request }) =>
    takeUpload(deps, request, async (file) => {
      const attached = await attachProof(db, scope, { ...file, id: params.id });
      if (!attached.ok) return attached;
      const detail = await readDeferral(db, scope, params.id, today());
      const proof = detail?.proofs.find((p) => p.id === attached.value.id);
      return proof ? given(proof) : refused(NO_DEFERRAL);
    }),
  );
  serve(app, 'deferralProof', async ({ scope, params, request, reply }) => {
    const file = await deferralProof(db, scope, params);
    return file ? fileAnswer(deps, request, reply, file) : refused(NO_DEFERRAL);
  });
}

const NO_DEFERRAL: Refusal = {
  code: 'not-found',
  detail: '没有找到这份顺延。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};
