import type { FastifyInstance } from 'fastify';
import { endMachine, issueMachine } from '../../db/acts/machines.ts';
import { readMachines } from '../../db/read/machines.ts';
import type { Deps } from '../deps.ts';
import { hashOf, newToken, today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** The credentials of other systems. The secret is made here and leaves in the answer; only its hash is kept. */
export function machineRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'machines', ({ scope }) => readMachines(db, scope, today()));
  serve(app, 'issueMachine', async ({ scope, body, headers }) => {
    const secret = newToken();
    const requestKey = headers['idempotency-key'];
    const issued = await issueMachine(db, scope, { ...body, secretHash: hashOf(secret), today: today(), requestKey });
    return issued.ok ? given({ id: issued.value.id, token: `${issued.value.id}.${secret}` }) : issued;
  });
  serve(app, 'endMachine', ({ scope, params }) => endMachine(db, scope, params.id));
}
