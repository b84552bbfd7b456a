import { type Kysely, sql } from 'kysely';

/**
 * The link to title review, registration and annual assessment (Arts. 5, 6, 12, 19): whom a machine asks about is named by a keyed
 * HMAC of the ID number, and every answer leaves a row that the person can see.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table machine_client
  add column created_by uuid references person,
  add column ended_by uuid references person,
  add column ended_at timestamptz,
  add column request_key text,
  add constraint machine_client_request unique (created_by, request_key),
  add constraint machine_client_ended check ((ended_by is null) = (ended_at is null)),
  add constraint machine_client_named check (length(name) between 1 and 120);
create index machine_client_organisation on machine_client (organisation_id);

-- Who looked at a person's years, for what, and what the answer was (its digest).
create table person_access (
  id bigint generated always as identity primary key,
  person_id uuid not null references person,
  client_id uuid not null references machine_client,
  organisation_id text not null references organisation,
  scope text not null check (scope in ('title-review', 'registration', 'assessment')),
  purpose text not null check (purpose ~ '^[a-z-]{3,60}$'),
  case_number text not null check (length(case_number) between 1 and 60),
  years smallint[] not null check (cardinality(years) > 0),
  answer_digest bytea not null check (length(answer_digest) = 32),
  request_id text not null,
  at timestamptz not null default clock_timestamp()
);
create index person_access_of_person on person_access (person_id, id desc);
create trigger person_access_append_only before update or delete on person_access for each row execute function refuse_change();
create trigger person_access_no_truncate before truncate on person_access execute function refuse_change();
`)
    .execute(db);
}
