import type { Generated, GeneratedAlways, Selectable } from 'kysely';
import type { DeferralReason, DeferralState } from '../../rules/deferral.ts';
import type { Day, Instant, InstantNow, InstantOrNull, JsonWithDefault } from '../columns.ts';

/** A kind of case that has files and a story of its own. */
export type CaseKind =
  | 'deferral'
  | 'sanction'
  | 'title-order'
  | 'rectification'
  | 'complaint'
  | 'reconsideration'
  | 'check'
  | 'inquiry'
  | 'misconduct';

/** Deferrals, and what every case shares (migration 0020). */
export interface DeferralTables {
  deferral: DeferralTable;
  title_extension: {
    id: Generated<string>;
    person_id: string;
    year: number;
    years: number;
    employer_id: string;
    explanation: string;
    recorded_by: string;
    recorded_at: InstantNow;
    ended_at: InstantOrNull;
  };
  case_file: {
    id: Generated<string>;
    case_kind: CaseKind;
    case_id: string;
    uploaded_by: string | null;
    organisation_id: string | null;
    file_name: string;
    media_type: 'application/pdf' | 'image/jpeg' | 'image/png';
    size_bytes: number;
    sha256: Buffer;
    storage_key: string;
    uploaded_at: InstantNow;
  };
  case_event: {
    id: GeneratedAlways<number>;
    case_kind: CaseKind;
    case_id: string;
    at: InstantNow;
    kind: string;
    actor_id: string | null;
    organisation_id: string | null;
    detail: JsonWithDefault<Record<string, string | number>>;
  };
}

interface DeferralTable {
  id: Generated<string>;
  person_id: string;
  year: number;
  employer_id: string;
  decider_id: string;
  hrss_id: string | null;
  reason: DeferralReason;
  explanation: string;
  requested_until: Day;
  state: Generated<DeferralState>;
  until_on: Day | null;
  request_key: string;
  requested_at: Instant;
  decided_by: string | null;
  decided_at: InstantOrNull;
  ended_at: InstantOrNull;
}
export type DeferralRow = Selectable<DeferralTable>;
