import type { Instant, InstantOrNull } from '../columns.ts';

export interface OperationsTables {
  /** Attempts to log in, counted by the hash of an address or of a name nobody has (db/acts/attempts.ts). */
  login_attempt: { key: string; failures: number; since: Instant };
  heartbeat: { worker: string; at: Instant; temporal_at: InstantOrNull; worked_at: InstantOrNull };
}
