import type { Generated, GeneratedAlways, Selectable } from 'kysely';
import type { ComplaintDuty, ComplaintFinding, ComplaintState, ComplaintTopic } from '../../rules/complaint.ts';
import type { Warning } from '../../rules/overdue.ts';
import type { RectificationState, Violation } from '../../rules/rectification.ts';
import type { Risk } from '../../rules/risk.ts';
import type {
  CheckState,
  Consequence,
  InquiryState,
  InspectionKind,
  Misconduct,
  MisconductState,
} from '../../rules/supervision.ts';
import type { Day, Instant, InstantNow, InstantOrNull, Json, JsonWithDefault } from '../columns.ts';

/** What a frame was narrowed to; codes only. */
export type InspectionFilters = {
  regionCode?: string | undefined;
  industryCode?: string | undefined;
  employerId?: string | undefined;
  form?: string | undefined;
  filedFrom?: Day | undefined;
  filedTo?: Day | undefined;
};

/** Supervision and inspection (migrations 0019, 0034). */
export interface SupervisionTables {
  inspection: InspectionTable;
  check_task: CheckTaskTable;
  check_consequence: { check_id: string; kind: Consequence; reference: string; at: InstantNow };
  use_inquiry: UseInquiryTable;
  complaint: ComplaintTable;
  complaint_warning: ComplaintWarningTable;
  complaint_identity: { complaint_id: string; name: string; contact: string };
  rectification: RectificationTable;
  misconduct: MisconductTable;
}

interface InspectionTable {
  id: Generated<string>;
  kind: InspectionKind;
  organisation_id: string;
  title: string;
  year: number;
  filters: Json<InspectionFilters>;
  algorithm: string;
  seed: string;
  frame: string[];
  frame_hash: string;
  size: number;
  drawn_by: string;
  drawn_at: Instant;
  request_key: string;
}

interface CheckTaskTable {
  id: Generated<string>;
  inspection_id: string | null;
  complaint_id: string | null;
  organisation_id: string;
  claim_id: string;
  person_id: string;
  position: number;
  score: number;
  risks: JsonWithDefault<Risk[]>;
  state: Generated<CheckState>;
  opened_at: Instant;
  conclusion: string | null;
  concluded_by: string | null;
  concluded_at: InstantOrNull;
}

interface UseInquiryTable {
  id: Generated<string>;
  inspection_id: string;
  organisation_id: string;
  employer_id: string;
  year: number;
  position: number;
  people: number;
  considered: number;
  state: Generated<InquiryState>;
  asked_at: Instant;
  answer: string | null;
  answered_by: string | null;
  answered_at: InstantOrNull;
  conclusion: string | null;
  concluded_by: string | null;
  concluded_at: InstantOrNull;
  rectification_id: string | null;
}

interface ComplaintTable {
  id: Generated<string>;
  number: GeneratedAlways<number>;
  code_hash: Buffer;
  topic: ComplaintTopic;
  content: string;
  region_code: string;
  industry_code: string | null;
  about_organisation_id: string | null;
  about_person_id: string | null;
  about_text: Generated<string>;
  receiver_id: string;
  handler_id: string | null;
  state: Generated<ComplaintState>;
  received_at: Instant;
  assigned_at: InstantOrNull;
  finding: ComplaintFinding | null;
  investigation: string | null;
  investigated_by: string | null;
  investigated_at: InstantOrNull;
  answer: string | null;
  answered_by: string | null;
  answered_at: InstantOrNull;
  transfer_due_on: Day;
  transfer_escalate_on: Day;
  answer_due_on: Day;
  answer_escalate_on: Day;
  calendar: string;
}

/** Who was reminded of a complaint, and which superior body was told of it (migration 0034). */
interface ComplaintWarningTable {
  complaint_id: string;
  duty: ComplaintDuty;
  warning: Warning;
  body_id: string;
  told_id: string;
  due_on: Day;
  warned_at: Instant;
}

/** What an order came from. */
export type RectificationSource = 'check' | 'inquiry' | 'complaint';

interface RectificationTable {
  id: Generated<string>;
  number: GeneratedAlways<number>;
  body_id: string;
  target_id: string;
  violation: Violation;
  facts: string;
  requirement: string;
  due_on: Day;
  state: Generated<RectificationState>;
  source_kind: RectificationSource | null;
  source_id: string | null;
  ordered_by: string;
  ordered_at: Instant;
  request_key: string;
  report: string | null;
  reported_by: string | null;
  reported_at: InstantOrNull;
  overdue_at: InstantOrNull;
  escalated_to: string | null;
  accepted_by: string | null;
  ended_at: InstantOrNull;
}

interface MisconductTable {
  id: Generated<string>;
  body_id: string;
  organisation_id: string;
  person_id: string | null;
  person_name: string;
  kind: Misconduct;
  facts: string;
  complaint_id: string | null;
  state: Generated<MisconductState>;
  recorded_by: string;
  recorded_at: Instant;
  request_key: string;
  referred_to: string | null;
  referred_at: InstantOrNull;
  outcome: string | null;
  concluded_by: string | null;
  concluded_at: InstantOrNull;
}

export type RectificationRow = Selectable<RectificationTable>;
export type ComplaintRow = Selectable<ComplaintTable>;
export type CheckTaskRow = Selectable<CheckTaskTable>;
export type UseInquiryRow = Selectable<UseInquiryTable>;
export type MisconductRow = Selectable<MisconductTable>;
