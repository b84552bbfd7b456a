import type { Generated } from 'kysely';
import type { Instant, InstantOrNull } from '../columns.ts';

/** Platform courses counted for a deferred year (migration 0023). */
export interface MakeUpTables {
  make_up: {
    id: Generated<string>;
    completion_id: string;
    person_id: string;
    year: number;
    deferral_id: string;
    request_key: string;
    assigned_at: Instant;
    ended_at: InstantOrNull;
    ended_because: 'deferral-revoked' | 'merge-undone' | null;
  };
}
