import { type Kysely, sql } from 'kysely';

/**
 * The employer's side (Arts. 6, 10, 11(1)): work numbers, reminders, the annual plan, the study archive with its attendance, and the
 * claims a unit proposes for its people. docs/decisions/0013-declared-by-the-unit.md gives the reasons.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [people, plan, archive, proposals]) await sql.raw(part).execute(db);
}

const people = `
-- A unit's own number (工号) of a person names one person on a day.
alter table affiliation
  add column work_number text check (work_number ~ '^[0-9A-Za-z._-]{1,40}$'),
  add constraint one_person_a_work_number exclude using gist (employer_id with =, work_number with =, daterange(from_on, until_on) with &&)
    where (work_number is not null);
create index affiliation_people on affiliation (employer_id, person_id);
create index affiliation_hosted on affiliation (archive_agency_id, person_id) where archive_agency_id is not null;

-- Reminders (提醒) to people who are behind: at most one a person within seven days, whoever sends it.
create table reminder (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  organisation_id text not null references organisation,
  year smallint not null,
  sent_on date not null,
  sent_by uuid not null references person,
  constraint one_reminder_a_week exclude using gist (person_id with =, daterange(sent_on, sent_on + 7) with &&)
);
create index reminder_of_person on reminder (person_id, sent_on desc);
create trigger reminder_append_only before update or delete on reminder for each row execute function refuse_change();
create trigger reminder_no_truncate before truncate on reminder execute function refuse_change();
`;

const plan = `
-- The unit's plan of a year (年度培训计划, Art. 10).
create table planned_training (
  id uuid primary key default uuidv7(),
  organisation_id text not null references organisation,
  year smallint not null check (year between 2026 and 2200),
  title text not null check (length(title) between 1 and 120),
  month smallint not null check (month between 1 and 12),
  subject text not null check (subject in ('public', 'professional')),
  hundredths int not null check (hundredths between 1 and 100000),
  revision int not null default 1,
  request_key text not null,
  created_by uuid not null references person,
  created_at timestamptz not null default now(),
  unique (created_by, request_key),
  unique (id, organisation_id)
);
create index planned_training_year on planned_training (organisation_id, year, month, id);
`;

const archive = `
-- A training in the unit's study archive (学习档案, Art. 11(1)).
create table training (
  id uuid primary key default uuidv7(),
  organisation_id text not null references organisation,
  planned_id uuid,
  title text not null check (length(title) between 1 and 120),
  place text not null check (length(place) between 1 and 120),
  organiser_name text not null check (length(organiser_name) between 1 and 120),
  mode text not null check (mode in ('offline', 'online')),
  -- [{on, hundredths} or {on, minutes}], each day once, in order.
  days jsonb not null check (jsonb_array_length(days) between 1 and 120),
  first_on date not null,
  last_on date not null check (last_on >= first_on),
  revision int not null default 1,
  request_key text not null,
  created_by uuid not null references person,
  created_at timestamptz not null default now(),
  unique (created_by, request_key),
  -- A plan's line belongs to the unit whose training it becomes.
  foreign key (planned_id, organisation_id) references planned_training (id, organisation_id)
);
create index training_of_unit on training (organisation_id, first_on desc, id desc);
create index training_planned on training (planned_id) where planned_id is not null;

-- The training's own papers: sign-in sheet, notice, programme.
create table training_file (
  id uuid primary key default uuidv7(),
  training_id uuid not null references training,
  uploaded_by uuid not null references person,
  file_name text not null check (length(file_name) between 1 and 200),
  media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
  size_bytes int not null check (size_bytes > 0),
  sha256 bytea not null check (length(sha256) = 32),
  storage_key text not null unique,
  uploaded_at timestamptz not null default now(),
  unique (id, storage_key)
);
create index training_file_training on training_file (training_id);

-- A claim proposed from the archive shows the archive's file; it is stored once, and goes only with the archive.
alter table evidence
  add column training_file_id uuid,
  add constraint evidence_of_archive foreign key (training_file_id, storage_key) references training_file (id, storage_key),
  drop constraint evidence_storage_key_key;
create unique index evidence_own_file on evidence (storage_key) where training_file_id is null;
create index evidence_training_file on evidence (training_file_id) where training_file_id is not null;

create table attendance (
  training_id uuid not null references training,
  person_id uuid not null references person,
  -- Days of the training the person was not there.
  missed date[] not null default '{}',
  added_by uuid not null references person,
  added_at timestamptz not null default clock_timestamp(),
  primary key (training_id, person_id)
);
create index attendance_of_person on attendance (person_id);
`;

const proposals = `
-- A claim the unit proposes for a person (单位代报): a draft of theirs that they confirm, or object to.
create table proposal (
  id uuid primary key default uuidv7(),
  training_id uuid not null references training,
  person_id uuid not null references person,
  claim_id uuid unique references claim,
  proposed_by uuid not null references person,
  proposed_at timestamptz not null default clock_timestamp(),
  objected_at timestamptz,
  objection text check (length(objection) between 1 and 1000),
  check ((objected_at is null) = (objection is null)),
  -- An objection takes the draft away.
  check ((objected_at is null) = (claim_id is not null))
);
create unique index proposal_one_living on proposal (training_id, person_id) where objected_at is null;
create index proposal_of_training on proposal (training_id, person_id, objected_at);
create index proposal_of_person on proposal (person_id) where objected_at is null;
`;
