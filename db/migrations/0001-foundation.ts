import { type Kysely, sql } from 'kysely';

/**
 * The record: people and organisations, claims with their versions, stages, tasks and decisions, the ledger, the timeline and the audit.
 * What must never be false is a constraint here, not a check in a program: one open stage a claim, one decision a task, nobody on
 * their own claim, nobody at two kinds of stage of one claim, no two open claims for one activity.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [places, people, claims, review, ledger, trail, appendOnly]) await sql.raw(part).execute(db);
}

const places = `
create extension if not exists btree_gist;

create table region (
  code text primary key check (code ~ '^[0-9]{6}$'),
  name text not null,
  level text not null check (level in ('province', 'city', 'county')),
  parent_code text references region
);

create table industry (
  code text primary key,
  name text not null
);

create table organisation (
  id text primary key,
  name text not null,
  kind text not null check (kind in ('hrss', 'industry-authority', 'employer', 'personnel-archive-agency', 'provincial-supervising-department', 'education-base')),
  level text not null check (level in ('province', 'city', 'county')),
  region_code text not null references region,
  -- An authority's own industry; an employer's trade. HRSS authorities and agencies have none.
  industry_code text references industry,
  -- Employers only: how claims of its people are routed (Art. 14).
  unit_kind text check (unit_kind in ('ordinary', 'archive-hosted', 'provincial-direct', 'central')),
  supervising_department_id text references organisation,
  study_archive boolean not null default false,
  created_at timestamptz not null default now(),
  check ((kind = 'employer') = (unit_kind is not null)),
  check (unit_kind <> 'provincial-direct' or supervising_department_id is not null)
);
-- One authority of a kind for a place and trade: routing asks exactly this question.
create unique index organisation_authority on organisation (region_code, kind, industry_code) nulls not distinct
  where kind in ('hrss', 'industry-authority');
create index organisation_region on organisation (region_code, kind);
`;

const people = `
create table person (
  id uuid primary key default uuidv7(),
  name text not null check (length(name) between 1 and 60),
  id_number text not null unique check (id_number ~ '^[0-9]{17}[0-9X]$'),
  title text,
  created_at timestamptz not null default now()
);

-- Where a person belongs, by date. A claim keeps the affiliation of its submission day.
create table affiliation (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  employer_id text not null references organisation,
  unit_kind text not null check (unit_kind in ('ordinary', 'archive-hosted', 'provincial-direct', 'central')),
  archive_agency_id text references organisation,
  level text not null check (level in ('province', 'city', 'county')),
  region_code text not null references region,
  industry_code text not null references industry,
  from_on date not null,
  until_on date,
  check (until_on is null or until_on > from_on),
  check ((unit_kind = 'archive-hosted') = (archive_agency_id is not null)),
  constraint one_affiliation_a_day exclude using gist (person_id with =, daterange(from_on, until_on) with &&)
);
create index affiliation_employer on affiliation (employer_id) where until_on is null;

create table role_holding (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  organisation_id text not null references organisation,
  role text not null check (role in ('first-reviewer', 're-reviewer', 'filing-officer', 'supervisor', 'administrator', 'auditor')),
  from_on date not null,
  until_on date,
  check (until_on is null or until_on > from_on),
  constraint one_holding_a_day exclude using gist (person_id with =, organisation_id with =, role with =, daterange(from_on, until_on) with &&)
);
create index role_holding_pool on role_holding (organisation_id, role);

create table account (
  person_id uuid primary key references person,
  username text not null unique check (username ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
  password_hash text not null,
  failed_logins int not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);

create table session (
  token_hash bytea primary key,
  person_id uuid not null references person,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_person on session (person_id);
`;

const claims = `
create table claim (
  id uuid primary key default uuidv7(),
  number bigint generated always as identity unique,
  person_id uuid not null references person,
  year smallint not null check (year between 2026 and 2200),
  form text not null check (form in ('authority-training', 'unit-training', 'academic-conference', 'courseware-lecturing', 'qualification-exam', 'degree', 'aid-mission', 'authority-recognised')),
  title text not null,
  state text not null default 'draft' check (state in ('draft', 'first-review', 're-review', 'filing', 'filed', 'correction', 'rejected', 'withdrawn', 'expired', 'revoked')),
  -- What is being declared, as the declarant last saved it; each submission freezes a copy in claim_version.
  declaration jsonb not null,
  revision int not null default 1,
  version int not null default 0,
  -- The activity's identity (rules/duplicates): no two open claims of one person may share it.
  identity text not null,
  -- The affiliation of the submission day and the route that follows from it; null while a draft.
  employer_id text references organisation,
  unit_kind text check (unit_kind in ('ordinary', 'archive-hosted', 'provincial-direct', 'central')),
  level text check (level in ('province', 'city', 'county')),
  region_code text references region,
  industry_code text references industry,
  plan jsonb,
  first_submitted_at timestamptz,
  -- Acts are numbered under the claim's lock; the workflow's activities apply them in order (applied_seq follows act_seq).
  act_seq int not null default 0,
  applied_seq int not null default 0,
  stage_seq int not null default 0,
  -- What the rules make of the submitted declaration before any cap of the year, in hundredths of an hour.
  claimed_hundredths int not null default 0 check (claimed_hundredths >= 0),
  -- Set by the declarant's withdrawal at once, so that no stage opens between it and the workflow's hearing of it.
  withdrawn_at timestamptz,
  correction_due_at timestamptz,
  ended_at timestamptz,
  request_key text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (id, person_id),
  unique (person_id, request_key),
  check (applied_seq <= act_seq),
  check ((state = 'draft') = (version = 0)),
  check (state = 'draft' or (plan is not null and employer_id is not null and first_submitted_at is not null)),
  check ((state = 'correction') = (correction_due_at is not null)),
  check ((state in ('filed', 'rejected', 'withdrawn', 'expired', 'revoked')) = (ended_at is not null))
);
create unique index claim_one_open on claim (person_id, identity) where state in ('first-review', 're-review', 'filing', 'correction');
create index claim_mine on claim (person_id, updated_at desc, id desc);
create index claim_of_year on claim (person_id, year);
create index claim_identity on claim (person_id, identity);
-- The sweep's question: whose acts have not been applied?
create index claim_unapplied on claim (updated_at) where applied_seq < act_seq;

create table claim_version (
  claim_id uuid not null references claim,
  version int not null check (version > 0),
  declaration jsonb not null,
  evidence_ids uuid[] not null,
  submitted_by uuid not null references person,
  submitted_at timestamptz not null,
  primary key (claim_id, version)
);

create table evidence (
  id uuid primary key default uuidv7(),
  claim_id uuid not null references claim,
  uploaded_by uuid not null references person,
  file_name text not null check (length(file_name) between 1 and 200),
  media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
  size_bytes int not null check (size_bytes > 0),
  sha256 bytea not null check (length(sha256) = 32),
  storage_key text not null unique,
  uploaded_at timestamptz not null default now(),
  removed_at timestamptz
);
create index evidence_claim on evidence (claim_id);
-- The same file under another claim, also another person's: the reviewers are told.
create index evidence_sha256 on evidence (sha256);

-- What people (and the system, for a missed correction) did to a claim, in order. Immutable: a signal carries a copy.
create table act (
  claim_id uuid not null references claim,
  seq int not null check (seq > 0),
  kind text not null check (kind in ('submitted', 'stage-settled', 'resubmitted', 'withdrawn', 'correction-expired')),
  stage_seq int,
  outcome text check (outcome in ('approved', 'returned', 'rejected')),
  actor_id uuid references person,
  request_key text,
  at timestamptz not null,
  primary key (claim_id, seq),
  unique (claim_id, request_key),
  check ((kind = 'stage-settled') = (outcome is not null)),
  check (kind <> 'stage-settled' or stage_seq is not null),
  check ((kind = 'correction-expired') = (actor_id is null))
);
`;

const review = `
create table stage (
  claim_id uuid not null references claim,
  seq int not null check (seq > 0),
  kind text not null check (kind in ('first-review', 're-review', 'filing')),
  version int not null,
  opened_at timestamptz not null,
  due_on date not null,
  -- The calendar the due date was counted with: holidays of later years are announced late.
  calendar text not null,
  settled_at timestamptz,
  outcome text check (outcome in ('approved', 'returned', 'rejected', 'withdrawn')),
  primary key (claim_id, seq),
  unique (claim_id, seq, kind),
  check ((settled_at is null) = (outcome is null))
);
create unique index stage_one_open on stage (claim_id) where settled_at is null;

-- A task carries what the inbox shows, as it was when the stage opened, so that a page is one index range and no join.
create table task (
  id uuid primary key default uuidv7(),
  claim_id uuid not null,
  stage_seq int not null,
  stage_kind text not null,
  organisation_id text not null references organisation,
  capacity text not null check (capacity in ('employer', 'archive-agency', 'industry', 'hrss', 'supervising')),
  state text not null default 'open' check (state in ('open', 'claimed', 'decided', 'closed')),
  assignee_id uuid references person,
  claimed_at timestamptz,
  opened_at timestamptz not null,
  due_on date not null,
  ended_at timestamptz,
  declarant_id uuid not null,
  declarant_name text not null,
  employer_name text not null,
  claim_number bigint not null,
  year smallint not null,
  form text not null,
  title text not null,
  claimed_hundredths int not null,
  version int not null,
  unique (claim_id, stage_seq, organisation_id, capacity),
  unique (id, claim_id, stage_seq, stage_kind),
  foreign key (claim_id, stage_seq, stage_kind) references stage (claim_id, seq, kind),
  foreign key (claim_id, declarant_id) references claim (id, person_id),
  check ((state = 'claimed') <= (assignee_id is not null)),
  check (state <> 'open' or assignee_id is null),
  check ((state in ('decided', 'closed')) = (ended_at is not null)),
  constraint not_ones_own_task check (assignee_id <> declarant_id)
);
create index task_pool on task (organisation_id, stage_kind, due_on, id) where state = 'open';
create index task_mine on task (assignee_id, due_on, id) where state = 'claimed';
create index task_claim on task (claim_id, stage_seq);

-- Who has acted at which kind of stage: one row a person and claim, so nobody acts at two kinds (separation across rounds).
create table reviewer_of_claim (
  claim_id uuid not null references claim,
  person_id uuid not null references person,
  stage_kind text not null,
  primary key (claim_id, person_id),
  unique (claim_id, person_id, stage_kind)
);

create table decision (
  id uuid primary key,
  task_id uuid not null,
  claim_id uuid not null,
  stage_seq int not null,
  stage_kind text not null,
  version int not null,
  declarant_id uuid not null,
  decided_by uuid not null references person,
  organisation_id text not null references organisation,
  capacity text not null,
  outcome text not null check (outcome in ('approve', 'return', 'reject')),
  -- [{line, hundredths, reason}]: lines whose hours the reviewer lowered.
  hours jsonb not null default '[]',
  -- [{code, field?, evidenceId?, text}] for a return; for a rejection [{code, article, text}].
  reasons jsonb not null default '[]',
  comment text not null default '',
  decided_at timestamptz not null,
  superseded_at timestamptz,
  foreign key (task_id, claim_id, stage_seq, stage_kind) references task (id, claim_id, stage_seq, stage_kind),
  foreign key (claim_id, declarant_id) references claim (id, person_id),
  foreign key (claim_id, decided_by, stage_kind) references reviewer_of_claim (claim_id, person_id, stage_kind),
  constraint nobody_on_their_own_claim check (decided_by <> declarant_id),
  check (outcome = 'approve' or jsonb_array_length(reasons) > 0),
  check (outcome = 'approve' or jsonb_array_length(hours) = 0)
);
create unique index decision_one_a_task on decision (task_id) where superseded_at is null;
-- A joint sign-off (会签) by one person for both bodies would be none.
create unique index decision_one_a_person_and_stage on decision (claim_id, stage_seq, decided_by) where superseded_at is null;
create index decision_done on decision (decided_by, decided_at desc, id desc);
`;

const ledger = `
-- Courses completed on the provincial platform (Art. 11(2)): registered by the system, no claim, no review (Art. 14).
create table platform_completion (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  year smallint not null,
  course text not null,
  title text not null,
  subject text not null check (subject in ('public', 'professional')),
  hundredths int not null check (hundredths > 0),
  completed_on date not null,
  registered_at timestamptz not null default now()
);
create index platform_completion_year on platform_completion (person_id, year);

-- The lock and the running total of a person's year. Totals are what the ledger's entries add up to.
create table person_year (
  person_id uuid not null references person,
  year smallint not null,
  public_hundredths int not null default 0 check (public_hundredths >= 0),
  professional_hundredths int not null default 0 check (professional_hundredths >= 0),
  deemed_complete boolean not null default false,
  recomputed_at timestamptz not null default now(),
  primary key (person_id, year)
);

-- Append-only (台账). A recognition brings an activity in with its frozen inputs; an adjustment says how another activity's counted
-- hours changed because of it; a reversal takes an activity out. The deltas of a person-year add up to its totals.
create table ledger_entry (
  id bigint generated always as identity primary key,
  person_id uuid not null,
  year smallint not null,
  kind text not null check (kind in ('recognition', 'adjustment', 'reversal')),
  source_kind text not null check (source_kind in ('claim', 'platform')),
  source_id uuid not null,
  caused_by uuid not null,
  form text not null,
  activity jsonb not null,
  lowered_to jsonb not null default '{}',
  -- Whether the employer kept a study archive (学习档案) when the activity was recognised: frozen, as all inputs are.
  study_archive boolean not null default true,
  public_delta int not null,
  professional_delta int not null,
  counted_hundredths int not null check (counted_hundredths >= 0),
  deemed_complete boolean not null,
  basis text[] not null,
  steps jsonb not null,
  rule_version text not null,
  recorded_at timestamptz not null default now(),
  foreign key (person_id, year) references person_year (person_id, year)
);
create unique index ledger_one_recognition on ledger_entry (source_id, year) where kind = 'recognition';
create unique index ledger_one_reversal on ledger_entry (source_id, year) where kind = 'reversal';
create index ledger_of_year on ledger_entry (person_id, year, id);
`;

const trail = `
-- What a claim's people see of its way.
create table timeline (
  id bigint generated always as identity primary key,
  claim_id uuid not null references claim,
  at timestamptz not null,
  kind text not null,
  actor_id uuid references person,
  organisation_id text references organisation,
  stage_seq int,
  detail jsonb not null default '{}'
);
create index timeline_claim on timeline (claim_id, id);

-- Who did what to which thing, for inspectors (留痕). No names, no ID numbers.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor_id uuid,
  organisation_id text,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  request_id text,
  detail jsonb not null default '{}'
);
create index audit_subject on audit (subject_kind, subject_id, id);
create index audit_actor on audit (actor_id, id);

-- Each worker says here that it serves the outbox and Temporal; readiness asks for a recent word.
create table heartbeat (
  worker text primary key,
  at timestamptz not null
);
`;

const appendOnly = `
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
${['act', 'claim_version', 'ledger_entry', 'timeline', 'audit']
  .map(
    (t) =>
      `create trigger ${t}_append_only before update or delete on ${t} for each row execute function refuse_change();
create trigger ${t}_no_truncate before truncate on ${t} execute function refuse_change();`,
  )
  .join('\n')}
`;
