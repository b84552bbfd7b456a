import type { LedgerActivities } from '../activities/ledger.ts';
import { checking } from './proxies.ts';

/** People whose years are recomputed each night, besides those with an open case. */
const SAMPLE = 2_000;

/** Recomputes a sample of the ledger (台账) from its frozen inputs; a year that does not agree has a case opened. */
export const ledgerCheck = (): ReturnType<LedgerActivities['verifySample']> => checking.verifySample(SAMPLE);
