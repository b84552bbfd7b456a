import { type RawBuilder, sql } from 'kysely';
import { complaintBody, type SupervisorsThere } from '../rules/complaint.ts';
import { SUPERVISORS } from '../rules/supervision.ts';
import { legalToday } from './clock.ts';
import type { Db } from './connect.ts';
import { superiorOf } from './superiors.ts';

/** Who deals with a complaint (投诉举报, Arts. 20, 23): never whom it is about. */

/** What a complaint is about: a kept one, or one that comes in now. */
export type About = { aboutOrganisationId: string | null; aboutText: string; content: string };

/** A complaint as the row `x` of a statement, for `accuses`. */
const saying = ({ aboutOrganisationId, aboutText, content }: About): RawBuilder<unknown> => sql`(
  select null::uuid as about_person_id, ${aboutOrganisationId}::text as about_organisation_id, ${aboutText}::text as about_text,
    ${content}::text as content) x`;

/** Whether the complaint `alias` names the person `person` in its text. A namesake is taken for the person: better one officer too few. */
const names = (person: string, alias = 'x'): RawBuilder<boolean> =>
  sql<boolean>`position(${sql.ref(`${person}.name`)} in ${sql.ref(`${alias}.about_text`)} || ' ' || ${sql.ref(`${alias}.content`)}) > 0`;

/**
 * Whether the complaint `alias` is about the person: known to be, named in its text, or of the organisation complained about by a role or
 * by their employment.
 */
export const accuses = (personId: RawBuilder<unknown>, alias = 'x'): RawBuilder<boolean> => {
  const of = (column: string) => sql.ref(`${alias}.${column}`);
  return sql<boolean>`(
  ${of('about_person_id')} is not distinct from ${personId}
  or exists (select from person me where me.id = ${personId} and ${names('me', alias)})
  or exists (select from role_holding own where own.person_id = ${personId} and own.organisation_id = ${of('about_organisation_id')}
    and (own.until_on is null or own.until_on > ${legalToday}))
  or exists (select from affiliation own where own.person_id = ${personId} and own.employer_id = ${of('about_organisation_id')}
    and (own.until_on is null or own.until_on > ${legalToday})))`;
};

/** Whether the body has, today, a supervisor whom the complaint `x` does not accuse. @param bodyId an SQL expression */
export const isAttended = (bodyId: RawBuilder<unknown>): RawBuilder<boolean> => sql<boolean>`exists (
  select from role_holding h where h.organisation_id = ${bodyId} and ${supervisesToday} and not ${accuses(sql.ref('h.person_id'))})`;

const supervisesToday = sql`h.role = ${sql.lit(SUPERVISORS)} and h.from_on <= ${legalToday} and (h.until_on is null or h.until_on > ${legalToday})`;

/** Which authority owes the complaint `x` its next step. */
export const OWING = sql<string>`(case x.state when 'received' then x.receiver_id else x.handler_id end)`;

/** The supervisors of a body who may deal with a complaint. */
export async function complaintOfficers(db: Db, complaintId: string, bodyId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct h.person_id as id from complaint x, role_holding h
    where x.id = ${complaintId} and h.organisation_id = ${bodyId} and ${supervisesToday} and not ${accuses(sql.ref('h.person_id'))}`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** Which body takes a complaint in, of the body of the place and those above it (D-48); null where it accuses all of them. */
export async function bodyFrom(db: Db, bodyId: string, about: About): Promise<string | null> {
  const upwards: SupervisorsThere[] = [];
  for (let id: string | null = bodyId; id !== null; id = await superiorOf(db, id))
    if (id !== about.aboutOrganisationId) upwards.push(await supervisorsThere(db, id, about));
  return complaintBody(upwards);
}

/** The same of the bodies above one that has nobody (left) for it. */
export async function bodyAbove(db: Db, bodyId: string, about: About): Promise<string | null> {
  const superior = await superiorOf(db, bodyId);
  return superior === null ? null : bodyFrom(db, superior, about);
}

async function supervisorsThere(db: Db, id: string, about: About): Promise<SupervisorsThere> {
  const { rows } = await sql<Omit<SupervisorsThere, 'id'>>`
    select count(*)::int as there, count(*) filter (where ${names('p')})::int as named,
      count(*) filter (where not ${accuses(sql.ref('p.id'))})::int as free
    from ${saying(about)}, person p
    where p.id in (select h.person_id from role_holding h where h.organisation_id = ${id} and ${supervisesToday})`.execute(
    db,
  );
  return { id, ...(rows[0] ?? { there: 0, named: 0, free: 0 }) };
}
