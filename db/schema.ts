import type { ColumnType, Generated, GeneratedAlways, Selectable } from 'kysely';
import type { LoweredHours, Reason } from '../contract/decisions.ts';
import type { Declared } from '../contract/declarations.ts';
import type { Written } from '../contract/drafts.ts';
import type { Plan } from '../rules/routing.ts';
import type { StageOutcome } from '../rules/stages.ts';
import type { Standing } from '../rules/verdict.ts';
import type {
  Capacity,
  ClaimAct,
  ClaimState,
  Form,
  Level,
  OrganisationKind,
  Outcome,
  Role,
  SettledOutcome,
  StageKind,
  Subject,
  TaskState,
  UnitKind,
} from '../rules/vocabulary.ts';
import type { Day, Instant, InstantNow, InstantOrNull, Json, JsonOrNull, JsonWithDefault } from './columns.ts';
import type { AuditChainTables } from './tables/audit-chain.ts';
import type { CertificateTables } from './tables/certificates.ts';
import type { DeferralTables } from './tables/deferrals.ts';
import type { DeskTables } from './tables/desk.ts';
import type { EmployerTables } from './tables/employers.ts';
import type { IdentityTables } from './tables/identities.ts';
import type { LedgerTables } from './tables/ledger.ts';
import type { MakeUpTables } from './tables/make-up.ts';
import type { MergeTables } from './tables/merges.ts';
import type { NoticeTables } from './tables/notices.ts';
import type { OperationsTables } from './tables/operations.ts';
import type { OverdueTables } from './tables/overdue.ts';
import type { PeopleTables } from './tables/people.ts';
import type { PlatformTables } from './tables/platform.ts';
import type { ReconciliationTables } from './tables/reconciliation.ts';
import type { ReconsiderationTables } from './tables/reconsiderations.ts';
import type { RepairTables } from './tables/repairs.ts';
import type { ReviewTables } from './tables/review.ts';
import type { SanctionTables } from './tables/sanctions.ts';
import type { SharedTables } from './tables/shared.ts';
import type { StatisticsTables } from './tables/statistics.ts';
import type { SupervisionTables } from './tables/supervision.ts';
import type { TitleReviewTables } from './tables/title-review.ts';
import type { WhatIfTables } from './tables/what-if.ts';
import type { YearCloseTables } from './tables/year-close.ts';

export interface Database
  extends SharedTables,
    AuditChainTables,
    CertificateTables,
    NoticeTables,
    EmployerTables,
    StatisticsTables,
    PlatformTables,
    TitleReviewTables,
    OperationsTables,
    PeopleTables,
    IdentityTables,
    ReviewTables,
    LedgerTables,
    YearCloseTables,
    WhatIfTables,
    DeferralTables,
    DeskTables,
    MakeUpTables,
    MergeTables,
    SupervisionTables,
    SanctionTables,
    OverdueTables,
    ReconsiderationTables,
    ReconciliationTables,
    RepairTables {
  region: { code: string; name: string; level: Level; parent_code: string | null };
  industry: { code: string; name: string };
  organisation: OrganisationTable;
  person: PersonTable;
  affiliation: AffiliationTable;
  role_holding: {
    id: Generated<string>;
    person_id: string;
    organisation_id: string;
    role: Role;
    from_on: Day;
    until_on: Day | null;
    granted_by: string | null;
    ended_by: string | null;
  };
  account: AccountTable;
  session: {
    token_hash: Buffer;
    person_id: string;
    created_at: InstantNow;
    last_seen_at: InstantNow;
    expires_at: Instant;
    /** The identity provider that opened it; null for a password. */
    issuer: string | null;
  };
  claim: ClaimTable;
  claim_version: {
    claim_id: string;
    version: number;
    declaration: Json<Declared>;
    evidence_ids: string[];
    submitted_by: string;
    submitted_at: Instant;
  };
  evidence: EvidenceTable;
  act: ActTable;
  stage: StageTable;
  task: TaskTable;
  /** One kind of act a person and claim: a stage's, or its revocation. */
  reviewer_of_claim: { claim_id: string; person_id: string; stage_kind: StageKind | 'revocation' };
  decision: DecisionTable;
  platform_completion: PlatformCompletionTable;
  person_year: PersonYearTable;
  timeline: TimelineTable;
  audit: AuditTable;
}

interface OrganisationTable {
  id: string;
  name: string;
  kind: OrganisationKind;
  level: Level;
  region_code: string;
  industry_code: string | null;
  unit_kind: UnitKind | null;
  supervising_department_id: string | null;
  study_archive: Generated<boolean>;
  created_at: InstantNow;
  closed_on: Day | null;
  successor_id: string | null;
  registered_by: string | null;
  request_key: string | null;
}

interface PersonTable {
  id: Generated<string>;
  name: string;
  id_number: string;
  title: string | null;
  created_at: InstantNow;
  person_key: Buffer | null;
}

interface AffiliationTable {
  id: Generated<string>;
  person_id: string;
  employer_id: string;
  unit_kind: UnitKind;
  archive_agency_id: string | null;
  level: Level;
  region_code: string;
  industry_code: string;
  from_on: Day;
  until_on: Day | null;
  work_number: ColumnType<string | null, string | null | undefined, string | null>;
}

interface AccountTable {
  person_id: string;
  username: string;
  password_hash: string;
  failed_logins: Generated<number>;
  locked_until: InstantOrNull;
  disabled_at: InstantOrNull;
  created_at: InstantNow;
  must_change_password: Generated<boolean>;
}

interface ClaimTable {
  id: Generated<string>;
  number: GeneratedAlways<number>;
  person_id: string;
  year: number;
  form: Form;
  title: string;
  state: Generated<ClaimState>;
  /** Null for a draft that was never whole. */
  declaration: JsonOrNull<Declared>;
  /** What is typed of it, where that is not whole. */
  written: JsonOrNull<Written>;
  revision: Generated<number>;
  version: Generated<number>;
  identity: string | null;
  employer_id: string | null;
  unit_kind: UnitKind | null;
  level: Level | null;
  region_code: string | null;
  industry_code: string | null;
  study_archive: boolean | null;
  plan: ColumnType<Plan | null, string | null | undefined, string | null>;
  first_submitted_at: InstantOrNull;
  act_seq: Generated<number>;
  applied_seq: Generated<number>;
  taken_back_seq: Generated<number>;
  stage_seq: Generated<number>;
  claimed_hundredths: Generated<number>;
  withdrawn_at: InstantOrNull;
  /** Its rejection is under review (复核). */
  reconsidering: Generated<boolean>;
  correction_due_at: InstantOrNull;
  archive_agency_id: ColumnType<string | null, never, never>;
  supervising_department_id: ColumnType<string | null, never, never>;
  ended_at: InstantOrNull;
  request_key: string | null;
  created_at: InstantNow;
  updated_at: InstantNow;
}

interface EvidenceTable {
  id: Generated<string>;
  claim_id: string;
  uploaded_by: string;
  file_name: string;
  media_type: 'application/pdf' | 'image/jpeg' | 'image/png';
  size_bytes: number;
  sha256: Buffer;
  storage_key: string;
  training_file_id: ColumnType<string | null, string | null | undefined, never>;
  uploaded_at: InstantNow;
  removed_at: InstantOrNull;
}

interface ActTable {
  claim_id: string;
  seq: number;
  kind: ClaimAct;
  stage_seq: number | null;
  outcome: SettledOutcome | null;
  target: ColumnType<StageKind | null, StageKind | null | undefined, never>;
  actor_id: string | null;
  request_key: string | null;
  at: Instant;
}

interface StageTable {
  claim_id: string;
  seq: number;
  kind: StageKind;
  version: number;
  opened_at: Instant;
  due_on: Day;
  calendar: string;
  settled_at: InstantOrNull;
  outcome: StageOutcome | null;
}

interface TaskTable {
  id: Generated<string>;
  claim_id: string;
  stage_seq: number;
  stage_kind: StageKind;
  organisation_id: string;
  capacity: Capacity;
  state: Generated<TaskState>;
  assignee_id: string | null;
  claimed_at: InstantOrNull;
  opened_at: Instant;
  due_on: Day;
  ended_at: InstantOrNull;
  declarant_id: string;
  declarant_name: string;
  employer_name: string;
  claim_number: number;
  year: number;
  form: Form;
  title: string;
  claimed_hundredths: number;
  version: number;
  nudged_at: InstantOrNull;
  urged_at: InstantOrNull;
  /** Whom the holder stands in for (代理). */
  standing_in_for: string | null;
}

interface DecisionTable {
  id: string;
  task_id: string;
  claim_id: string;
  stage_seq: number;
  stage_kind: StageKind;
  version: number;
  declarant_id: string;
  decided_by: string;
  organisation_id: string;
  capacity: Capacity;
  outcome: Outcome;
  hours: JsonWithDefault<LoweredHours[]>;
  reasons: JsonWithDefault<Reason[]>;
  comment: Generated<string>;
  decided_at: Instant;
  superseded_at: InstantOrNull;
  acting_for: string | null;
}

interface PlatformCompletionTable {
  id: Generated<string>;
  person_id: string;
  year: number;
  course: string;
  title: string;
  subject: Subject;
  hundredths: number;
  completed_on: Day;
  registered_at: InstantNow;
  source: string | null;
  external_id: string | null;
}

interface PersonYearTable {
  person_id: string;
  year: number;
  public_hundredths: Generated<number>;
  professional_hundredths: Generated<number>;
  deemed_complete: Generated<boolean>;
  standing: Generated<Standing>;
  recomputed_at: InstantNow;
}

interface TimelineTable {
  id: GeneratedAlways<number>;
  claim_id: string;
  at: Instant;
  kind: TimelineKind;
  actor_id: string | null;
  organisation_id: string | null;
  stage_seq: number | null;
  detail: JsonWithDefault<Record<string, unknown>>;
}

/** What a claim's timeline can say; the contract gives each its Chinese words. */
export type TimelineKind =
  | 'submitted'
  | 'stage-opened'
  | 'claimed'
  | 'released'
  | 'transferred'
  | 'taken-over'
  | 'recused'
  | 'stood-in'
  | 'nudged'
  | 'escalated'
  | 'urged'
  | 'copied'
  | 'reassigned'
  | 'taken-back'
  | 'decided'
  | 'returned'
  | 'resubmitted'
  | 'withdrawn'
  | 'rejected'
  | 'expired'
  | 'filed'
  | 'revoked'
  | 'reconsideration-requested'
  | 'rejection-upheld'
  | 'rejection-overturned'
  | 'moved'
  | 'closed'
  | 'sanctioned'
  | 'restored';

interface AuditTable {
  id: GeneratedAlways<number>;
  at: InstantNow;
  actor_id: string | null;
  organisation_id: string | null;
  action: string;
  subject_kind: string;
  subject_id: string;
  request_id: string | null;
  detail: JsonWithDefault<Record<string, unknown>>;
}

export type ClaimRow = Selectable<ClaimTable>;
export type TaskRow = Selectable<TaskTable>;
export type StageRow = Selectable<StageTable>;
export type DecisionRow = Selectable<DecisionTable>;
export type EvidenceRow = Selectable<EvidenceTable>;
