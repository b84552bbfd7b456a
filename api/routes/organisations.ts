import type { FastifyInstance } from 'fastify';
import { closeOrganisation, previewClosing } from '../../db/acts/closing.ts';
import { changeOrganisation, registerOrganisation } from '../../db/acts/organisations.ts';
import { findUnits, readOrganisation, readOrganisations, readPlaces } from '../../db/read/organisations.ts';
import { readUnplaced } from '../../db/read/people.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** Organisations: registered, changed from a day on, closed. */
export function organisationRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'organisations', ({ scope, query }) => readOrganisations(db, scope, query));
  serve(app, 'organisation', ({ scope, params }) => readOrganisation(db, scope, params.id, today()));
  serve(app, 'registerOrganisation', ({ scope, body, headers }) =>
    registerOrganisation(db, scope, { ...body, requestKey: headers['idempotency-key'], today: today() }),
  );
  serve(app, 'changeOrganisation', ({ scope, params, body }) =>
    changeOrganisation(db, scope, { ...body, id: params.id, today: today() }),
  );
  serve(app, 'closingPreview', ({ scope, params }) => previewClosing(db, scope, { id: params.id, today: today() }));
  serve(app, 'closeOrganisation', ({ scope, params, body }) =>
    closeOrganisation(db, scope, { ...body, id: params.id, today: today() }),
  );
  serve(app, 'unplacedPeople', ({ scope, params }) => readUnplaced(db, scope, params.id, today()));
  serve(app, 'units', async ({ query }) => given({ items: await findUnits(db, query.q) }));
  serve(app, 'places', async () => given(await readPlaces(db)));
}
