import { sql } from 'kysely';
import type { Activity } from '../../rules/activity.ts';
import { type AnnualResult, annualYear, type Recognised } from '../../rules/annual.ts';
import type { Db } from '../connect.ts';

export type PersonYearKey = { personId: string; year: number };
export const keyOf = ({ personId, year }: PersonYearKey): string => `${personId}/${year}`;

type Wanted = { personIds: readonly string[]; years: readonly number[]; asOf: string };

/**
 * The years of many people at once, each computed by the rules from the ledger's frozen inputs as a single one is: one statement reads
 * all sources, however many people there are. Every person asked for has every year, also an empty one.
 * @param asOf the legal day the verdicts stand on
 */
export async function readPersonYears(db: Db, wanted: Wanted): Promise<Map<string, AnnualResult>> {
  const sources = await sourcesOf(db, wanted);
  const results = new Map<string, AnnualResult>();
  for (const personId of wanted.personIds) {
    for (const year of wanted.years) {
      const key = keyOf({ personId, year });
      const activities = sources.get(key) ?? [];
      results.set(key, annualYear({ year, asOf: wanted.asOf, unit: { studyArchive: true }, activities }));
    }
  }
  return results;
}

type SourceRow = {
  person_id: string;
  year: number;
  source_id: string;
  activity: Activity;
  lowered_to: Record<number, number>;
  study_archive: boolean;
};

async function sourcesOf(db: Db, { personIds, years }: Wanted): Promise<Map<string, Recognised[]>> {
  const { rows } = await sql<SourceRow>`
    select r.person_id, r.year, r.source_id, r.activity, r.lowered_to, r.study_archive
    from ledger_entry r
    where r.person_id = any(${sql.val(personIds)}::uuid[]) and r.year = any(${sql.val(years)}::smallint[]) and r.kind = 'recognition'
      and not exists (
        select from ledger_entry x where x.source_id = r.source_id and x.year = r.year and x.kind = 'reversal')
    order by r.id`.execute(db);
  const sources = new Map<string, Recognised[]>();
  for (const row of rows) {
    const key = keyOf({ personId: row.person_id, year: row.year });
    const recognised: Recognised = {
      id: row.source_id,
      activity: row.activity,
      loweredTo: row.lowered_to,
      unit: { studyArchive: row.study_archive },
    };
    const known = sources.get(key);
    if (known) known.push(recognised);
    else sources.set(key, [recognised]);
  }
  return sources;
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
