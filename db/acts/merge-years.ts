import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { activeSources, lockYear, recogniseInYear, recomputeYear, reverseInYear } from '../ledger.ts';
import type { Source } from '../ledger-entries.ts';
import { countedFor } from '../make-up.ts';

/** The two registrations of a merge. */
export type Two = { keptId: string; absorbedId: string };

type Moving = { mergeId: string; two: Two; on: string; way: 'there' | 'back' };
/** `to`: the year it goes to, where that is another than its own. */
type Moved = { source: Source; year: number; to: number };

/**
 * Moves the hours of the absorbed person's years to the kept person (`there`), or exactly those back that are still in (`back`).
 * Years are locked first: by person, then by year, both ascending, so that no two transactions wait for each other.
 * @returns how many activities went over, counted once a year
 */
export async function moveYears(trx: Db, moving: Moving): Promise<number> {
  const { mergeId, two, on, way } = moving;
  const years = await lockYears(trx, moving);
  const [from, to] = way === 'there' ? [two.absorbedId, two.keptId] : [two.keptId, two.absorbedId];
  const taken = way === 'back' ? await takenOver(trx, mergeId) : null;
  const moved: Moved[] = [];
  for (const year of years) {
    for (const source of await activeSources(trx, { personId: from, year })) {
      const back = taken?.get(keyOf(source.sourceId, year));
      if (taken === null || back === year) moved.push({ source, year, to: year });
      else if (back !== undefined) moved.push({ source: countedFor(source, undefined), year, to: back });
    }
  }
  for (const { source, year } of moved) {
    const reversal = { sourceId: source.sourceId, causedBy: mergeId, basis: ['12'] as const, reason: REASONS[way] };
    await reverseInYear(trx, { personId: from, year, on }, reversal, { isPart: true });
  }
  for (const { source, to: year } of moved) {
    const how = { again: true, isPart: true, causedBy: mergeId };
    await recogniseInYear(trx, { personId: to, year, on }, source, how);
  }
  if (way === 'there' && moved.length > 0) {
    const rows = moved.map(({ source, year }) => ({ merge_id: mergeId, source_id: source.sourceId, year }));
    await trx.insertInto('person_merge_source').values(rows).execute();
  }
  for (const year of new Set(moved.flatMap((each) => [each.year, each.to]))) {
    for (const personId of [from, to]) await recomputeYear(trx, { personId, year, on }, mergeId);
  }
  return moved.length;
}

const REASONS = {
  there: '重复登记合并，学时转入保留的登记',
  back: '合并已撤销，学时转回原登记',
} as const;

const keyOf = (sourceId: string, year: number): string => `${sourceId} ${year}`;

/**
 * What went over, by activity and the year it is in now, with the year it goes back to: a platform course that the kept person has counted
 * for a deferred year since goes back to its own, for the deferral is the kept person's. That choice is over.
 */
async function takenOver(trx: Db, mergeId: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ source_id: string; year: number; now_in: number }>`
    with undone as (
      update make_up m set ended_at = now(), ended_because = 'merge-undone' from person_merge_source s
      where s.merge_id = ${mergeId} and s.source_id = m.completion_id and s.year = m.year + 1 and m.ended_at is null
      returning m.completion_id, m.year)
    select s.source_id, s.year, coalesce(u.year, s.year) as now_in
    from person_merge_source s left join undone u on u.completion_id = s.source_id and u.year = s.year - 1
    where s.merge_id = ${mergeId}`.execute(trx);
  return new Map(rows.map((row) => [keyOf(row.source_id, row.now_in), row.year]));
}

/** Every year that either person has, for both of them. */
async function lockYears(trx: Db, { two }: Moving): Promise<number[]> {
  const { rows } = await sql<{ year: number }>`
    select distinct year from person_year where person_id in (${two.keptId}, ${two.absorbedId}) order by year`.execute(
    trx,
  );
  const years = rows.map((row) => row.year);
  for (const personId of [two.keptId, two.absorbedId].sort()) {
    for (const year of years) await lockYear(trx, { personId, year }, { across: true });
  }
  return years;
}
