import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { Role } from '../../rules/vocabulary.ts';

/** People with open sessions, by the thousand: the rows that signing in would have left, without a thousand password hashes. */

/** Somebody signed in: the headers that say so. */
export interface SignedIn {
  personId: string;
  headers: Record<string, string>;
}

let numbered = 0;

/** New people with an account and a living session each. */
export async function newPeople(db: Db, name: string, count: number): Promise<SignedIn[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const first = numbered;
  numbered += count;
  await sql`
    insert into person (id, name, id_number, title)
    select id, ${name} || n, '888888' || lpad((${first}::int + n)::text, 11, '0') || 'X', null
    from unnest(${ids}::uuid[]) with ordinality as x(id, n)`.execute(db);
  await sql`
    insert into account (person_id, username, password_hash)
    select id, 'b-' || id, 'none' from unnest(${ids}::uuid[]) as x(id)`.execute(db);
  return signIn(db, ids);
}

/** A session for each of these people. */
export async function signIn(db: Db, personIds: readonly string[]): Promise<SignedIn[]> {
  const tokens = personIds.map(() => randomBytes(32).toString('base64url'));
  const hashes = tokens.map((token) => createHash('sha256').update(token).digest('hex'));
  await sql`
    insert into session (token_hash, person_id, expires_at)
    select decode(hash, 'hex'), person_id, now() + interval '12 hours'
    from unnest(${hashes}::text[], ${personIds}::uuid[]) as x(hash, person_id)`.execute(db);
  return personIds.map((personId, i) => ({ personId, headers: { cookie: `xueshi_session=${tokens[i] ?? ''}` } }));
}

export async function employ(db: Db, people: readonly SignedIn[], employerId: string): Promise<void> {
  await sql`
    insert into affiliation (person_id, employer_id, unit_kind, level, region_code, industry_code, from_on)
    select person_id, o.id, o.unit_kind, o.level, o.region_code, o.industry_code, '2020-01-01'
    from unnest(${people.map((p) => p.personId)}::uuid[]) as x(person_id), organisation o where o.id = ${employerId}`.execute(
    db,
  );
}

export async function appoint(
  db: Db,
  people: readonly SignedIn[],
  organisationIds: readonly string[],
  role: Role,
): Promise<void> {
  await sql`
    insert into role_holding (person_id, organisation_id, role, from_on)
    select person_id, organisation_id, ${role}, '2026-01-01'
    from unnest(${people.map((p) => p.personId)}::uuid[], ${organisationIds}::text[]) as x(person_id, organisation_id)`.execute(
    db,
  );
}
