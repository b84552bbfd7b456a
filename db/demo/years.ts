import { type AnnualResult, isDeemedComplete } from '../../rules/annual.ts';
import { legalDay } from '../../rules/calendar.ts';
import { lowestHours } from '../../rules/stages.ts';
import { type Finding, standingOf } from '../../rules/verdict.ts';
import { filedYear } from '../filed.ts';
import { heldAfter } from '../ledger.ts';
import { type Change, entriesOf, type Held, judgeYear, type Source, sourcesAfter } from '../ledger-entries.ts';
import { withProof } from './activities.ts';
import type { Certificates } from './certificates.ts';
import { DEMO_YEAR } from './claims.ts';
import { type ClaimLife, REVOKED } from './life.ts';
import { organisationOf } from './organisations.ts';
import type { Row, Rows } from './rows.ts';

/** An activity that enters a person's year or leaves it again, or a finding of fraud (Art. 21) that cancels it or is lifted. */
type Entry = { at: Date } & (
  | {
      kind: 'recognition' | 'reversal';
      source: Source;
      /** Of a claim: where its filing says what it counted. */
      life?: ClaimLife;
    }
  | { kind: 'found' | 'lifted'; fraud: Fraud }
);

/** What a sanction does to its person's year, and who wants to know it. */
export interface Fraud {
  sanctionId: string;
  personId: string;
  imposedAt: Date;
  liftedAt: Date | null;
  /** Told the year before and after it, and the certificate that it revoked. */
  imposed(before: AnnualResult, after: AnnualResult, certificateNumber: string | null): void;
}

/**
 * The ledger of every person's year, entry by entry in the order things happened: each brings an activity in (or takes it out),
 * recomputes the year by the rules, and records what that changed, as the system does.
 */
export function writeLedger(
  rows: Rows,
  lives: readonly ClaimLife[],
  completions: readonly Row<'platform_completion'>[],
  { certificates, frauds }: { certificates: Certificates; frauds: readonly Fraud[] },
): void {
  const entries = new Map<string, Entry[]>();
  const add = (personId: string, entry: Entry): void => {
    entries.set(personId, [...(entries.get(personId) ?? []), entry]);
  };
  for (const life of lives) {
    if (life.filedAt === null) continue;
    const source = sourceOfClaim(life);
    add(life.seed.person.id, { at: life.filedAt, kind: 'recognition', source, life });
    if (life.revokedAt !== null) add(life.seed.person.id, { at: life.revokedAt, kind: 'reversal', source });
  }
  for (const completion of completions) {
    const at = new Date(completion.registered_at);
    add(completion.person_id, { at, kind: 'recognition', source: sourceOfCompletion(completion) });
  }
  for (const fraud of frauds) {
    add(fraud.personId, { at: fraud.imposedAt, kind: 'found', fraud });
    if (fraud.liftedAt !== null) add(fraud.personId, { at: fraud.liftedAt, kind: 'lifted', fraud });
  }
  for (const [personId, ofPerson] of entries) writeYear({ rows, certificates }, personId, ofPerson);
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

type Books = { rows: Rows; certificates: Certificates };

function writeYear({ rows, certificates }: Books, personId: string, entries: readonly Entry[]): void {
  const held = new Map<string, Held>();
  const of = { personId, year: DEMO_YEAR };
  let result: AnnualResult | null = null;
  let findings: readonly Finding[] = [];
  const inOrder = entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  for (const entry of inOrder) {
    const { at } = entry;
    const change = changeOf(entry);
    const before = [...held.values()];
    const on = legalDay(at.getTime());
    if (entry.kind === 'found') findings = [{ kind: 'fraud', effectiveOn: on }];
    if (entry.kind === 'lifted') findings = [];
    result = judgeYear({ year: DEMO_YEAR, on, countedEarlier: [], findings }, sourcesAfter(before, change));
    if (entry.kind === 'recognition') noteCounted(entry, result);
    if (entry.kind === 'found') {
      const unfound = judgeYear({ year: DEMO_YEAR, on, countedEarlier: [] }, sourcesAfter(before, change));
      entry.fraud.imposed(unfound, result, certificates.numberOf(personId));
    }
    for (const line of entriesOf(of, { held: before, change, result })) {
      rows.add('ledger_entry', { ...line, recorded_at: at.toISOString() });
      held.set(line.source_id, heldAfter(held.get(line.source_id), line));
    }
    certificates.follow(personId, at, result);
  }
  const last = inOrder.at(-1);
  if (result === null || last === undefined) return;
  rows.add('person_year', {
    person_id: personId,
    year: DEMO_YEAR,
    public_hundredths: result.publicHundredths,
    professional_hundredths: result.professionalHundredths,
    deemed_complete: isDeemedComplete(result),
    standing: standingOf(result.verdict),
    recomputed_at: last.at.toISOString(),
  });
}

function changeOf(entry: Entry): Change {
  if ('fraud' in entry) return { kind: 'recompute', causedBy: entry.fraud.sanctionId };
  const { kind, source } = entry;
  const causedBy = source.sourceId;
  return kind === 'recognition'
    ? { kind, source, causedBy }
    : { kind, sourceId: source.sourceId, causedBy, ...REVOKED };
}

function noteCounted({ source, life }: { source: Source; life?: ClaimLife }, result: AnnualResult): void {
  const item = result.items.find((each) => each.id === source.sourceId);
  if (item) life?.filedDetail.years.push(filedYear(DEMO_YEAR, item));
}
