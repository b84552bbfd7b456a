import type { CasePosition } from '../contract/positions.ts';
import { lookAtComplaint } from '../db/complaints.ts';
import type { Db } from '../db/connect.ts';

/** What a complaint's workflow may do. Safe to repeat: each reminder is given once. */
export type ComplaintActivities = { lookAtComplaint(id: string): Promise<CasePosition> };

export const complaintActivities = ({ db }: { db: Db }): ComplaintActivities => ({
  lookAtComplaint: (id) => lookAtComplaint(db, id),
});
