import { sql } from 'kysely';
import { type AnnualResult, isDeemedComplete, isYearComplete } from '../rules/annual.ts';
import { standingOf } from '../rules/verdict.ts';
import { certificateFollows } from './certificates.ts';
import type { Db } from './connect.ts';
import { deferralHears } from './deferral-of.ts';

/**
 * What follows from a year's recomputation, in its transaction and under the year's lock, so that no reader sees one without the other:
 * the totals, the certificate. Whatever else hangs on a year's figures is called here, one line each.
 * @param result the year as the rules see it now
 */
export async function yearChanged(
  trx: Db,
  { personId, year }: { personId: string; year: number },
  result: AnnualResult,
): Promise<void> {
  await trx
    .updateTable('person_year')
    .set({
      public_hundredths: result.publicHundredths,
      professional_hundredths: result.professionalHundredths,
      deemed_complete: isDeemedComplete(result),
      standing: standingOf(result.verdict),
      recomputed_at: sql`now()`,
    })
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .execute();
  await certificateFollows(trx, { personId, year }, result);
  await deferralHears(trx, { personId, year }, isYearComplete(result));
}
