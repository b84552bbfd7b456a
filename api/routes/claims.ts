import type { FastifyInstance } from 'fastify';
import type { Declared } from '../../contract/declarations.ts';
import type { Written } from '../../contract/drafts.ts';
import type { Refusal } from '../../contract/problems.ts';
import { type Content, createDraft, discardDraft, saveDraft } from '../../db/acts/drafts.ts';
import { resubmitClaim, submitClaim } from '../../db/acts/submit.ts';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import { readClaim } from '../../db/read/claim.ts';
import { myClaims } from '../../db/read/claims.ts';
import { type Cursor, decodeCursor } from '../../db/read/cursor.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';

/** A declarant's claims: drafts, submission, withdrawal, and the claim's story. */
export function claimRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'myClaims', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await myClaims(db, scope.personId, { ...query, after }));
  });
  serve(app, 'createClaim', ({ scope, body, headers }) =>
    createDraft(db, scope, { ...contentOf(body), requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'claim', async ({ scope, params, reply }) => {
    const claim = await readClaim(db, scope, params.id, today());
    if (!claim) return refused(NO_CLAIM);
    void reply.header('etag', `"${claim.revision}"`);
    return given(claim);
  });
  serve(app, 'saveClaim', ({ scope, params, body }) =>
    saveDraft(db, scope, { ...contentOf(body), claimId: params.id, revision: body.revision }),
  );
  discardRoute(app, deps);
  serve(app, 'submitClaim', ({ scope, params, body, headers }) =>
    submitClaim(db, scope, { claimId: params.id, ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'resubmitClaim', ({ scope, params, body, headers }) =>
    resubmitClaim(db, scope, { claimId: params.id, ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'withdrawClaim', ({ scope, params, headers }) =>
    withdrawClaim(db, scope, { claimId: params.id, requestKey: headers['idempotency-key'] }),
  );
}

/** The schema lets one of the two through. */
function contentOf({ declared, written }: { declared?: Declared | undefined; written?: Written | undefined }): Content {
  if (declared !== undefined) return { declared };
  if (written !== undefined) return { written };
  throw new Error('a draft without content passed its schema');
}

function discardRoute(app: FastifyInstance, { db, evidence }: Deps): void {
  serve(app, 'discardClaim', async ({ scope, params, request }) => {
    const discarded = await discardDraft(db, scope, params.id);
    if (!discarded.ok) return discarded;
    // The rows are gone: a file that cannot be removed is a leftover for the log, not a failed request.
    const removals = await Promise.allSettled(discarded.value.storageKeys.map((key) => evidence.remove(key)));
    const left = removals.filter((r) => r.status === 'rejected').length;
    if (left > 0) request.log.warn({ claimId: params.id, left }, 'files of a discarded draft could not be removed');
    return given({ id: discarded.value.id });
  });
}

export const NO_CLAIM: Refusal = {
  code: 'not-found',
  detail: '没有找到这份申报。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};

export const BAD_CURSOR: Refusal = {
  code: 'invalid-input',
  detail: '分页位置无效。',
  fix: '请回到第一页重新翻页。',
  fields: [{ path: 'after', message: '分页位置无效' }],
};

/** The place a page begins; null at the first, false for a text no page has given out. */
export function readCursor(after: string | undefined, kind: 'day' | 'instant'): Cursor | null | false {
  return after === undefined ? null : (decodeCursor(after, kind) ?? false);
}
