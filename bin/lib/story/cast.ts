import { sql } from 'kysely';
import type { Caller } from '../../../db/acts/caller.ts';
import type { Db } from '../../../db/connect.ts';
import { STORY_HOSPITAL_ID } from '../../../db/demo/organisations.ts';
import type { Role } from '../../../rules/vocabulary.ts';

/** Who acts in a story: people of the demo province, as the API would know them. */

type Person = Caller & { name: string };

/** The hospital's people who hold no office and have no deferral, as many as asked for. */
export async function doctors(db: Db, count: number): Promise<Person[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select p.id, p.name from affiliation a join person p on p.id = a.person_id
    where a.employer_id = ${STORY_HOSPITAL_ID} and a.until_on is null and a.archive_agency_id is null
      and not exists (select from role_holding h where h.person_id = p.id)
      and not exists (select from deferral d where d.person_id = p.id)
    order by p.id limit ${count}`.execute(db);
  if (rows.length < count) throw new Error(`the demo hospital has only ${rows.length} people for the story`);
  return rows.map(({ id, name }) => ({ personId: id, name, holdings: [], requestId: 'story' }));
}

/** Somebody who holds the role at the organisation; with `appoint`, whoever is given gets it now. */
export async function officer(db: Db, organisationId: string, role: Role): Promise<Person> {
  const { rows } = await sql<{ id: string; name: string }>`
    select p.id, p.name from role_holding h join person p on p.id = h.person_id
    where h.organisation_id = ${organisationId} and h.role = ${role} and h.until_on is null order by p.id limit 1`.execute(
    db,
  );
  const [row] = rows;
  if (!row) throw new Error(`the demo has no ${role} at ${organisationId}`);
  return { personId: row.id, name: row.name, holdings: [{ organisationId, role }], requestId: 'story' };
}

/** The person, holding the role from a day on. */
export async function appoint(
  db: Db,
  person: Person,
  { organisationId, role, from }: { organisationId: string; role: Role; from: string },
): Promise<Person> {
  await db
    .insertInto('role_holding')
    .values({ person_id: person.personId, organisation_id: organisationId, role, from_on: from, until_on: null })
    .execute();
  return { ...person, holdings: [...person.holdings, { organisationId, role }] };
}
