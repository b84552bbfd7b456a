import type { FastifyInstance } from 'fastify';
import { endRole, grantRole } from '../../db/acts/roles.ts';
import { readRoles } from '../../db/read/roles.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { serve } from '../serve.ts';

/** Roles of an organisation, from a day until a day. */
export function roleRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'roles', ({ scope, params }) => readRoles(db, scope, params.id, today()));
  serve(app, 'grantRole', ({ scope, params, body }) =>
    grantRole(db, scope, { ...body, organisationId: params.id, today: today() }),
  );
  serve(app, 'endRole', ({ scope, params, body }) =>
    endRole(db, scope, { organisationId: params.id, holdingId: params.holdingId, ...body, today: today() }),
  );
}
