import { hash } from '@node-rs/argon2';
import type { FastifyInstance } from 'fastify';
import { changeAffiliation, registerPerson, resetPassword } from '../../db/acts/people.ts';
import { readCareer, readStaff } from '../../db/read/people.ts';
import type { Deps } from '../deps.ts';
import { newOneTimePassword, newUsername } from '../one-time.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** People of an organisation. One-time passwords are made here and leave in the answer; only their hash is kept. */
export function peopleRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'staff', ({ scope, params, query }) =>
    readStaff(db, scope, { ...query, organisationId: params.id, today: today() }),
  );
  serve(app, 'registerPerson', async ({ scope, params, body, headers }) => {
    const oneTimePassword = newOneTimePassword();
    const done = await registerPerson(db, scope, {
      organisationId: params.id,
      person: body,
      username: newUsername(),
      passwordHash: await hash(oneTimePassword),
      requestKey: headers['idempotency-key'],
      today: today(),
    });
    return done.ok ? given({ ...done.value, oneTimePassword }) : done;
  });
  serve(app, 'resetPassword', async ({ scope, params }) => {
    const oneTimePassword = newOneTimePassword();
    const passwordHash = await hash(oneTimePassword);
    const of = { organisationId: params.id, personId: params.personId, today: today() };
    const done = await resetPassword(db, scope, { ...of, username: newUsername(), passwordHash });
    return done.ok ? given({ ...done.value, oneTimePassword }) : done;
  });
  serve(app, 'changeAffiliation', ({ scope, params, body }) =>
    changeAffiliation(db, scope, { organisationId: params.id, personId: params.personId, ...body, today: today() }),
  );
  serve(app, 'career', async ({ scope }) => given(await readCareer(db, scope, today())));
}
