import type { CasePosition } from '../contract/positions.ts';
import type { Db } from '../db/connect.ts';
import { lookAtDeferral } from '../db/deferrals.ts';

/** What the deferral's workflow may do. Safe to repeat: what is due is settled once. */
export type DeferralActivities = { lookAtDeferral(id: string): Promise<CasePosition> };

export const deferralActivities = ({ db }: { db: Db }): DeferralActivities => ({
  lookAtDeferral: (id) => lookAtDeferral(db, id),
});
