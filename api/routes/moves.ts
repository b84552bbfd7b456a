import type { FastifyInstance } from 'fastify';
import { answerMove, requestMove, requestOwnMove, withdrawMove } from '../../db/acts/moves.ts';
import { readMoves, readMyMoves } from '../../db/read/moves.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** Moves between units, with the words of both sides. */
export function moveRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'moves', ({ scope, params }) => readMoves(db, scope, params.id, today()));
  serve(app, 'requestMove', ({ scope, params, body, headers }) =>
    requestMove(db, scope, {
      ...body,
      organisationId: params.id,
      requestKey: headers['idempotency-key'],
      today: today(),
    }),
  );
  serve(app, 'myMoves', async ({ scope }) => given(await readMyMoves(db, scope, today())));
  serve(app, 'requestOwnMove', ({ scope, body, headers }) =>
    requestOwnMove(db, scope, { ...body, requestKey: headers['idempotency-key'], today: today() }),
  );
  serve(app, 'answerMove', ({ scope, params, body }) =>
    answerMove(db, scope, { ...body, id: params.id, today: today() }),
  );
  serve(app, 'withdrawMove', ({ scope, params }) => withdrawMove(db, scope, params.id, today()));
}
