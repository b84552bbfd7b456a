import { type Kysely, sql } from 'kysely';

/** What reviewers arrange at their desks: saved views (我的视图) and saved replies (常用语), each person's own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [views, replies]) await sql.raw(part).execute(db);
}

const views = `
create table saved_view (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  name text not null check (length(name) between 1 and 20),
  filter jsonb not null check (jsonb_typeof(filter) = 'object'),
  created_at timestamptz not null default now(),
  request_key text not null,
  constraint saved_view_request unique (person_id, request_key),
  constraint saved_view_name unique (person_id, name)
);
`;

const replies = `
create table saved_reply (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  text text not null check (length(text) between 1 and 120),
  code text,
  article text,
  created_at timestamptz not null default now(),
  request_key text not null,
  constraint saved_reply_request unique (person_id, request_key),
  constraint saved_reply_once unique nulls not distinct (person_id, text, code, article)
);
`;
