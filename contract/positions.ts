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
