import { sql } from 'kysely';
import { type AnnualResult, isDeemedComplete, isYearComplete } from '../rules/annual.ts';
import { standingOf } from '../rules/verdict.ts';
import { certificatesFollow } from './certificates.ts';
import type { Db } from './connect.ts';
import { deferralsHear } from './deferral-of.ts';
import type { PersonYear } from './person-year.ts';

/** A year with its figures as the rules see them now. */
export type ChangedYear = PersonYear & { result: AnnualResult };

/**
 * What follows from the recomputation of some years, in its transaction and under the years' locks, so that no reader sees one without the
 * other: the totals, the certificates. Whatever else hangs on a year's figures is called here, one line each.
 */
export async function yearsChanged(trx: Db, years: readonly ChangedYear[]): Promise<void> {
  await writeTotals(trx, years);
  await certificatesFollow(trx, years);
  await deferralsHear(
    trx,
    years.map(({ personId, year, result }) => ({ personId, year, isComplete: isYearComplete(result) })),
  );
}

const writeTotals = (trx: Db, years: readonly ChangedYear[]) =>
  sql`
  update person_year p set public_hundredths = c.public, professional_hundredths = c.professional,
    deemed_complete = c.deemed, standing = c.standing, recomputed_at = now()
  from jsonb_to_recordset(${JSON.stringify(years.map(totalsOf))}::jsonb)
    as c (person_id uuid, year smallint, public int, professional int, deemed boolean, standing text)
  where p.person_id = c.person_id and p.year = c.year`.execute(trx);

const totalsOf = ({ personId, year, result }: ChangedYear) => ({
  person_id: personId,
  year,
  public: result.publicHundredths,
  professional: result.professionalHundredths,
  deemed: isDeemedComplete(result),
  standing: standingOf(result.verdict),
});
