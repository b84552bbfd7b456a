import type { Plan } from '../rules/routing.ts';
import type { Act } from '../rules/stages.ts';
import type { ClaimState } from '../rules/vocabulary.ts';

/** Where a claim stands, as its workflow sees it after reading or moving the record. */
export type Position = {
  state: ClaimState;
  /** The last act that has been applied; the next one is `appliedSeq + 1`. */
  appliedSeq: number;
  plan: Plan;
  /** Acts recorded and not applied, in order. */
  unapplied: Act[];
  /** Milliseconds until the correction's deadline, by the record's clock; null when nothing is to be corrected. */
  correctionMs: number | null;
};

/** Where a case (deferral, sanction, order) stands, as its workflow sees it after looking at the record. */
export type CasePosition = {
  /** Nothing more will happen to it by itself. */
  over: boolean;
  /** Milliseconds until its next legal date, by the record's clock; null while it waits for people. */
  waitMs: number | null;
};
