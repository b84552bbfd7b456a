import type { ColumnType, Generated, GeneratedAlways, Selectable } from 'kysely';
import type { SanctionImpact, TitleToRevoke } from '../../contract/sanctions.ts';
import type { AppealState, ClosedState, ProposalKind, SanctionSource, SanctionState } from '../../rules/sanction.ts';
import type { TitleOrderKind, TitleOrderState } from '../../rules/title-order.ts';
import type { Day, Instant, InstantOrNull, JsonWithDefault } from '../columns.ts';

/** Fraud in a declaration (migration 0018). */
export interface SanctionTables {
  sanction: SanctionTable;
  sanction_ground: {
    id: Generated<string>;
    sanction_id: string;
    source: SanctionSource;
    explanation: string;
    origin_kind: string | null;
    origin_id: string | null;
    reported_by: string;
    organisation_id: string | null;
    request_key: string | null;
    reported_at: Instant;
  };
  sanction_claim: { sanction_id: string; claim_id: string };
  /** Migration 0032. */
  sanction_closing: SanctionClosingTable;
  sanction_defence: {
    id: Generated<string>;
    sanction_id: string;
    person_id: string;
    text: string;
    is_late: boolean;
    request_key: string;
    stated_at: Instant;
  };
  sanction_appeal: {
    id: Generated<string>;
    sanction_id: string;
    person_id: string;
    text: string;
    state: Generated<AppealState>;
    request_key: string;
    appealed_at: Instant;
    answer: string | null;
    answered_at: InstantOrNull;
  };
  sanction_proposal: SanctionProposalTable;
  title_order: TitleOrderTable;
}

interface SanctionTable {
  id: Generated<string>;
  number: GeneratedAlways<number>;
  person_id: string;
  year: number;
  employer_id: string | null;
  authority_id: string;
  state: Generated<SanctionState>;
  version: Generated<number>;
  opened_by: string;
  opened_at: Instant;
  charge: string | null;
  noticed_by: string | null;
  noticed_at: InstantOrNull;
  defence_due_at: InstantOrNull;
  defence_calendar: string | null;
  defence_closed_at: InstantOrNull;
  decided_by: string | null;
  confirmed_by: string | null;
  decided_at: InstantOrNull;
  effective_on: Day | null;
  ends_on: Day | null;
  impact: ColumnType<SanctionImpact | null, string | null | undefined, string | null>;
  lifted_by: string | null;
  lift_confirmed_by: string | null;
  lifted_at: InstantOrNull;
  ended_at: InstantOrNull;
}

interface SanctionClosingTable {
  sanction_id: string;
  claim_id: string;
  state: ClosedState;
  applied_seq: number;
  stage_seq: number | null;
  closed_seq: number;
}

interface SanctionProposalTable {
  id: Generated<string>;
  sanction_id: string;
  person_id: string;
  kind: ProposalKind;
  reason: string;
  titles: JsonWithDefault<TitleToRevoke[]>;
  request_key: string;
  organisation_id: string;
  proposed_by: string;
  proposed_at: Instant;
  answer: 'confirmed' | 'refused' | null;
  answer_reason: string | null;
  answered_by: string | null;
  answered_at: InstantOrNull;
}

interface TitleOrderTable {
  id: Generated<string>;
  sanction_id: string;
  person_id: string;
  kind: TitleOrderKind;
  title: string;
  obtained_on: Day | null;
  organisation_id: string;
  authority_id: string;
  state: Generated<TitleOrderState>;
  due_on: Day;
  ordered_at: Instant;
  overdue_at: InstantOrNull;
  report: string | null;
  reported_by: string | null;
  reported_at: InstantOrNull;
  accepted_by: string | null;
  ended_at: InstantOrNull;
}

export type SanctionRow = Selectable<SanctionTable>;
export type ClosingRow = Selectable<SanctionClosingTable>;
export type ProposalRow = Selectable<SanctionProposalTable>;
export type TitleOrderRow = Selectable<TitleOrderTable>;
