import { type SampleOutcome, verifySample } from '../db/cases.ts';
import type { Db } from '../db/connect.ts';
import { legalDay } from '../rules/calendar.ts';

/** What the nightly verification may do. Safe to repeat: a mismatch has one open case, however often it is seen. */
export type LedgerActivities = { verifySample(count: number): Promise<SampleOutcome> };

export const ledgerActivities = ({ db, now = () => new Date() }: { db: Db; now?: () => Date }): LedgerActivities => ({
  verifySample: (count) => verifySample(db, { count, on: legalDay(now().getTime()) }),
});
