import type { Generated, GeneratedAlways, Selectable } from 'kysely';
import type { RevokedYear } from '../../contract/revocations.ts';
import type { Activity } from '../../rules/activity.ts';
import type { ItemResult } from '../../rules/annual.ts';
import type { Provision } from '../../rules/articles.ts';
import type { Form, RefusalCode } from '../../rules/vocabulary.ts';
import type { Instant, InstantNow, InstantOrNull, Json, JsonWithDefault } from '../columns.ts';

/** The ledger, what takes recognitions back, and the cases its verification opens (migrations 0001, 0006). */
export interface LedgerTables {
  ledger_entry: LedgerEntryTable;
  revocation: {
    source_id: string;
    source_kind: SourceKind;
    person_id: string;
    revoked_by: string;
    organisation_id: string;
    reason: string;
    article: Provision;
    years: Json<RevokedYear[]>;
    request_key: string;
    revoked_at: Instant;
  };
  ledger_case: {
    id: Generated<string>;
    person_id: string;
    year: number;
    findings: Json<LedgerFinding[]>;
    opened_at: InstantNow;
    seen_at: InstantNow;
    closed_at: InstantOrNull;
    closed_by: string | null;
    note: string | null;
  };
}

export type SourceKind = 'claim' | 'platform';

interface LedgerEntryTable {
  id: GeneratedAlways<number>;
  person_id: string;
  year: number;
  kind: 'recognition' | 'adjustment' | 'reversal';
  source_kind: SourceKind;
  source_id: string;
  caused_by: string;
  form: Form;
  activity: Json<Activity>;
  lowered_to: JsonWithDefault<Record<string, number>>;
  study_archive: Generated<boolean>;
  public_delta: number;
  professional_delta: number;
  counted_hundredths: number;
  deemed_complete: boolean;
  basis: string[];
  steps: Json<ItemResult['steps']>;
  rule_version: string;
  refusal: RefusalCode | null;
  /** Of a reversal: why the activity was taken out. */
  reason: string | null;
  round: Generated<number>;
  recorded_at: InstantNow;
}

/** An entry as it is about to be written. */
export type LedgerEntry = Omit<Selectable<LedgerEntryTable>, 'id' | 'recorded_at'>;

/** What differs between the ledger and its recomputation: which figure, of which source (null: the year's total). */
export type LedgerFinding = {
  what: 'inputs' | 'public' | 'professional' | 'deemed-complete' | 'counted' | 'steps' | 'refusal' | 'sum';
  sourceId: string | null;
  recorded: string;
  recomputed: string;
};
