import { type RawBuilder, sql } from 'kysely';

/** A year of a person: what the ledger, a certificate, a deferral are of. */
export type PersonYear = { personId: string; year: number };

export const yearKey = ({ personId, year }: PersonYear): string => `${personId} ${year}`;

/** Some person-years as the rows `y (person_id, year)` of a statement, which is the same text however many they are. */
export const yearRows = (years: readonly PersonYear[]): RawBuilder<unknown> => sql`
  unnest(${years.map((each) => each.personId)}::uuid[], ${years.map((each) => each.year)}::smallint[]) as y (person_id, year)`;
