import type { FastifyInstance } from 'fastify';
import { revokeClaim, revokeCompletion } from '../../db/acts/revoke.ts';
import type { Deps } from '../deps.ts';
import { serve } from '../serve.ts';

/** Recognitions taken back by the authorities that supervise them (Art. 20). */
export function revocationRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'revokeClaim', ({ scope, params, body, headers }) =>
    revokeClaim(db, scope, { claimId: params.id, ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'revokeCompletion', ({ scope, params, body, headers }) =>
    revokeCompletion(db, scope, { completionId: params.id, ...body, requestKey: headers['idempotency-key'] }),
  );
}
