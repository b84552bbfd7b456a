import { lowestHours } from '../rules/stages.ts';
import type { Db } from './connect.ts';

/**
 * What the approvals of a claim's version left of each line, in hundredths of an hour; of bodies that differ, the lower. A line nobody
 * lowered is absent.
 * @article 11
 */
export async function hoursLeft(
  db: Db,
  { claimId, version }: { claimId: string; version: number },
): Promise<Record<number, number>> {
  const approvals = await db
    .selectFrom('decision')
    .select('hours')
    .where('claim_id', '=', claimId)
    .where('version', '=', version)
    .where('outcome', '=', 'approve')
    .where('superseded_at', 'is', null)
    .execute();
  return lowestHours(approvals.map(({ hours }) => hours));
}
