import { MAKE_UP_BASIS } from '../rules/make-up.ts';
import type { Db } from './connect.ts';
import { activeSources, lockYear, recogniseInYear, recomputeYear, reverseInYear } from './ledger.ts';
import type { Source } from './ledger-entries.ts';

/** Platform courses as make-up study (补学): how a completion goes to the deferred year in the ledger, and back to its own. */

/** A completion as counted for the deferred year, or (undefined) for its own. */
export const countedFor = (source: Source, year: number | undefined): Source => ({
  ...source,
  activity: { ...source.activity, makeUpFor: year },
});

/** Both years, the earlier first, before anything of them is read. */
export async function lockBoth(trx: Db, personId: string, deferredYear: number): Promise<void> {
  for (const year of [deferredYear, deferredYear + 1]) await lockYear(trx, { personId, year }, { across: true });
}

type Choice = { personId: string; year: number; on: string; causedBy: string };

/** Takes a completion out of its own year and counts it for the deferred one, under both years' locks. @param choice.year the deferred year */
export async function countAsMakeUp(trx: Db, { personId, year, on, causedBy }: Choice, source: Source): Promise<void> {
  const reason = `本人选定计入被顺延的${year}年度`;
  const own = { personId, year: year + 1, on };
  await reverseInYear(trx, own, { sourceId: source.sourceId, causedBy, basis: MAKE_UP_BASIS, reason });
  await recogniseInYear(trx, { personId, year, on }, countedFor(source, year), { causedBy });
}

/**
 * A deferral that is revoked is as if it had never been: the courses counted by it go back to the years they were completed in. Each choice
 * was made once and is over. The deferred year is left to be recomputed by the caller, who holds the deferral.
 * @param of.year the deferred year
 */
export async function returnMakeUp(trx: Db, of: Choice): Promise<void> {
  const { personId, year, on, causedBy } = of;
  await lockBoth(trx, personId, year);
  const ended = await trx
    .updateTable('make_up')
    .set({ ended_at: new Date(), ended_because: 'deferral-revoked' })
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .where('ended_at', 'is', null)
    .returning('completion_id as id')
    .execute();
  const chosen = new Set(ended.map((row) => row.id));
  const sources = (await activeSources(trx, { personId, year })).filter((source) => chosen.has(source.sourceId));
  const own = { personId, year: year + 1, on };
  for (const source of sources) {
    const reversal = {
      sourceId: source.sourceId,
      causedBy,
      basis: MAKE_UP_BASIS,
      reason: '顺延已撤销，课程计回完成当年',
    };
    await reverseInYear(trx, { personId, year, on }, reversal, { isPart: true });
    await recogniseInYear(trx, own, countedFor(source, undefined), { again: true, isPart: true, causedBy });
  }
  if (sources.length > 0) await recomputeYear(trx, own, causedBy);
}
