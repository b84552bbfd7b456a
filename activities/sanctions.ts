import type { CasePosition } from '../contract/positions.ts';
import type { Db } from '../db/connect.ts';
import { lookAtSanction } from '../db/sanctions.ts';
import { lookAtTitleOrder } from '../db/title-orders.ts';

/** What the workflows of a sanction and of its title orders may do. Safe to repeat: what is due is settled once. */
export type SanctionActivities = {
  lookAtSanction(id: string): Promise<CasePosition>;
  lookAtTitleOrder(id: string): Promise<CasePosition>;
};

export const sanctionActivities = ({ db }: { db: Db }): SanctionActivities => ({
  lookAtSanction: (id) => lookAtSanction(db, id),
  lookAtTitleOrder: (id) => lookAtTitleOrder(db, id),
});
