import { sql } from 'kysely';
import { type AnnualResult, coursewareCounted } from '../rules/annual.ts';
import type { Law } from '../rules/parameters.ts';
import type { Finding } from '../rules/verdict.ts';
import type { Deferral } from '../rules/year.ts';
import type { Db } from './connect.ts';
import { deferralsOf } from './deferral-of.ts';
import { findingsOfMany } from './findings.ts';
import { asHeld, type HeldRow, heldColumns } from './ledger.ts';
import { asRecognised, type Held, judgeYear } from './ledger-entries.ts';

/** The ledgers of many people at once, and their years judged one after the other. */

/** A person's years, ascending, each with every source it ever had; their granted deferrals and findings of fraud. */
export type Ledger = {
  years: ReadonlyMap<number, readonly LedgerSource[]>;
  deferrals: ReadonlyMap<number, Deferral>;
  findings: ReadonlyMap<number, readonly Finding[]>;
};
/** `inputsDiffer`: the entries of one source do not agree on what was frozen. */
export type LedgerSource = Held & { inputsDiffer: boolean };

type Row = HeldRow & { person_id: string; year: number; inputs_differ: boolean };

/** One statement, however many people: all their years up to `until`, since an earlier year's courseware counts in none after (D-5). */
export async function ledgersOf(
  db: Db,
  personIds: readonly string[],
  { until = 9999 }: { until?: number } = {},
): Promise<Map<string, Ledger>> {
  const { rows } = await sql<Row>`
    select distinct on (person_id, year, source_id) person_id, year, ${heldColumns},
      (min(activity::text) over w <> max(activity::text) over w or min(lowered_to::text) over w <> max(lowered_to::text) over w
        or bool_or(study_archive) over w <> bool_and(study_archive) over w) as inputs_differ
    from ledger_entry where person_id = any (${sql.val([...personIds])}::uuid[]) and year <= ${until}
    window w as (partition by person_id, year, source_id)
    order by person_id, year, source_id, id desc`.execute(db);
  const deferrals = await deferralsOf(db, personIds);
  const findings = await findingsOfMany(db, personIds);
  const ofPerson = new Map<string, Map<number, LedgerSource[]>>();
  for (const row of rows) {
    const years = ofPerson.get(row.person_id) ?? new Map<number, LedgerSource[]>();
    ofPerson.set(row.person_id, years);
    years.set(row.year, [...(years.get(row.year) ?? []), { ...asHeld(row), inputsDiffer: row.inputs_differ }]);
  }
  const ledgerOf = (id: string): Ledger => ({
    years: ofPerson.get(id) ?? new Map<number, LedgerSource[]>(),
    deferrals: deferrals.get(id) ?? new Map<number, Deferral>(),
    findings: findings.get(id) ?? new Map<number, readonly Finding[]>(),
  });
  return new Map(personIds.map((id) => [id, ledgerOf(id)]));
}

/** Each year of a ledger, as the rules see it from the frozen inputs; a courseware counts in the first of its years alone. */
export function judgeLedger(
  ledger: Ledger | undefined,
  { on, years, law }: { on: string; years: readonly number[]; law?: Law | undefined },
): Map<number, AnnualResult> {
  const results = new Map<number, AnnualResult>();
  const countedEarlier: string[] = [];
  for (const year of [...new Set([...(ledger?.years.keys() ?? []), ...years])].sort((a, b) => a - b)) {
    const sources = (ledger?.years.get(year) ?? []).filter((source) => source.isIn);
    const result = judgeYear(
      {
        year,
        on,
        countedEarlier: [...countedEarlier],
        deferral: ledger?.deferrals.get(year),
        findings: ledger?.findings.get(year),
      },
      sources,
      law,
    );
    countedEarlier.push(...coursewareCounted(result, sources.map(asRecognised)));
    results.set(year, result);
  }
  return results;
}
