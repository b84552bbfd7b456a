import type { Generated } from 'kysely';
import type { MergeState } from '../../contract/merges.ts';
import type { InstantNow, InstantOrNull, JsonWithDefault } from '../columns.ts';

/** People registered twice (migration 0017). */
export interface MergeTables {
  person_merge: {
    id: Generated<string>;
    absorbed_id: string;
    kept_id: string;
    state: Generated<MergeState>;
    reason: string;
    proposed_by: string;
    proposed_at: InstantNow;
    request_key: string;
    confirmed_by: string | null;
    confirmed_at: InstantOrNull;
    undo_reason: string | null;
    undo_by: string | null;
    undo_at: InstantOrNull;
    undone_by: string | null;
    undone_at: InstantOrNull;
    affiliations: JsonWithDefault<Record<string, unknown>[]>;
    account_disabled: Generated<boolean>;
  };
  person_merge_source: { merge_id: string; source_id: string; year: number };
  /** A view: every number and key, and whom it means today. */
  person_identity: {
    id_number: string;
    person_key: Buffer | null;
    name: string;
    own_id: string;
    person_id: string;
  };
}
