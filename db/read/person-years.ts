import { sql } from 'kysely';
import type { AnnualResult } from '../../rules/annual.ts';
import type { Db } from '../connect.ts';
import { judgeLedger, ledgersOf } from '../ledger-years.ts';

export type PersonYearKey = { personId: string; year: number };
export const keyOf = ({ personId, year }: PersonYearKey): string => `${personId}/${year}`;

type Wanted = { personIds: readonly string[]; years: readonly number[]; asOf: string };

/**
 * The years of many people at once, each computed by the rules from the ledger's frozen inputs as a single one is: one statement reads
 * all sources, however many people there are. Every person asked for has every year, also an empty one.
 * @param asOf the legal day the verdicts stand on
 */
export async function readPersonYears(db: Db, wanted: Wanted): Promise<Map<string, AnnualResult>> {
  const ledgers = await ledgersOf(db, wanted.personIds, { until: Math.max(...wanted.years) });
  const results = new Map<string, AnnualResult>();
  for (const personId of wanted.personIds) {
    const judged = judgeLedger(ledgers.get(personId), { on: wanted.asOf, years: wanted.years });
    for (const year of wanted.years) {
      const result = judged.get(year);
      if (result) results.set(keyOf({ personId, year }), result);
    }
  }
  return results;
}

/** How many claims of the years are still on their way, by person and year; those without one are left out. */
export async function readOpenClaims(db: Db, { personIds, years }: Omit<Wanted, 'asOf'>): Promise<Map<string, number>> {
  const { rows } = await sql<PersonYearKey & { open: number }>`
    select person_id as "personId", year, count(*)::int as open from claim
    where person_id = any(${sql.val(personIds)}::uuid[]) and year = any(${sql.val(years)}::smallint[])
      and state in ('first-review', 're-review', 'filing', 'correction')
    group by person_id, year`.execute(db);
  return new Map(rows.map((row) => [keyOf(row), row.open]));
}
