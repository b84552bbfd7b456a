import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { claimYears } from '../../rules/deadlines.ts';
import { GRANTED_DEFERRALS } from '../../rules/deferral.ts';
import { coursewareKey } from '../../rules/duplicates.ts';
import type { Db } from '../connect.ts';
import { findingsOfMany } from '../findings.ts';
import { judgeYear, type Source } from '../ledger-entries.ts';
import type { LedgerEntry } from '../tables/ledger.ts';

export type PersonYearKey = { personId: string; year: number };
export const keyOf = ({ personId, year }: PersonYearKey): string => `${personId}/${year}`;

type Wanted = { personIds: readonly string[]; years: readonly number[]; asOf: string };

/**
 * The years of many people at once, each computed by the rules from the ledger's frozen inputs as a single one is (`db/ledger.ts`): three
 * statements read everything, however many people there are. Every person asked for has every year, also an empty one.
 * @param asOf the legal day the verdicts stand on
 */
export async function readPersonYears(db: Db, wanted: Wanted): Promise<Map<string, AnnualResult>> {
  const sources = await sourcesOf(db, wanted);
  const lecturers = [...sources].flatMap(([, { personId, list }]) =>
    list.some((source) => source.activity.form === 'courseware-lecturing') ? [personId] : [],
  );
  const courseware = await coursewareCounted(db, lecturers, Math.max(...wanted.years));
  const deferrals = await readDeferralDays(db, wanted);
  const findings = await findingsOfMany(db, wanted.personIds);
  const results = new Map<string, AnnualResult>();
  for (const personId of wanted.personIds) {
    const counted = courseware.get(personId) ?? [];
    for (const year of wanted.years) {
      const key = keyOf({ personId, year });
      const countedEarlier = counted.flatMap((one) => (one.year < year ? [one.key] : []));
      const until = deferrals.get(key);
      const deferral = until === undefined ? undefined : { until };
      const judged = { year, on: wanted.asOf, countedEarlier, deferral, findings: findings.get(personId)?.get(year) };
      results.set(key, judgeYear(judged, sources.get(key)?.list ?? []));
    }
  }
  return results;
}

type SourceRow = Pick<
  LedgerEntry,
  'person_id' | 'year' | 'source_id' | 'source_kind' | 'activity' | 'lowered_to' | 'study_archive'
>;
type Sources = Map<string, { personId: string; list: Source[] }>;

/** A source is in the year unless its last entry takes it out. */
async function sourcesOf(db: Db, { personIds, years }: Wanted): Promise<Sources> {
  const { rows } = await sql<SourceRow>`
    select * from (
      select distinct on (person_id, year, source_id)
        person_id, year, source_id, source_kind, kind, activity, lowered_to, study_archive
      from ledger_entry
      where person_id = any(${sql.val(personIds)}::uuid[]) and year = any(${sql.val(years)}::smallint[])
      order by person_id, year, source_id, id desc) last
    where kind <> 'reversal'`.execute(db);
  const sources: Sources = new Map();
  for (const row of rows) {
    const key = keyOf({ personId: row.person_id, year: row.year });
    const known = sources.get(key) ?? { personId: row.person_id, list: [] };
    known.list.push(sourceOf(row));
    sources.set(key, known);
  }
  return sources;
}

const sourceOf = (row: SourceRow): Source => ({
  sourceKind: row.source_kind,
  sourceId: row.source_id,
  activity: row.activity,
  loweredTo: row.lowered_to,
  studyArchive: row.study_archive,
});

type Counted = { year: number; key: string };

/** The courseware of these people that counted before a year, each with its year: it counts in the first of its years alone (D-5). */
async function coursewareCounted(
  db: Db,
  personIds: readonly string[],
  before: number,
): Promise<Map<string, Counted[]>> {
  const counted = new Map<string, Counted[]>();
  if (personIds.length === 0) return counted;
  const { rows } = await sql<Pick<LedgerEntry, 'person_id' | 'year' | 'activity'>>`
    select person_id, year, activity from (
      select distinct on (person_id, year, source_id) person_id, year, activity, kind, refusal
      from ledger_entry
      where person_id = any(${sql.val(personIds)}::uuid[]) and year < ${before} and form = 'courseware-lecturing'
      order by person_id, year, source_id, id desc) last
    where kind <> 'reversal' and refusal is null`.execute(db);
  for (const { person_id, year, activity } of rows) {
    if (activity.form !== 'courseware-lecturing') continue;
    const known = counted.get(person_id) ?? [];
    known.push({ year, key: coursewareKey(activity) });
    counted.set(person_id, known);
  }
  return counted;
}

/**
 * How many claims of the years are still on their way, by person and year; those without one are left out. A claim is filed under the
 * first year it is for: a training across new year is on its way in the next one too (D-3).
 */
export async function readOpenClaims(db: Db, { personIds, years }: Omit<Wanted, 'asOf'>): Promise<Map<string, number>> {
  const { rows } = await sql<PersonYearKey & { declaration: Declared | null }>`
    select person_id as "personId", year, case when form in ('authority-training', 'unit-training') then declaration end as declaration
    from claim
    where person_id = any(${sql.val(personIds)}::uuid[]) and state in ('first-review', 're-review', 'filing', 'correction')
      and (year = any(${sql.val(years)}::smallint[])
        or (form in ('authority-training', 'unit-training') and year + 1 = any(${sql.val(years)}::smallint[])))`.execute(
    db,
  );
  const open = new Map<string, number>();
  for (const { personId, year: filedUnder, declaration } of rows) {
    for (const year of declaration === null ? [filedUnder] : claimYears(asActivity(declaration, true))) {
      const key = keyOf({ personId, year });
      open.set(key, (open.get(key) ?? 0) + 1);
    }
  }
  return open;
}

/** The numbers of the completion certificates in force (Art. 16), by person and year. */
export async function readCertificateNumbers(
  db: Db,
  { personIds, years }: Omit<Wanted, 'asOf'>,
): Promise<Map<string, string>> {
  const { rows } = await sql<PersonYearKey & { number: string }>`
    select person_id as "personId", year, number from certificate
    where person_id = any(${sql.val(personIds)}::uuid[]) and year = any(${sql.val(years)}::smallint[]) and state = 'valid'`.execute(
    db,
  );
  return new Map(rows.map((row) => [keyOf(row), row.number]));
}

/** The last days of granted deferrals (Art. 17), by person and year: as `deferralOf` has them one by one. */
export async function readDeferralDays(
  db: Db,
  { personIds, years }: Omit<Wanted, 'asOf'>,
): Promise<Map<string, string>> {
  const { rows } = await sql<PersonYearKey & { until: string }>`
    select person_id as "personId", year, until_on as until from deferral
    where person_id = any(${sql.val(personIds)}::uuid[]) and year = any(${sql.val(years)}::smallint[])
      and state = any (${sql.val(GRANTED_DEFERRALS)}::text[]) and until_on is not null`.execute(db);
  return new Map(rows.map((row) => [keyOf(row), row.until]));
}

/**
 * Years by which a person's next title is put off (Art. 17), by person: every extension in force, also for a year that is not asked for,
 * since each puts off the same next application; those that were ended are none.
 */
export async function readExtensionYears(
  db: Db,
  { personIds }: Pick<Wanted, 'personIds'>,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ personId: string; years: number }>`
    select person_id as "personId", sum(years)::int as years from title_extension
    where person_id = any(${sql.val(personIds)}::uuid[]) and ended_at is null group by person_id`.execute(db);
  return new Map(rows.map((row) => [row.personId, row.years]));
}
