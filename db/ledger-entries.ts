import { isDeepStrictEqual } from 'node:util';
import type { Activity } from '../rules/activity.ts';
import {
  type AnnualResult,
  annualYear,
  type ItemResult,
  type ItemStep,
  type Recognised,
  RULE_VERSION,
} from '../rules/annual.ts';
import { citations, type Provision } from '../rules/articles.ts';
import { compareDays } from '../rules/calendar.ts';
import type { Law } from '../rules/parameters.ts';
import type { Finding } from '../rules/verdict.ts';
import type { RefusalCode } from '../rules/vocabulary.ts';
import type { Deferral } from '../rules/year.ts';
import type { LedgerEntry, SourceKind } from './tables/ledger.ts';

/**
 * What a change of a person's year writes into the ledger (台账), apart from the writing: the entry of the activity that came or went, and
 * one of every other activity whose hours, or whose way to them, changed because of it.
 */

/** A recognised activity with its frozen inputs. */
export type Source = {
  sourceKind: SourceKind;
  sourceId: string;
  activity: Activity;
  loweredTo: Record<number, number>;
  studyArchive: boolean;
};

/** A source as the ledger last recorded it. `isIn`: recognised and not reversed since. */
export type Held = Source & {
  isIn: boolean;
  round: number;
  publicHundredths: number;
  professionalHundredths: number;
  deemedComplete: boolean;
  refusal: RefusalCode | null;
  countedHundredths: number;
  steps: readonly ItemStep[];
  /** The version of the rules its last entry was computed by. */
  ruleVersion: string;
};

/** What brings a year to be recomputed. `recompute`: something outside it changed, such as an earlier year's courseware. */
export type Change =
  | { kind: 'recognition'; source: Source; causedBy: string }
  | { kind: 'reversal'; sourceId: string; causedBy: string; basis: readonly Provision[]; reason: string }
  | { kind: 'recompute'; causedBy: string };

/** The rules' view of a ledger source. */
export const asRecognised = (source: Source): Recognised => ({
  id: source.sourceId,
  activity: source.activity,
  loweredTo: source.loweredTo,
  unit: { studyArchive: source.studyArchive },
});

/** What a year is judged from besides its sources. `on`: the legal day it is judged on. */
export type Judged = {
  year: number;
  on: string;
  countedEarlier: readonly string[];
  /** The granted deferral of the year, by which make-up study is judged (Art. 17). */
  deferral?: Deferral | undefined;
  /** The findings of fraud in effect by the record (Art. 21). */
  findings?: readonly Finding[] | undefined;
};

/** The year as the rules see it, from the ledger's frozen inputs alone. */
export const judgeYear = (of: Judged, sources: readonly Source[], law?: Law): AnnualResult =>
  annualYear(
    {
      year: of.year,
      asOf: latestOf(of),
      unit: { studyArchive: true },
      activities: sources.map(asRecognised),
      countedEarlier: of.countedEarlier,
      deferral: of.deferral,
      findings: of.findings,
    },
    law,
  );

/** A finding on record is in effect, also for a filing that began a moment before midnight and waited for it. */
const latestOf = ({ on, findings = [] }: Judged): string =>
  [on, ...findings.map(({ effectiveOn }) => effectiveOn)].sort(compareDays).at(-1) ?? on;

/** The sources that are in the year after a change. */
export function sourcesAfter(held: readonly Held[], change: Change): readonly Source[] {
  const before = held.filter((source) => source.isIn);
  switch (change.kind) {
    case 'recognition':
      return [...before, change.source];
    case 'reversal':
      return before.filter((source) => source.sourceId !== change.sourceId);
    case 'recompute':
      return before;
  }
}

type Person = { personId: string; year: number };

/**
 * The entries of a change: the reversal or recognition first, then the adjustments.
 * @param result the year after the change
 */
export function entriesOf(
  of: Person,
  { held, change, result }: { held: readonly Held[]; change: Change; result: AnnualResult },
): LedgerEntry[] {
  const known = new Map(held.map((source) => [source.sourceId, source]));
  const items = new Map(result.items.map((item) => [item.id, item]));
  const own = ownEntry(of, change, known, items);
  const changed = held.flatMap((source) => {
    if (!source.isIn || source.sourceId === own?.source_id) return [];
    const item = itemOf(items, source.sourceId);
    return isAsRecorded(source, item)
      ? []
      : [countedEntry(of, source, { kind: 'adjustment', change, item, before: source })];
  });
  return own ? [own, ...changed] : changed;
}

function ownEntry(
  of: Person,
  change: Change,
  known: ReadonlyMap<string, Held>,
  items: ReadonlyMap<string, ItemResult>,
): LedgerEntry | undefined {
  if (change.kind === 'recompute') return undefined;
  if (change.kind === 'recognition') {
    const { source } = change;
    const item = itemOf(items, source.sourceId);
    return countedEntry(of, source, { kind: 'recognition', change, item, before: known.get(source.sourceId) });
  }
  const source = known.get(change.sourceId);
  if (!source) throw new Error(`${change.sourceId} was never in ${of.year}`);
  return reversalEntry(of, source, change);
}

const itemOf = (items: ReadonlyMap<string, ItemResult>, sourceId: string): ItemResult => {
  const item = items.get(sourceId);
  if (!item) throw new Error(`the rules left ${sourceId} out`);
  return item;
};

/** Whether what the ledger last said of a source is what the rules say now, to the words of each step. */
export const isAsRecorded = (source: Held, item: ItemResult): boolean =>
  source.publicHundredths === item.publicHundredths &&
  source.professionalHundredths === item.professionalHundredths &&
  source.countedHundredths === item.countedHundredths &&
  source.deemedComplete === item.deemedComplete &&
  source.refusal === (item.refusal?.code ?? null) &&
  isDeepStrictEqual(source.steps, item.steps);

type Counting = { kind: 'recognition' | 'adjustment'; change: Change; item: ItemResult; before: Held | undefined };

const countedEntry = (of: Person, source: Source, { kind, change, item, before }: Counting): LedgerEntry => ({
  ...inputsOf(of, source, change),
  kind,
  round: (before?.round ?? 0) + (kind === 'recognition' ? 1 : 0),
  public_delta: item.publicHundredths - (before?.publicHundredths ?? 0),
  professional_delta: item.professionalHundredths - (before?.professionalHundredths ?? 0),
  counted_hundredths: item.countedHundredths,
  deemed_complete: item.deemedComplete,
  basis: [...new Set(item.refusal?.basis ?? item.steps.flatMap((step) => step.basis))],
  steps: item.steps,
  refusal: item.refusal?.code ?? null,
  reason: null,
});

const reversalEntry = (of: Person, source: Held, change: Extract<Change, { kind: 'reversal' }>): LedgerEntry => ({
  ...inputsOf(of, source, change),
  kind: 'reversal',
  round: source.round,
  public_delta: -source.publicHundredths,
  professional_delta: -source.professionalHundredths,
  counted_hundredths: 0,
  deemed_complete: false,
  basis: [...change.basis],
  steps: [
    { step: 'counted', hundredths: 0, basis: change.basis, text: `撤销认定，不再计入（${citations(change.basis)}）` },
  ],
  refusal: null,
  reason: change.reason,
});

const inputsOf = (of: Person, source: Source, change: Change) => ({
  person_id: of.personId,
  year: of.year,
  source_kind: source.sourceKind,
  source_id: source.sourceId,
  caused_by: change.causedBy,
  form: source.activity.form,
  activity: source.activity,
  lowered_to: source.loweredTo,
  study_archive: source.studyArchive,
  rule_version: RULE_VERSION,
});
