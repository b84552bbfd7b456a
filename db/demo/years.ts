import { type AnnualResult, annualYear, type ItemResult, RULE_VERSION } from '../../rules/annual.ts';
import { legalDay } from '../../rules/calendar.ts';
import { lowestHours } from '../../rules/stages.ts';
import { standingOf } from '../../rules/verdict.ts';
import { asRecognised, type Source } from '../ledger.ts';
import { withProof } from './activities.ts';
import { DEMO_YEAR } from './claims.ts';
import type { ClaimLife } from './life.ts';
import { organisationOf } from './organisations.ts';
import type { Row, Rows } from './rows.ts';

/** An activity that enters a person's year, or leaves it again. */
interface Entry {
  at: Date;
  kind: 'recognition' | 'reversal';
  source: Source;
}

/**
 * The ledger of every person's year, entry by entry in the order things happened: each brings an activity in (or takes it out),
 * recomputes the year by the rules, and records what that changed, as the system does.
 */
export function writeLedger(
  rows: Rows,
  lives: readonly ClaimLife[],
  completions: readonly Row<'platform_completion'>[],
): void {
  const entries = new Map<string, Entry[]>();
  const add = (personId: string, entry: Entry): void => {
    entries.set(personId, [...(entries.get(personId) ?? []), entry]);
  };
  for (const life of lives) {
    if (life.filedAt === null) continue;
    const source = sourceOfClaim(life);
    add(life.seed.person.id, { at: life.filedAt, kind: 'recognition', source });
    if (life.revokedAt !== null) add(life.seed.person.id, { at: life.revokedAt, kind: 'reversal', source });
  }
  for (const completion of completions) {
    const at = new Date(completion.registered_at);
    add(completion.person_id, { at, kind: 'recognition', source: sourceOfCompletion(completion) });
  }
  for (const [personId, ofPerson] of entries) writeYear(rows, personId, ofPerson);
  rows.sort('ledger_entry', 'recorded_at');
}

function sourceOfClaim(life: ClaimLife): Source {
  return {
    sourceKind: 'claim',
    sourceId: life.seed.id,
    activity: withProof(life.seed.declared),
    loweredTo: lowestHours(life.lowered),
    studyArchive: organisationOf(life.seed.affiliation.employerId).studyArchive,
  };
}

function sourceOfCompletion(row: Row<'platform_completion'>): Source {
  const { id, completed_on: on, course, hundredths, subject } = row;
  return {
    sourceKind: 'platform',
    sourceId: id,
    activity: { form: 'platform-course', on, course, hundredths, subject },
    loweredTo: {},
    studyArchive: true,
  };
}

interface Counted {
  public: number;
  professional: number;
}

function writeYear(rows: Rows, personId: string, entries: readonly Entry[]): void {
  const active = new Map<string, Source>();
  const counted = new Map<string, Counted>();
  let result: AnnualResult | null = null;
  const inOrder = entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  for (const { at, kind, source } of inOrder) {
    if (kind === 'recognition') active.set(source.sourceId, source);
    else active.delete(source.sourceId);
    result = annualYear({
      year: DEMO_YEAR,
      asOf: legalDay(at.getTime()),
      unit: { studyArchive: true },
      activities: [...active.values()].map(asRecognised),
    });
    if (kind === 'reversal')
      rows.add('ledger_entry', entryRow(personId, at, 'reversal', source, source, null, counted));
    for (const each of active.values()) {
      const isNew = each === source;
      const item = itemOf(result, each);
      if (!isNew && !changed(item, counted.get(each.sourceId))) continue;
      const entryKind = isNew ? 'recognition' : 'adjustment';
      rows.add('ledger_entry', entryRow(personId, at, entryKind, each, source, item, counted));
    }
  }
  const last = inOrder.at(-1);
  if (result === null || last === undefined) return;
  rows.add('person_year', {
    person_id: personId,
    year: DEMO_YEAR,
    public_hundredths: result.publicHundredths,
    professional_hundredths: result.professionalHundredths,
    deemed_complete: result.items.some((item) => item.deemedComplete),
    standing: standingOf(result.verdict),
    recomputed_at: last.at.toISOString(),
  });
}

function itemOf(result: AnnualResult, source: Source): ItemResult {
  const item = result.items.find((each) => each.id === source.sourceId);
  if (item === undefined) throw new Error(`the rules left ${source.sourceId} out`);
  return item;
}

const changed = (item: ItemResult, before: Counted | undefined): boolean =>
  item.publicHundredths !== before?.public || item.professionalHundredths !== before.professional;

/** An entry, and what the source counts from now on. No item: the source leaves the year. */
function entryRow(
  personId: string,
  at: Date,
  kind: Row<'ledger_entry'>['kind'],
  source: Source,
  cause: Source,
  item: ItemResult | null,
  counted: Map<string, Counted>,
): Omit<Row<'ledger_entry'>, 'id'> {
  const before = counted.get(source.sourceId) ?? { public: 0, professional: 0 };
  const now = { public: item?.publicHundredths ?? 0, professional: item?.professionalHundredths ?? 0 };
  counted.set(source.sourceId, now);
  const steps = item === null ? [] : [...item.steps];
  return {
    person_id: personId,
    year: DEMO_YEAR,
    kind,
    source_kind: source.sourceKind,
    source_id: source.sourceId,
    caused_by: cause.sourceId,
    form: source.activity.form,
    activity: source.activity,
    lowered_to: source.loweredTo,
    study_archive: source.studyArchive,
    public_delta: now.public - before.public,
    professional_delta: now.professional - before.professional,
    counted_hundredths: item?.countedHundredths ?? 0,
    deemed_complete: item?.deemedComplete ?? false,
    basis: item === null ? ['21'] : [...new Set(steps.flatMap((step) => [...step.basis]))],
    steps,
    rule_version: RULE_VERSION,
    recorded_at: at.toISOString(),
  };
}
