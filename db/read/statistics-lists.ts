import { sql } from 'kysely';
import type { z } from 'zod';
import {
  type ClaimsOfPlace,
  type claimsOfPlaceQuery,
  type PeopleOfPlace,
  type peopleQuery,
  YEAR_STANDINGS,
} from '../../contract/statistics.ts';
import { CLAIM_STATES, type ClaimState, FORMS, type Form } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { Scope } from './scope.ts';
import { askOf, narrowed, standingOn, standsAs } from './statistics-counts.ts';

/** The people and the claims behind the numbers, page by page in the order of their ids. */

export type PeopleAsked = Omit<z.output<typeof peopleQuery>, 'limit'> & { limit: number };
type PersonRow = Omit<PeopleOfPlace['items'][number], 'standingLabel'>;

export async function readPeople(db: Db, scope: Scope, asked: PeopleAsked, asOf: string): Promise<PeopleOfPlace> {
  const ask = await askOf(db, { scope, asked, asOf });
  const person = sql.ref('h.person_id');
  const on = { year: asked.year, asOf };
  const { rows } = await sql<PersonRow>`
    select h.person_id as "personId", p.name, p.title, e.id as "employerId", e.name as "employerName", r.name as "regionName",
      ${standingOn(person, on)} as standing, coalesce(y.public_hundredths, 0) as "publicHundredths",
      coalesce(y.professional_hundredths, 0) as "professionalHundredths"
    from person_home h
    join person p on p.id = h.person_id
    join organisation e on e.id = h.employer_id
    join region r on r.code = h.region_code
    left join person_year y on y.person_id = h.person_id and y.year = ${asked.year}::int
    where h.from_year <= ${asked.year}::int and (h.until_year is null or h.until_year >= ${asked.year}::int)
      and ${narrowed(ask, 'h')}
      ${asked.standing === undefined ? sql`` : sql`and ${standsAs(asked.standing, person, on)}`}
      ${asked.after === undefined ? sql`` : sql`and h.person_id > ${asked.after}::uuid`}
    order by h.person_id limit ${asked.limit + 1}`.execute(db);
  const items = rows.slice(0, asked.limit).map((row) => ({ ...row, standingLabel: YEAR_STANDINGS[row.standing] }));
  return { items, next: rows.length > asked.limit ? (items.at(-1)?.personId ?? null) : null };
}

type ClaimRow = { id: string; number: number; form: Form; title: string; state: ClaimState; submitted: Date } & Pick<
  ClaimsOfPlace['items'][number],
  'declarantName' | 'employerName' | 'claimedHundredths'
>;

export async function readClaims(
  db: Db,
  scope: Scope,
  asked: z.output<typeof claimsOfPlaceQuery>,
  asOf: string,
): Promise<ClaimsOfPlace> {
  const ask = await askOf(db, { scope, asked, asOf });
  const { rows } = await sql<ClaimRow>`
    select c.id, c.number, c.form, c.title, c.state, c.first_submitted_at as submitted, c.claimed_hundredths as "claimedHundredths",
      p.name as "declarantName", e.name as "employerName"
    from claim c join person p on p.id = c.person_id join organisation e on e.id = c.employer_id
    where c.employer_id is not null and c.year = ${asked.year}::int and ${narrowed(ask, 'c')}
      ${asked.form === undefined ? sql`` : sql`and c.form = ${asked.form}`}
      ${asked.state === undefined ? sql`` : sql`and c.state = ${asked.state}`}
      ${asked.after === undefined ? sql`` : sql`and c.id > ${asked.after}::uuid`}
    order by c.id limit ${asked.limit + 1}`.execute(db);
  const items = rows.slice(0, asked.limit).map(({ submitted, ...row }) => ({
    ...row,
    formLabel: FORMS[row.form],
    stateLabel: CLAIM_STATES[row.state],
    submittedAt: submitted.toISOString(),
  }));
  return { items, next: rows.length > asked.limit ? (items.at(-1)?.id ?? null) : null };
}
