import type { Generated, Selectable } from 'kysely';
import type { Provision } from '../../rules/articles.ts';
import type { ReconsiderationState } from '../../rules/reconsideration.ts';
import type { StageKind } from '../../rules/vocabulary.ts';
import type { Day, Instant, InstantOrNull } from '../columns.ts';

/** Reviews of rejections (复核, migration 0022). */
export interface ReconsiderationTables {
  reconsideration: ReconsiderationTable;
}

interface ReconsiderationTable {
  id: Generated<string>;
  claim_id: string;
  person_id: string;
  /** The decision that rejected; of a closing its act (migration 0051). */
  rejection_id: string | null;
  closing_seq: number | null;
  rejected_by: string;
  stage_kind: StageKind;
  organisation_id: string;
  grounds: string;
  request_key: string;
  requested_at: Instant;
  due_on: Day;
  escalate_on: Day;
  calendar: string;
  reminded_at: InstantOrNull;
  escalated_at: InstantOrNull;
  state: Generated<ReconsiderationState>;
  decision_id: string | null;
  decided_by: string | null;
  decided_at: InstantOrNull;
  reason: string | null;
  article: Provision | null;
}
export type ReconsiderationRow = Selectable<ReconsiderationTable>;
