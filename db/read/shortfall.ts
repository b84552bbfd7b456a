import { type RawBuilder, sql } from 'kysely';
import { ANNUAL_PROFESSIONAL, ANNUAL_PUBLIC, ANNUAL_TOTAL, inForce } from '../../rules/parameters.ts';

/**
 * What a year still lacks, in hundredths, as an SQL expression: the sum of rules/verdict.ts `missingHours` for very many people at once.
 * A test holds the two equal.
 * @param alias the `person_year` of the statement; its row may be missing
 */
export const missingSql = (alias: string, year: number): RawBuilder<number> => {
  const column = (name: string) => sql`coalesce(${sql.ref(`${alias}.${name}`)}, 0)`;
  const lack = (need: number, have: RawBuilder<unknown>) => sql`greatest(0, ${need}::int - ${have})`;
  const ofPublic = column('public_hundredths');
  const ofProfessional = column('professional_hundredths');
  return sql<number>`greatest(
    ${lack(inForce(ANNUAL_TOTAL, year), sql`${ofPublic} - ${ofProfessional}`)},
    ${lack(inForce(ANNUAL_PUBLIC, year), ofPublic)} + ${lack(inForce(ANNUAL_PROFESSIONAL, year), ofProfessional)})`;
};

/** A person's affiliation `f` in force on the legal day that is the unit's to look after: its own people, or those whose file it holds. */
export const ofUnit = (organisationId: string, on: string): RawBuilder<boolean> =>
  sql<boolean>`((f.employer_id = ${organisationId} or f.archive_agency_id = ${organisationId})
    and f.from_on <= ${on}::date and (f.until_on is null or f.until_on > ${on}::date))`;

/** Whether the recorded year `y` is short of hours: neither complete nor cancelled. */
export const isShort = sql<boolean>`(coalesce(y.standing, 'short') = 'short')`;
