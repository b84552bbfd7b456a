import type { Instant, InstantOrNull } from '../columns.ts';

export interface OperationsTables {
  /** Failed log-ins by address or by the hash of a name nobody has. */
  login_attempt: { key: string; failures: number; since: Instant };
  heartbeat: { worker: string; at: Instant; temporal_at: InstantOrNull };
}
