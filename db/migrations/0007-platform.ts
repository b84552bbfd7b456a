import { type Kysely, sql } from 'kysely';

/**
 * What the system counts by itself or looks up instead of believing: the platform's courses and completions (Arts. 11(2), 14), the
 * public-subject courseware with its lecturers (Art. 11(4)), the recognition documents (Arts. 11(8), 15), and imports of lists.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [personKeys, catalogues, completions, imports]) await sql.raw(part).execute(db);
}

const personKeys = `
-- By what systems outside name a person: HMAC-SHA-256 of the ID number, so that neither side sends the number itself. Filled by the
-- program, which alone has the key; a changed number loses its key, and gets a new one at the next look.
alter table person add column person_key bytea unique check (length(person_key) = 32);
create index person_without_key on person (id) where person_key is null;
create function forget_person_key() returns trigger language plpgsql as $$
begin
  new.person_key := null;
  return new;
end $$;
create trigger person_key_of_number before update of id_number on person
  for each row when (old.id_number <> new.id_number) execute function forget_person_key();
-- Which key the keys were made with (a hash of it): another one would find nobody, and is refused at the start.
create table person_key_secret (
  one boolean primary key default true check (one),
  fingerprint bytea not null check (length(fingerprint) = 32)
);
`;

const catalogues = `
create table platform_course (
  code text primary key check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$'),
  title text not null check (length(title) between 1 and 120),
  subject text not null check (subject in ('public', 'professional')),
  hundredths int not null check (hundredths between 1 and 100000),
  from_on date not null,
  until_on date,
  revision int not null default 1,
  created_at timestamptz not null default now(),
  check (until_on is null or until_on >= from_on)
);

create table courseware (
  code text primary key check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$'),
  title text not null check (length(title) between 1 and 120),
  hundredths int not null check (hundredths between 1 and 100000),
  -- The day it entered the catalogue: its lecturers' hours belong to that year (D-5).
  entered_on date not null,
  withdrawn_on date,
  revision int not null default 1,
  created_at timestamptz not null default now(),
  check (withdrawn_on is null or withdrawn_on >= entered_on)
);
create index courseware_newest on courseware (entered_on desc, code);
create table courseware_lecturer (
  courseware_code text not null references courseware on delete cascade,
  person_id uuid not null references person,
  primary key (courseware_code, person_id)
);
create index courseware_of_lecturer on courseware_lecturer (person_id);

create table recognition_document (
  id uuid primary key default uuidv7(),
  number text not null check (length(number) between 1 and 120),
  level text not null check (level in ('provincial', 'national')),
  authority_name text not null check (length(authority_name) between 1 and 120),
  -- Who keeps the entry: an industry authority of the province, or the provincial HRSS.
  organisation_id text not null references organisation,
  kind text not null check (kind in ('online-platform', 'credit-programme', 'activity')),
  -- What it recognises, in words: the platform's, programme's or activity's name.
  title text not null check (length(title) between 1 and 120),
  subject text not null check (subject in ('public', 'professional')),
  counting text not null check (counting in ('hours', 'credits')),
  ratio_hundredths int check (ratio_hundredths between 1 and 100000),
  -- At most so many hours for one activity, where the document says so.
  most_hundredths int check (most_hundredths between 1 and 100000),
  issued_on date not null,
  from_on date not null,
  until_on date,
  revision int not null default 1,
  created_at timestamptz not null default now(),
  unique (number, title),
  check ((counting = 'credits') = (ratio_hundredths is not null)),
  -- A document recognises nothing before its own date (D-22).
  check (from_on >= issued_on),
  check (until_on is null or until_on >= from_on)
);
create index recognition_document_newest on recognition_document (issued_on desc, id desc);
`;

const completions = `
alter table platform_completion
  -- Who reported it (a machine's client, an importing organisation) and under which number of theirs: the same one again changes nothing.
  add column source text,
  add column external_id text check (length(external_id) between 1 and 100),
  add constraint platform_completion_once unique (source, external_id),
  add check (external_id is null or source is not null);
`;

const imports = `
create table import (
  id uuid primary key default uuidv7(),
  kind text not null check (kind ~ '^[a-z0-9-]{3,40}$'),
  organisation_id text not null references organisation,
  uploaded_by uuid not null references person,
  request_key text not null,
  file_name text not null check (length(file_name) between 1 and 200),
  size_bytes int not null default 0,
  sha256 bytea check (length(sha256) = 32),
  state text not null default 'uploading'
    check (state in ('uploading', 'reading', 'previewed', 'running', 'done', 'refused', 'cancelled')),
  -- Why the file was refused as a whole: {code, detail, fix}.
  problem jsonb,
  -- What the reading found: encoding, separator, sheet.
  format text,
  rows_read int not null default 0,
  rows_good int not null default 0,
  rows_bad int not null default 0,
  -- The last row that was carried out. It moves in the transaction of the rows it passes, so that none is done twice.
  cursor int not null default 0,
  rows_done int not null default 0,
  created_at timestamptz not null default now(),
  confirmed_by uuid references person,
  confirmed_at timestamptz,
  ended_at timestamptz,
  unique (uploaded_by, request_key),
  check ((state = 'refused') = (problem is not null)),
  check ((state in ('running', 'done')) <= (confirmed_at is not null)),
  check ((state in ('done', 'refused', 'cancelled')) = (ended_at is not null))
);
create index import_of_organisation on import (organisation_id, kind, id desc);

-- The file, until it is read.
create table import_chunk (
  import_id uuid not null references import on delete cascade,
  seq int not null check (seq >= 0),
  content bytea not null,
  primary key (import_id, seq)
);

-- Each row of the file: what it asks for, in ids (no ID numbers), or what is wrong with it; then what became of it.
create table import_row (
  import_id uuid not null references import on delete cascade,
  -- The row's number as a spreadsheet shows it.
  number int not null check (number > 0),
  content jsonb,
  -- Two rows of one file with one key ask for the same thing.
  key text,
  -- [{column, code, message}]
  errors jsonb,
  outcome text,
  primary key (import_id, number),
  check ((content is null) = (errors is not null))
);
create index import_row_key on import_row (import_id, key) where key is not null;
create index import_row_bad on import_row (import_id, number) where errors is not null;
`;
