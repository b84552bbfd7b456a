import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CanaryActivities } from '../activities/canary.ts';
import type { ClaimActivities } from '../activities/claims.ts';
import type { ComplaintActivities } from '../activities/complaints.ts';
import type { DeferralActivities } from '../activities/deferrals.ts';
import type { LedgerActivities } from '../activities/ledger.ts';
import type { ReconciliationActivities } from '../activities/reconciliation.ts';
import type { ReconsiderationActivities } from '../activities/reconsiderations.ts';
import type { RectificationActivities } from '../activities/rectifications.ts';
import type { SanctionActivities } from '../activities/sanctions.ts';
import type { YearCloseActivities } from '../activities/year-close.ts';

/**
 * Every timeout and retry of the workflows, on one screen. Database steps are short local activities, idempotent by (claim, sequence):
 * one costs a single history event. While PostgreSQL is away they are retried for ever, and past two seconds the wait between two
 * tries is a timer on the server, so that an outage holds no workflow task and fails no claim.
 */
const DATABASE_STEP = {
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '2 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 3, maximumInterval: '20 seconds' },
} as const;

export const canaries = proxyLocalActivities<CanaryActivities>(DATABASE_STEP);
export const claims = proxyLocalActivities<ClaimActivities>(DATABASE_STEP);
export const complaints = proxyLocalActivities<ComplaintActivities>(DATABASE_STEP);
export const deferrals = proxyLocalActivities<DeferralActivities>(DATABASE_STEP);
export const rectifications = proxyLocalActivities<RectificationActivities>(DATABASE_STEP);
export const sanctions = proxyLocalActivities<SanctionActivities>(DATABASE_STEP);
export const reconsiderations = proxyLocalActivities<ReconsiderationActivities>(DATABASE_STEP);

/** Pages of a closing take seconds and beat: when their worker dies, another goes on where the record stands, half a minute later. */
export const closing = proxyActivities<YearCloseActivities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** Pages of a reconciliation take seconds and beat, as those of a closing do. */
export const reconciling = proxyActivities<ReconciliationActivities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

/** A night's sample takes seconds; a day later the next one is due. */
export const checking = proxyActivities<LedgerActivities>({
  startToCloseTimeout: '15 minutes',
  retry: { initialInterval: '10 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes', maximumAttempts: 20 },
});
