import type { Generated, Selectable } from 'kysely';
import type { REPAIR_STATES, RepairEffect, RepairKind, RepairWish } from '../../contract/repairs.ts';
import type { StuckClass } from '../../contract/stuck.ts';
import type { ClosedState } from '../../rules/sanction.ts';
import type { StageKind } from '../../rules/vocabulary.ts';
import type { InstantNow, InstantOrNull, JsonWithDefault } from '../columns.ts';

/** Repairs, alone and in bulk (migration 0041), and what a closing ended. */
export interface RepairTables {
  claim_closing: ClaimClosingTable;
  repair: RepairTable;
  repair_bulk: {
    id: Generated<string>;
    class: StuckClass;
    kind: RepairKind;
    reason: string;
    state: 'proposed' | 'running' | 'done' | 'refused';
    total: number;
    proposed_by: string;
    proposed_at: InstantNow;
    decided_by: string | null;
    decided_at: InstantOrNull;
    ended_at: InstantOrNull;
    request_key: string;
  };
}

/** Migration 0051. */
interface ClaimClosingTable {
  claim_id: string;
  closed_seq: number;
  state: ClosedState;
  applied_seq: number;
  stage_seq: number | null;
  stage_kind: StageKind;
  reason: string;
  proposed_by: string;
  confirmed_by: string | null;
  closed_at: InstantNow;
}

interface RepairTable {
  id: Generated<string>;
  finding_id: string;
  bulk_id: string | null;
  kind: RepairKind;
  params: JsonWithDefault<Omit<RepairWish, 'kind'>>;
  version: string;
  reason: string;
  effect: JsonWithDefault<RepairEffect | null>;
  state: keyof typeof REPAIR_STATES;
  note: string | null;
  proposed_by: string;
  proposed_at: InstantNow;
  decided_by: string | null;
  decided_at: InstantOrNull;
  request_key: string | null;
}

export type RepairRow = Selectable<RepairTable>;
