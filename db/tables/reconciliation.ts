import type { Generated, Selectable } from 'kysely';
import type {
  ReconciliationDepth,
  ReconciliationPart,
  ReconciliationProgress,
  StuckClass,
  StuckSubject,
} from '../../contract/stuck.ts';
import type { InstantNow, InstantOrNull, JsonWithDefault } from '../columns.ts';

/** Reconciliation and what it found (migration 0040). */
export interface ReconciliationTables {
  reconciliation: {
    id: Generated<string>;
    depth: ReconciliationDepth;
    state: Generated<ReconciliationProgress['state']>;
    part: ReconciliationPart | null;
    after: Generated<string | null>;
    checked: Generated<number>;
    found: Generated<number>;
    resolved: Generated<number>;
    begun_at: InstantNow;
    finished_at: InstantOrNull;
  };
  stuck_finding: StuckFindingTable;
}

interface StuckFindingTable {
  id: Generated<string>;
  class: StuckClass;
  subject_kind: StuckSubject;
  subject_id: string;
  page_key: string;
  claim_id: string | null;
  organisation_id: string | null;
  facts: JsonWithDefault<Record<string, unknown>>;
  first_seen_at: InstantNow;
  last_seen_at: InstantNow;
  repaired_at: InstantOrNull;
  resolved_at: InstantOrNull;
}

export type StuckFindingRow = Selectable<StuckFindingTable>;
