import type { CasePosition } from '../contract/positions.ts';
import type { Db } from '../db/connect.ts';
import { lookAtSanction } from '../db/sanctions.ts';

/** What a sanction's workflow may do. Safe to repeat: what is due is settled once. */
export type SanctionActivities = { lookAtSanction(id: string): Promise<CasePosition> };

export const sanctionActivities = ({ db }: { db: Db }): SanctionActivities => ({
  lookAtSanction: (id) => lookAtSanction(db, id),
});
