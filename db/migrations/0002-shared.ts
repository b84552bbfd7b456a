import { type Kysely, sql } from 'kysely';

/** What several parts stand on: notices to people, and the credentials of machines. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Something a person is told. One row a kind and key: telling twice is telling once.
create table notice (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  kind text not null check (kind ~ '^[a-z0-9-]{3,60}$'),
  key text not null,
  detail jsonb not null default '{}',
  created_at timestamptz not null default now(),
  read_at timestamptz,
  unique (person_id, kind, key)
);
create index notice_of_person on notice (person_id, id desc);
create index notice_unread on notice (person_id) where read_at is null;

-- A system that asks or reports by itself: the provincial platform, the title-review system. Only the secret's hash is kept.
create table machine_client (
  id uuid primary key default uuidv7(),
  name text not null,
  organisation_id text not null references organisation,
  secret_hash bytea not null check (length(secret_hash) = 32),
  scopes text[] not null check (scopes <@ array['completions', 'title-review', 'registration', 'assessment']),
  from_on date not null,
  until_on date,
  created_at timestamptz not null default now(),
  check (until_on is null or until_on > from_on)
);
`)
    .execute(db);
}
