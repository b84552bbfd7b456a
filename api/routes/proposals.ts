import type { FastifyInstance } from 'fastify';
import { confirmProposal, objectToProposal } from '../../db/acts/proposals.ts';
import { readProposals } from '../../db/read/proposals.ts';
import type { Deps } from '../deps.ts';
import { given, serve } from '../serve.ts';

/** 单位代报: what a person's unit proposed for them. */
export function proposalRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'myProposals', async ({ scope }) => given({ items: await readProposals(db, scope.personId) }));
  serve(app, 'confirmProposal', ({ scope, params, body, headers }) =>
    confirmProposal(db, scope, { proposalId: params.id, ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'objectToProposal', ({ scope, params, body }) =>
    objectToProposal(db, scope, { proposalId: params.id, reason: body.reason }),
  );
}
