import { sql } from 'kysely';
import type { Activity } from '../rules/activity.ts';
import { type AnnualResult, annualYear, type ItemResult, type Recognised, RULE_VERSION } from '../rules/annual.ts';
import type { Db } from './connect.ts';
import type { NewLedgerEntry } from './schema.ts';
import { yearChanged } from './year-changed.ts';

/**
 * The ledger (台账) of a person's year. Entries are only ever added. Bringing an activity in recomputes the year from all recognised
 * activities under the year's lock; where that changes what another activity counts, the difference is an entry of its own.
 */

export type YearRef = { personId: string; year: number; on: string };

export type Source = {
  sourceKind: 'claim' | 'platform';
  sourceId: string;
  activity: Activity;
  loweredTo: Record<number, number>;
  studyArchive: boolean;
};

/** Brings a recognised activity into the year; a second time changes nothing. */
export async function recogniseInYear(trx: Db, of: YearRef, source: Source): Promise<void> {
  await lockYear(trx, of);
  const before = await activeSources(trx, of);
  if (before.some((s) => s.sourceId === source.sourceId)) return;
  const sources = [...before, source];
  const result = yearOf(of, sources);
  const counted = await countedSoFar(trx, of);
  const entries = sources.flatMap((s) => entryFor(of, s, source.sourceId, result, counted));
  await trx.insertInto('ledger_entry').values(entries).execute();
  await yearChanged(trx, of, result);
}

/** The recognised activities of a year, with their frozen inputs. */
export async function activeSources(db: Db, { personId, year }: Pick<YearRef, 'personId' | 'year'>): Promise<Source[]> {
  const rows = await db
    .selectFrom('ledger_entry as r')
    .select(['r.source_kind', 'r.source_id', 'r.activity', 'r.lowered_to', 'r.study_archive'])
    .where('r.person_id', '=', personId)
    .where('r.year', '=', year)
    .where('r.kind', '=', 'recognition')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('ledger_entry as x')
            .select('x.id')
            .whereRef('x.source_id', '=', 'r.source_id')
            .where('x.year', '=', year)
            .where('x.kind', '=', 'reversal'),
        ),
      ),
    )
    .orderBy('r.id')
    .execute();
  return rows.map((r) => ({
    sourceKind: r.source_kind,
    sourceId: r.source_id,
    activity: r.activity,
    loweredTo: r.lowered_to,
    studyArchive: r.study_archive,
  }));
}

/** The rules' view of a ledger source. */
export const asRecognised = (source: Source): Recognised => ({
  id: source.sourceId,
  activity: source.activity,
  loweredTo: source.loweredTo,
  unit: { studyArchive: source.studyArchive },
});

/** The year as the rules see it now; under the year's lock also as it will be when the transaction ends. */
export const yearNow = async (db: Db, of: YearRef): Promise<AnnualResult> => yearOf(of, await activeSources(db, of));

const yearOf = (of: YearRef, sources: Source[]): AnnualResult =>
  annualYear({ year: of.year, asOf: of.on, unit: { studyArchive: true }, activities: sources.map(asRecognised) });

/** Makes the person's year if it is new, and holds its lock until the transaction ends. */
export async function lockYear(trx: Db, { personId, year }: Pick<YearRef, 'personId' | 'year'>): Promise<void> {
  await trx
    .insertInto('person_year')
    .values({ person_id: personId, year })
    .onConflict((c) => c.columns(['person_id', 'year']).doUpdateSet({ recomputed_at: sql`now()` }))
    .execute();
}

type Counted = Map<string, { public: number; professional: number }>;

async function countedSoFar(trx: Db, { personId, year }: YearRef): Promise<Counted> {
  const rows = await trx
    .selectFrom('ledger_entry')
    .select('source_id')
    .select(sql<number>`sum(public_delta)::int`.as('public'))
    .select(sql<number>`sum(professional_delta)::int`.as('professional'))
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .groupBy('source_id')
    .execute();
  return new Map(rows.map((r) => [r.source_id, r]));
}

/** The entry of the new activity, or of one whose counted hours changed; none for the rest. */
function entryFor(
  of: YearRef,
  source: Source,
  causedBy: string,
  result: AnnualResult,
  counted: Counted,
): NewLedgerEntry[] {
  const item = result.items.find((i) => i.id === source.sourceId);
  if (!item) throw new Error(`the rules left ${source.sourceId} out of ${of.year}`);
  const isNew = source.sourceId === causedBy;
  const earlier = counted.get(source.sourceId) ?? { public: 0, professional: 0 };
  const publicDelta = item.publicHundredths - earlier.public;
  const professionalDelta = item.professionalHundredths - earlier.professional;
  if (!isNew && publicDelta === 0 && professionalDelta === 0) return [];
  return [
    {
      person_id: of.personId,
      year: of.year,
      kind: isNew ? 'recognition' : 'adjustment',
      source_kind: source.sourceKind,
      source_id: source.sourceId,
      caused_by: causedBy,
      form: source.activity.form,
      activity: JSON.stringify(source.activity),
      lowered_to: JSON.stringify(source.loweredTo),
      study_archive: source.studyArchive,
      public_delta: publicDelta,
      professional_delta: professionalDelta,
      counted_hundredths: item.countedHundredths,
      deemed_complete: item.deemedComplete,
      basis: basisOf(item),
      steps: JSON.stringify(item.steps),
      rule_version: RULE_VERSION,
    },
  ];
}

const basisOf = (item: ItemResult): string[] => [...new Set(item.steps.flatMap((s) => s.basis))];
