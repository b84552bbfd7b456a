import type { FastifyInstance } from 'fastify';
import { remindPeople } from '../../db/acts/reminders.ts';
import { WITH_PEOPLE, whyNotManager } from '../../db/acts/units.ts';
import { readUnitPeople } from '../../db/read/unit-people.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** A unit's people (Arts. 6, 10): their years, and reminders. */
export function unitPeopleRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'unitPeople', async ({ scope, params, query }) => {
    const barred = await whyNotManager(db, scope, params.id, WITH_PEOPLE);
    return barred ?? given(await readUnitPeople(db, { ...query, organisationId: params.id }, today()));
  });
  serve(app, 'remindPeople', ({ scope, params, body }) =>
    remindPeople(db, scope, { ...body, organisationId: params.id }),
  );
}
