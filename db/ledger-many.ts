import type { PlatformCourse } from '../rules/activity.ts';
import type { AnnualResult } from '../rules/annual.ts';
import type { Db } from './connect.ts';
import { deferralsOf } from './deferral-of.ts';
import { findingsOfMany } from './findings.ts';
import { countedEarlier, heldAfter, ledgersIn, writeEntries } from './ledger.ts';
import {
  type Change,
  entriesOf,
  type Held,
  type Judged,
  judgeYear,
  type Source,
  sourcesAfter,
} from './ledger-entries.ts';
import { type PersonYear, yearKey } from './person-year.ts';
import type { LedgerEntry } from './tables/ledger.ts';
import { yearsChanged } from './year-changed.ts';

/** Many people's years of the ledger (台账) changed at once: read together, judged in memory, written together. */

/** An activity new to the ledger, and the year it comes to. Courses alone: a courseware would reach later years too. */
export type Brought = PersonYear & { source: Source & { activity: PlatformCourse } };

/**
 * Brings activities into years whose locks are held (`lockYears`), exactly as `recogniseInYear` would bring one after the other: the same
 * entries in the same order, and the years' totals and what hangs on them once at the end.
 * @param on the legal day the years are judged on
 */
export async function recogniseInYears(trx: Db, brought: readonly Brought[], on: string): Promise<void> {
  const years = await yearsOf(trx, brought, on);
  const judged = years.map(bringIn);
  await writeEntries(
    trx,
    judged.flatMap(({ entries }) => entries),
  );
  await yearsChanged(trx, judged);
}

/** A year as it is, what it is judged by, and what comes to it in order. */
type Year = PersonYear & Judged & { held: readonly Held[]; sources: readonly Source[] };

async function yearsOf(trx: Db, brought: readonly Brought[], on: string): Promise<Year[]> {
  const of = new Map<string, PersonYear & { sources: Source[] }>();
  for (const { source, ...personYear } of brought) {
    const known = of.get(yearKey(personYear)) ?? { ...personYear, sources: [] };
    known.sources.push(source);
    of.set(yearKey(personYear), known);
  }
  const years = [...of.values()];
  const people = [...new Set(years.map(({ personId }) => personId))];
  const held = await ledgersIn(trx, years);
  const [deferrals, findings] = [await deferralsOf(trx, people), await findingsOfMany(trx, people)];
  return Promise.all(
    years.map(async ({ sources, ...year }): Promise<Year> => {
      const before = held.get(yearKey(year)) ?? [];
      return {
        ...year,
        on,
        held: before,
        sources,
        // Asked of the database only for the few years that have a courseware.
        countedEarlier: await countedEarlier(
          trx,
          year,
          before.filter((source) => source.isIn),
        ),
        deferral: deferrals.get(year.personId)?.get(year.year),
        findings: findings.get(year.personId)?.get(year.year),
      };
    }),
  );
}

/** One activity after the other, so that every entry names the one that caused it. */
function bringIn(year: Year): PersonYear & { entries: LedgerEntry[]; result: AnnualResult } {
  const held = new Map(year.held.map((source) => [source.sourceId, source]));
  const entries: LedgerEntry[] = [];
  let result: AnnualResult | undefined;
  for (const source of year.sources) {
    const change: Change = { kind: 'recognition', source, causedBy: source.sourceId };
    const before = [...held.values()];
    result = judgeYear(year, sourcesAfter(before, change));
    for (const entry of entriesOf(year, { held: before, change, result })) {
      entries.push(entry);
      held.set(entry.source_id, heldAfter(held.get(entry.source_id), entry));
    }
  }
  if (!result) throw new Error('nothing comes to the year');
  return { personId: year.personId, year: year.year, entries, result };
}
