import { sql } from 'kysely';
import type { AnnualResult, ItemResult } from '../rules/annual.ts';
import type { Provision } from '../rules/articles.ts';
import { coursewareKey } from '../rules/duplicates.ts';
import type { Db } from './connect.ts';
import { deferralOf } from './deferral-of.ts';
import { findingsOf } from './findings.ts';
import {
  type Change,
  entriesOf,
  type Held,
  type Judged,
  judgeYear,
  type Source,
  sourcesAfter,
} from './ledger-entries.ts';
import { type PersonYear, yearKey, yearRows } from './person-year.ts';
import type { LedgerEntry } from './tables/ledger.ts';
import { yearsChanged } from './year-changed.ts';

/**
 * The ledger (台账) of a person's year. Entries are only ever added. Bringing an activity in, or taking one out, recomputes the year from
 * all recognised activities under the year's lock; where that changes what another activity counts, the difference is an entry of its own.
 */

/** A person's year, and the legal day it is judged on. */
export type YearRef = PersonYear & { on: string };

/** `isPart`: one of several changes of the year; what hangs on its figures waits for the `recomputeYear` that ends them. */
type Part = { isPart?: boolean };

/**
 * Brings a recognised activity into the year. A second time changes nothing, and a source that was reversed stays out unless it is
 * brought back by intent (`again`: an appeal that succeeded, a merging of persons undone).
 * @returns what the activity counts; null when nothing changed
 */
export async function recogniseInYear(
  trx: Db,
  of: YearRef,
  source: Source,
  { again = false, isPart = false, causedBy = source.sourceId }: Part & { again?: boolean; causedBy?: string } = {},
): Promise<ItemResult | null> {
  await lockYear(trx, of, { across: hasLecturing([source]) });
  const held = await ledgerOf(trx, of);
  const known = held.find((s) => s.sourceId === source.sourceId);
  if (known && (known.isIn || !again)) return null;
  const { result } = await apply(trx, of, held, { kind: 'recognition', source, causedBy }, { isPart });
  return result.items.find((item) => item.id === source.sourceId) ?? null;
}

/** Why a source is taken out; `causedBy`: the act or case that did it, the source itself for a plain revocation. */
export type Reversal = { sourceId: string; causedBy: string; basis: readonly Provision[]; reason: string };

/**
 * Takes an activity out of the year again: its reversal, and an adjustment of every other activity that a limit no longer cuts.
 * @returns the year afterwards and the entries written; null when the source is not in the year
 */
export async function reverseInYear(
  trx: Db,
  of: YearRef,
  reversal: Reversal,
  part: Part = {},
): Promise<{ result: AnnualResult; entries: readonly LedgerEntry[] } | null> {
  await lockYear(trx, of, { across: true });
  const held = await ledgerOf(trx, of);
  const source = held.find((s) => s.sourceId === reversal.sourceId);
  if (!source?.isIn) return null;
  return apply(trx, of, held, { kind: 'reversal', ...reversal }, part);
}

/** Judges a year again because what it is judged by has changed, such as its deferral; `causedBy`: the case. */
export async function recomputeYear(trx: Db, of: YearRef, causedBy: string): Promise<AnnualResult> {
  await lockYear(trx, of, { across: true });
  return (await apply(trx, of, await ledgerOf(trx, of), { kind: 'recompute', causedBy })).result;
}

/** What a year is judged by besides its sources: courseware that counted before, its deferral, and findings of fraud. */
export async function judgedBy(
  db: Db,
  of: PersonYear,
  sources: readonly Source[],
): Promise<Pick<Judged, 'countedEarlier' | 'deferral' | 'findings'>> {
  return {
    countedEarlier: await countedEarlier(db, of, sources),
    deferral: await deferralOf(db, of),
    findings: await findingsOf(db, of),
  };
}

/** Recomputes the year after a change, writes what differs, passes it on; then the later years that a courseware's change reaches. */
async function apply(trx: Db, of: YearRef, held: readonly Held[], change: Change, part: Part = {}) {
  const written = await applyHere(trx, of, held, change, part);
  if (hasLecturing(changedBy(change, held))) await recomputeLater(trx, of, change.causedBy);
  return written;
}

async function applyHere(trx: Db, of: YearRef, held: readonly Held[], change: Change, { isPart = false }: Part = {}) {
  const sources = sourcesAfter(held, change);
  const result = judgeYear({ ...of, ...(await judgedBy(trx, of, sources)) }, sources);
  const entries = entriesOf(of, { held, change, result });
  if (entries.length > 0) await writeEntries(trx, entries);
  if (!isPart) await yearsChanged(trx, [{ ...of, result }]);
  return { result, entries };
}

/** The sources whose counting a change may change for other years too: with another deferral any of the year's may count or not. */
function changedBy(change: Change, held: readonly Held[]): readonly Source[] {
  switch (change.kind) {
    case 'recognition':
      return [change.source];
    case 'reversal':
      return held.filter((s) => s.sourceId === change.sourceId);
    case 'recompute':
      return held;
  }
}
const hasLecturing = (sources: readonly Source[]): boolean =>
  sources.some((s) => s.activity.form === 'courseware-lecturing');

/** A courseware counts in the first of its years alone: when that changes, the later years that name one are judged again (D-5). */
async function recomputeLater(trx: Db, of: YearRef, causedBy: string): Promise<void> {
  const later = await trx
    .selectFrom('ledger_entry')
    .select('year')
    .distinct()
    .where('person_id', '=', of.personId)
    .where('year', '>', of.year)
    .where('form', '=', 'courseware-lecturing')
    .where('kind', '=', 'recognition')
    .orderBy('year')
    .execute();
  for (const { year } of later) {
    const then = { ...of, year };
    await lockYear(trx, then);
    await applyHere(trx, then, await ledgerOf(trx, then), { kind: 'recompute', causedBy });
  }
}

/** The courseware that counted in earlier years; asked only of a year that has one itself. */
export async function countedEarlier(
  db: Db,
  { personId, year }: PersonYear,
  sources: readonly Source[],
): Promise<readonly string[]> {
  if (!hasLecturing(sources)) return [];
  const rows = await db
    .selectFrom('ledger_entry')
    .select(['activity', 'kind', 'refusal'])
    .distinctOn(['year', 'source_id'])
    .where('person_id', '=', personId)
    .where('year', '<', year)
    .where('form', '=', 'courseware-lecturing')
    .orderBy('year')
    .orderBy('source_id')
    .orderBy('id', 'desc')
    .execute();
  return rows.flatMap(({ activity, kind, refusal }) =>
    activity.form === 'courseware-lecturing' && kind !== 'reversal' && refusal === null
      ? [coursewareKey(activity)]
      : [],
  );
}

/** The recognised activities of a year, with their frozen inputs. */
export const activeSources = async (db: Db, of: PersonYear): Promise<Held[]> =>
  (await ledgerOf(db, of)).filter((source) => source.isIn);

export type HeldRow = Omit<LedgerEntry, 'public_delta' | 'professional_delta'> & {
  public: number;
  professional: number;
};

/** What a source's last entry says, with the sums of all its entries; `window w` is the source in its person's year. */
export const heldColumns = sql`source_id, source_kind, kind, activity, lowered_to, study_archive, round, deemed_complete, refusal,
  counted_hundredths, steps, rule_version, sum(public_delta) over w::int as public, sum(professional_delta) over w::int as professional`;

const ledgerOf = async (db: Db, of: PersonYear): Promise<readonly Held[]> =>
  (await ledgersIn(db, [of])).get(yearKey(of)) ?? [];

/** Every source that some years ever had, as last recorded, by `yearKey`. One statement, and an index for each year: each filing asks it. */
export async function ledgersIn(db: Db, years: readonly PersonYear[]): Promise<Map<string, readonly Held[]>> {
  const { rows } = await sql<HeldRow & { person_id: string; year: number }>`
    select y.person_id, y.year, l.* from ${yearRows(years)} cross join lateral (
      select distinct on (source_id) ${heldColumns}
      from ledger_entry where person_id = y.person_id and year = y.year
      window w as (partition by source_id)
      order by source_id, id desc) as l`.execute(db);
  const held = new Map<string, Held[]>();
  for (const row of rows) {
    const key = yearKey({ personId: row.person_id, year: row.year });
    const ofYear = held.get(key) ?? [];
    ofYear.push(asHeld(row));
    held.set(key, ofYear);
  }
  return held;
}

export const asHeld = (row: HeldRow): Held => ({
  sourceKind: row.source_kind,
  sourceId: row.source_id,
  activity: row.activity,
  loweredTo: row.lowered_to,
  studyArchive: row.study_archive,
  isIn: row.kind !== 'reversal',
  round: row.round,
  publicHundredths: row.public,
  professionalHundredths: row.professional,
  deemedComplete: row.deemed_complete,
  refusal: row.refusal,
  countedHundredths: row.counted_hundredths,
  steps: row.steps,
  ruleVersion: row.rule_version,
});

/** A source as the ledger has it after one more entry. */
export const heldAfter = (before: Held | undefined, entry: LedgerEntry): Held =>
  asHeld({
    ...entry,
    public: (before?.publicHundredths ?? 0) + entry.public_delta,
    professional: (before?.professionalHundredths ?? 0) + entry.professional_delta,
  });

/** The year as the rules see it now; under the year's lock also as it will be when the transaction ends. */
export async function yearNow(db: Db, of: YearRef): Promise<AnnualResult> {
  const sources = await activeSources(db, of);
  return judgeYear({ ...of, ...(await judgedBy(db, of, sources)) }, sources);
}

/**
 * Makes the person's year if it is new, and holds its lock until the transaction ends. A change that may reach other years (`across`: one
 * of a courseware) holds the person's courseware first, since each year has only a lock of its own.
 */
export async function lockYear(
  trx: Db,
  { personId, year }: PersonYear,
  { across = false }: { across?: boolean } = {},
): Promise<void> {
  if (across) await sql`select pg_advisory_xact_lock(hashtextextended('courseware ' || ${personId}, 0))`.execute(trx);
  await lockYears(trx, [{ personId, year }]);
}

/**
 * The same for many years at once, in the one order in which several are ever locked: by person, then by year, so that no two transactions
 * wait for each other. A row that is there is locked without being written.
 */
export const lockYears = (trx: Db, years: readonly PersonYear[]) =>
  sql`
    insert into person_year (person_id, year) select distinct y.person_id, y.year from ${yearRows(years)} order by 1, 2
    on conflict (person_id, year) do update set recomputed_at = now() where false`.execute(trx);

/** Adds entries, in their order. */
export const writeEntries = (trx: Db, entries: readonly LedgerEntry[]) =>
  sql`
    insert into ledger_entry (${ENTRY_COLUMNS})
    select ${ENTRY_COLUMNS} from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as e (
      person_id uuid, year smallint, kind text, source_kind text, source_id uuid, caused_by uuid, form text, activity jsonb,
      lowered_to jsonb, study_archive boolean, round int, public_delta int, professional_delta int, counted_hundredths int,
      deemed_complete boolean, basis text[], steps jsonb, rule_version text, refusal text, reason text)`.execute(trx);

const ENTRY_COLUMNS =
  sql.raw(`person_id, year, kind, source_kind, source_id, caused_by, form, activity, lowered_to, study_archive,
  round, public_delta, professional_delta, counted_hundredths, deemed_complete, basis, steps, rule_version, refusal, reason`);
