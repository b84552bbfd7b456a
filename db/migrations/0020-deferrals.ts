import { type Kysely, sql } from 'kysely';

/** Deferrals (Art. 17), and what every case shares: its files and its story. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Files of cases (deferral, statement and defence, complaint); claims keep theirs in evidence.
create table case_file (
  id uuid primary key default uuidv7(),
  case_kind text not null check (case_kind ~ '^[a-z-]{3,40}$'),
  case_id uuid not null,
  uploaded_by uuid references person,
  organisation_id text references organisation,
  file_name text not null check (length(file_name) between 1 and 200),
  media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
  size_bytes int not null check (size_bytes > 0),
  sha256 bytea not null check (length(sha256) = 32),
  storage_key text not null unique,
  uploaded_at timestamptz not null default now()
);
create index case_file_case on case_file (case_kind, case_id);

-- What happened to a case, in order; the system's own steps have no actor.
create table case_event (
  id bigint generated always as identity primary key,
  case_kind text not null,
  case_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  actor_id uuid references person,
  organisation_id text references organisation,
  detail jsonb not null default '{}'
);
create index case_event_case on case_event (case_kind, case_id, id);
create trigger case_event_append_only before update or delete on case_event for each row execute function refuse_change();
create trigger case_event_no_truncate before truncate on case_event execute function refuse_change();

create table deferral (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  year smallint not null check (year between 2026 and 2200),
  -- The affiliation of the application's day: who decides, and who is told.
  employer_id text not null references organisation,
  decider_id text not null references organisation,
  hrss_id text references organisation,
  reason text not null check (reason in ('injury', 'illness', 'pregnancy', 'other')),
  explanation text not null check (length(explanation) between 1 and 1000),
  requested_until date not null,
  state text not null default 'requested' check (state in ('requested', 'granted', 'refused', 'made-up', 'expired', 'revoked', 'withdrawn')),
  -- The last day granted; stays when the deferral is over, because make-up study of those days counts by it.
  until_on date,
  request_key text not null,
  requested_at timestamptz not null,
  decided_by uuid references person,
  decided_at timestamptz,
  ended_at timestamptz,
  unique (person_id, request_key),
  check (extract(year from requested_until) = year + 1),
  check (until_on is null or extract(year from until_on) = year + 1),
  check ((state in ('granted', 'made-up', 'expired')) <= (until_on is not null)),
  check ((state in ('requested', 'withdrawn')) = (decided_at is null)),
  check ((state in ('requested', 'granted')) = (ended_at is null)),
  constraint nobody_decides_their_own_deferral check (decided_by <> person_id)
);
-- One living application, and one grant, for a person and year.
create unique index deferral_one_requested on deferral (person_id, year) where state = 'requested';
create unique index deferral_one_granted on deferral (person_id, year) where state in ('granted', 'made-up', 'expired', 'revoked');
create index deferral_decider on deferral (decider_id, requested_at) where state = 'requested';
create index deferral_living on deferral (until_on) where state = 'granted';
create index deferral_hrss on deferral (hrss_id, id desc);
create index deferral_of_decider on deferral (decider_id, id desc);

-- No just reason: the employer puts the next title application off by so many years (Art. 17).
create table title_extension (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  year smallint not null check (year between 2026 and 2200),
  years smallint not null check (years between 1 and 5),
  employer_id text not null references organisation,
  explanation text not null check (length(explanation) between 1 and 1000),
  recorded_by uuid not null references person,
  recorded_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint nobody_extends_their_own check (recorded_by <> person_id)
);
create unique index title_extension_one on title_extension (person_id, year) where ended_at is null;
`)
    .execute(db);
}
