import type { CasePosition } from '../contract/positions.ts';
import type { Db } from '../db/connect.ts';
import { lookAtRectification } from '../db/rectifications.ts';

/** What the rectification order's workflow may do. Safe to repeat: what is due is settled once. */
export type RectificationActivities = { lookAtRectification(id: string): Promise<CasePosition> };

export const rectificationActivities = ({ db }: { db: Db }): RectificationActivities => ({
  lookAtRectification: (id) => lookAtRectification(db, id),
});
