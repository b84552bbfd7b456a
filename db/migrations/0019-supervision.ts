import { type Kysely, sql } from 'kysely';

/** Supervision and inspection (监督检查, Arts. 20, 22, 23): samples and their checks, inquiries, complaints, orders, staff misconduct. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [inspections, inquiries, complaints, rectifications, misconducts]) await sql.raw(part).execute(db);
}

const inspections = `
-- A drawing (抽查) with all that is needed to draw it again: what was drawn cannot be drawn otherwise afterwards.
create table inspection (
  id uuid primary key default uuidv7(),
  kind text not null check (kind in ('random', 'risk', 'use')),
  organisation_id text not null references organisation,
  title text not null check (length(title) between 1 and 120),
  year smallint not null check (year between 2026 and 2200),
  filters jsonb not null default '{}',
  algorithm text not null,
  seed text not null check (length(seed) = 32),
  frame text[] not null,
  frame_hash text not null check (frame_hash ~ '^[0-9a-f]{64}$'),
  size int not null check (size between 1 and 1000),
  drawn_by uuid not null references person,
  drawn_at timestamptz not null,
  request_key text not null,
  unique (drawn_by, request_key),
  check (cardinality(frame) > 0)
);
create index inspection_of_body on inspection (organisation_id, id desc);
create trigger inspection_append_only before update or delete on inspection for each row execute function refuse_change();
create trigger inspection_no_truncate before truncate on inspection execute function refuse_change();

-- A drawn claim to be checked (核查任务); one without an inspection was opened from a complaint.
create table check_task (
  id uuid primary key default uuidv7(),
  inspection_id uuid references inspection,
  complaint_id uuid,
  organisation_id text not null references organisation,
  claim_id uuid not null,
  person_id uuid not null,
  position int not null default 1,
  score int not null default 0 check (score between 0 and 100),
  risks jsonb not null default '[]',
  state text not null default 'open' check (state in ('open', 'passed', 'finding')),
  opened_at timestamptz not null,
  conclusion text check (length(conclusion) between 1 and 2000),
  concluded_by uuid references person,
  concluded_at timestamptz,
  foreign key (claim_id, person_id) references claim (id, person_id),
  unique (inspection_id, claim_id),
  check ((inspection_id is null) = (complaint_id is not null)),
  check ((state = 'open') = (concluded_at is null)),
  check ((concluded_at is null) = (concluded_by is null)),
  check ((concluded_at is null) = (conclusion is null)),
  constraint nobody_checks_their_own_claim check (concluded_by <> person_id)
);
create index check_task_of_body on check_task (organisation_id, state, id desc);
create index check_task_claim on check_task (claim_id);
create index check_task_complaint on check_task (complaint_id) where complaint_id is not null;

-- What a finding led to; the reference is the revoked claim, the order or the sanction case.
create table check_consequence (
  check_id uuid not null references check_task,
  kind text not null check (kind in ('revocation', 'sanction', 'rectification')),
  reference uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (check_id, kind)
);
create trigger check_consequence_append_only before update or delete on check_consequence for each row execute function refuse_change();
create trigger check_consequence_no_truncate before truncate on check_consequence execute function refuse_change();
`;

const inquiries = `
-- An employer is asked whether it considered its people's years in assessments and appointments (Arts. 6, 20).
create table use_inquiry (
  id uuid primary key default uuidv7(),
  inspection_id uuid not null references inspection,
  organisation_id text not null references organisation,
  employer_id text not null references organisation,
  year smallint not null,
  position int not null default 1,
  people int not null check (people > 0),
  considered int not null check (considered >= 0 and considered <= people),
  state text not null default 'asked' check (state in ('asked', 'answered', 'passed', 'finding')),
  asked_at timestamptz not null,
  answer text check (length(answer) between 1 and 2000),
  answered_by uuid references person,
  answered_at timestamptz,
  conclusion text check (length(conclusion) between 1 and 2000),
  concluded_by uuid references person,
  concluded_at timestamptz,
  rectification_id uuid,
  unique (inspection_id, employer_id),
  check ((answer is null) = (answered_at is null) and (answered_at is null) = (answered_by is null)),
  check ((state in ('passed', 'finding')) = (concluded_at is not null)),
  check ((concluded_at is null) = (concluded_by is null) and (concluded_at is null) = (conclusion is null)),
  check ((state = 'answered') <= (answered_at is not null)),
  check ((rectification_id is not null) <= (state = 'finding'))
);
create index use_inquiry_of_employer on use_inquiry (employer_id, id desc);
create index use_inquiry_of_body on use_inquiry (organisation_id, id desc);
`;

const complaints = `
create table complaint (
  id uuid primary key default uuidv7(),
  number bigint generated always as identity unique,
  -- The query code itself is shown once and kept nowhere.
  code_hash bytea not null unique check (length(code_hash) = 32),
  topic text not null check (topic in ('fraud', 'employer', 'institution', 'staff', 'other')),
  content text not null check (length(content) between 1 and 4000),
  region_code text not null references region,
  industry_code text references industry,
  about_organisation_id text references organisation,
  about_person_id uuid references person,
  about_text text not null default '' check (length(about_text) <= 200),
  -- The HRSS authority that takes it in; and the authority that looks into it.
  receiver_id text not null references organisation,
  handler_id text references organisation,
  state text not null default 'received' check (state in ('received', 'assigned', 'investigated', 'answered')),
  received_at timestamptz not null,
  assigned_at timestamptz,
  finding text check (finding in ('true', 'partly', 'false', 'unclear')),
  investigation text check (length(investigation) between 1 and 4000),
  investigated_by uuid references person,
  investigated_at timestamptz,
  answer text check (length(answer) between 1 and 2000),
  answered_by uuid references person,
  answered_at timestamptz,
  -- Nobody who is complained about receives or handles it.
  constraint not_by_the_accused_body check (about_organisation_id not in (receiver_id, coalesce(handler_id, receiver_id))),
  constraint not_by_the_accused_person check (about_person_id is null or (
    about_person_id is distinct from investigated_by and about_person_id is distinct from answered_by)),
  check ((state = 'received') = (handler_id is null)),
  check ((handler_id is null) = (assigned_at is null)),
  check ((state in ('investigated', 'answered')) = (investigated_at is not null)),
  check ((finding is null) = (investigated_at is null) and (investigation is null) = (investigated_at is null)),
  check ((state = 'answered') = (answered_at is not null) and (answer is null) = (answered_at is null))
);
create index complaint_receiver on complaint (receiver_id, id desc);
create index complaint_handler on complaint (handler_id, id desc);

-- Apart from the complaint, because far fewer people may see it, and every sight of it is on record.
create table complaint_identity (
  complaint_id uuid primary key references complaint,
  name text not null check (length(name) between 1 and 60),
  contact text not null check (length(contact) between 1 and 120)
);
`;

const rectifications = `
create table rectification (
  id uuid primary key default uuidv7(),
  number bigint generated always as identity unique,
  body_id text not null references organisation,
  target_id text not null references organisation,
  violation text not null check (violation in ('false-proof', 'no-archive', 'not-organised', 'lax-review', 'results-unused', 'training-false', 'charging', 'other')),
  facts text not null check (length(facts) between 1 and 2000),
  requirement text not null check (length(requirement) between 1 and 2000),
  due_on date not null,
  state text not null default 'ordered' check (state in ('ordered', 'reported', 'accepted', 'overdue', 'withdrawn')),
  source_kind text check (source_kind in ('check', 'inquiry', 'complaint')),
  source_id uuid,
  ordered_by uuid not null references person,
  ordered_at timestamptz not null,
  request_key text not null,
  report text check (length(report) between 1 and 4000),
  reported_by uuid references person,
  reported_at timestamptz,
  overdue_at timestamptz,
  -- The superior body that was told when the order became overdue; null where there is none.
  escalated_to text references organisation,
  accepted_by uuid references person,
  ended_at timestamptz,
  unique (ordered_by, request_key),
  constraint not_to_oneself check (body_id <> target_id),
  constraint nobody_accepts_their_own_report check (accepted_by is null or accepted_by <> reported_by),
  check ((source_kind is null) = (source_id is null)),
  check ((report is null) = (reported_at is null) and (reported_at is null) = (reported_by is null)),
  check ((state in ('reported', 'accepted')) <= (reported_at is not null)),
  check ((state in ('accepted', 'withdrawn')) = (ended_at is not null)),
  check ((state = 'accepted') = (accepted_by is not null)),
  check ((state = 'overdue') <= (overdue_at is not null)),
  check ((escalated_to is not null) <= (overdue_at is not null))
);
create index rectification_of_body on rectification (body_id, id desc);
create index rectification_of_target on rectification (target_id, id desc);
create index rectification_escalated on rectification (escalated_to, id desc) where escalated_to is not null;
create index rectification_living on rectification (due_on) where state = 'ordered';
create index rectification_source on rectification (source_id) where source_id is not null;
`;

const misconducts = `
-- Staff misconduct (Art. 23): seen by supervisors alone, never by the person it is about.
create table misconduct (
  id uuid primary key default uuidv7(),
  body_id text not null references organisation,
  organisation_id text not null references organisation,
  person_id uuid references person,
  person_name text not null check (length(person_name) between 1 and 60),
  kind text not null check (kind in ('negligence', 'favouritism', 'abuse', 'dereliction')),
  facts text not null check (length(facts) between 1 and 4000),
  complaint_id uuid references complaint,
  state text not null default 'recorded' check (state in ('recorded', 'referred', 'concluded')),
  recorded_by uuid not null references person,
  recorded_at timestamptz not null,
  request_key text not null,
  referred_to text references organisation,
  referred_at timestamptz,
  outcome text check (length(outcome) between 1 and 2000),
  concluded_by uuid references person,
  concluded_at timestamptz,
  unique (recorded_by, request_key),
  constraint nobody_records_themselves check (person_id is null or (person_id <> recorded_by and person_id is distinct from concluded_by)),
  check ((state = 'recorded') = (referred_to is null)),
  check ((referred_to is null) = (referred_at is null)),
  check ((state = 'concluded') = (concluded_at is not null)),
  check ((concluded_at is null) = (concluded_by is null) and (concluded_at is null) = (outcome is null))
);
create index misconduct_of_body on misconduct (body_id, id desc);
create index misconduct_referred on misconduct (referred_to, id desc) where referred_to is not null;
`;
