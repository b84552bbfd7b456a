import { sql } from 'kysely';
import type { Me } from '../../contract/session.ts';
import { yearOf } from '../../rules/calendar.ts';
import { isGoverned } from '../../rules/parameters.ts';
import { UNIT_KINDS } from '../../rules/vocabulary.ts';
import { claimsCloseOn } from '../../rules/year.ts';
import type { Db } from '../connect.ts';
import { IMPORTERS } from '../imports.ts';
import { managedAt, type Scope } from './scope.ts';

/** The ID number as it may be shown; the whole number never leaves the database. */
export const maskedIdNumber = sql<string>`left(p.id_number, 3) || repeat('*', 11) || right(p.id_number, 4)`;

/** The signed-in person: who, where they belong today, which roles they hold, which years they can declare for. */
export async function readMe(db: Db, scope: Scope, today: string): Promise<Me> {
  const [person, affiliation, importer] = await Promise.all([
    readPerson(db, scope.personId),
    readAffiliation(db, scope, today),
    managedAt(scope).length === 0 ? null : IMPORTERS.completions.organisationFor(db, scope, today),
  ]);
  return {
    person,
    mustChangePassword: scope.mustChangePassword ?? false,
    affiliation,
    holdings: scope.holdings.map(({ industryCode: _, ...shown }) => shown),
    today,
    importsCompletions: importer !== null,
    openYears: [yearOf(today) - 1, yearOf(today)].filter((year) => isGoverned(year) && today <= claimsCloseOn(year)),
  };
}

const readPerson = (db: Db, personId: string): Promise<Me['person']> =>
  db
    .selectFrom('person as p')
    .select(['p.id', 'p.name', 'p.title', maskedIdNumber.as('idNumberMasked')])
    .where('p.id', '=', personId)
    .executeTakeFirstOrThrow();

async function readAffiliation(db: Db, { personId }: Scope, today: string): Promise<Me['affiliation']> {
  const row = await db
    .selectFrom('affiliation as a')
    .innerJoin('organisation as e', 'e.id', 'a.employer_id')
    .innerJoin('region as r', 'r.code', 'a.region_code')
    .innerJoin('industry as i', 'i.code', 'a.industry_code')
    .select(['a.employer_id as employerId', 'e.name as employerName', 'a.unit_kind as unitKind', 'a.level'])
    .select(['r.name as regionName', 'i.name as industryName', 'e.study_archive as studyArchive'])
    .where('a.person_id', '=', personId)
    .where('a.from_on', '<=', today)
    .where((eb) => eb.or([eb('a.until_on', 'is', null), eb('a.until_on', '>', today)]))
    .executeTakeFirst();
  return row ? { ...row, unitKindName: UNIT_KINDS[row.unitKind] } : null;
}
