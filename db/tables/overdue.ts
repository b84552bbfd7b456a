import type { Generated } from 'kysely';
import type { Warning } from '../../rules/overdue.ts';
import type { ReviewingRole } from '../../rules/stages.ts';
import type { DeclaredRelation, StuckCause } from '../../rules/vocabulary.ts';
import type { Day, Instant, InstantOrNull } from '../columns.ts';

/** Late reviews, stand-ins, copies, relations and stuck stages (migration 0021). */
export interface OverdueTables {
  task_warning: { task_id: string; warning: Warning; warned_on: Day };
  escalation: {
    id: Generated<string>;
    task_id: string;
    claim_id: string;
    organisation_id: string;
    own: boolean;
    escalated_on: Day;
  };
  urging: {
    id: Generated<string>;
    escalation_id: string;
    urged_by: string;
    note: string;
    urged_on: Day;
    urged_at: Instant;
    request_key: string;
  };
  nudge: {
    id: Generated<string>;
    claim_id: string;
    stage_seq: number;
    nudged_by: string;
    nudged_on: Day;
    nudged_at: Instant;
    request_key: string;
  };
  leave: {
    id: Generated<string>;
    person_id: string;
    organisation_id: string;
    role: ReviewingRole;
    stand_in_id: string;
    from_on: Day;
    until_on: Day;
    recorded_by: string;
    recorded_at: Instant;
    cancelled_at: InstantOrNull;
    request_key: string;
  };
  declared_relation: {
    id: Generated<string>;
    person_id: string;
    other_id: string | null;
    other_name: string;
    other_number_masked: string;
    relation: DeclaredRelation;
    declared_at: Instant;
    ended_at: InstantOrNull;
    request_key: string;
  };
  claim_copy: {
    id: Generated<string>;
    task_id: string;
    claim_id: string;
    to_person_id: string | null;
    to_organisation_id: string | null;
    note: Generated<string>;
    copied_by: string;
    organisation_id: string;
    copied_at: Instant;
  };
  stuck_stage: {
    id: Generated<string>;
    claim_id: string;
    stage_seq: number;
    task_id: string | null;
    organisation_id: string | null;
    cause: StuckCause;
    found_at: Instant;
    ended_at: InstantOrNull;
  };
}
