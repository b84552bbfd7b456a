import type { CasePosition } from '../contract/positions.ts';
import type { Db } from '../db/connect.ts';
import { lookAtReconsideration } from '../db/reconsiderations.ts';

/** What a review's workflow may do. Safe to repeat: each reminder is given once. */
export type ReconsiderationActivities = { lookAtReconsideration(id: string): Promise<CasePosition> };

export const reconsiderationActivities = ({ db }: { db: Db }): ReconsiderationActivities => ({
  lookAtReconsideration: (id) => lookAtReconsideration(db, id),
});
