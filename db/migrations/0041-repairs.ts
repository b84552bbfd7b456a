import { type Kysely, sql } from 'kysely';

/** Repairs of what does not move or agree: proposed, where need be confirmed by another person, done once; alone or many at a time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [repairs, acts]) await sql.raw(part).execute(db);
}

const repairs = `
create table repair_bulk (
  id uuid primary key default uuidv7(),
  class text not null,
  kind text not null,
  reason text not null check (length(reason) between 4 and 500),
  state text not null check (state in ('proposed', 'running', 'done', 'refused')),
  total int not null check (total > 0),
  proposed_by uuid not null references person,
  proposed_at timestamptz not null default now(),
  decided_by uuid references person,
  decided_at timestamptz,
  ended_at timestamptz,
  request_key text not null,
  unique (proposed_by, request_key),
  constraint bulk_second_person check (decided_by <> proposed_by)
);
create index repair_bulk_newest on repair_bulk (proposed_at desc);

create table repair (
  id uuid primary key default uuidv7(),
  finding_id uuid not null references stuck_finding,
  bulk_id uuid references repair_bulk,
  kind text not null check (kind ~ '^[a-z-]{4,40}$'),
  params jsonb not null default '{}',
  -- The subject as it was seen: a repair of anything else is not done.
  version text not null,
  reason text not null check (length(reason) between 4 and 500),
  -- What the dry run showed; null in a bulk.
  effect jsonb,
  state text not null check (state in ('proposed', 'waiting', 'done', 'refused')),
  note text,
  proposed_by uuid not null references person,
  proposed_at timestamptz not null default now(),
  decided_by uuid references person,
  decided_at timestamptz,
  request_key text,
  unique (proposed_by, request_key),
  constraint repair_second_person check (decided_by <> proposed_by),
  -- What changes a result is never done by one person alone.
  constraint repair_confirmed check (
    kind not in ('move', 'close', 'recompute', 'reissue') or state in ('proposed', 'refused') or decided_by is not null)
);
create unique index repair_one_open on repair (finding_id) where state in ('proposed', 'waiting');
create index repair_waiting on repair (bulk_id, id) where state = 'waiting';
create index repair_of_bulk on repair (bulk_id, state) where bulk_id is not null;
create index repair_newest on repair (proposed_at desc) where bulk_id is null;
create index repair_finding on repair (finding_id);
`;

const acts = `
-- The stage that an administrator's move leads to; its own stage does not exist yet.
alter table act add column target text check (target in ('first-review', 're-review', 'filing'));
-- Added to whatever kinds there are: a database may have had a later migration first.
do $$ declare kinds text;
begin
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint where conname = 'act_kind_check' and conrelid = 'act'::regclass;
  alter table act drop constraint act_kind_check;
  execute 'alter table act add constraint act_kind_check ' || regexp_replace(kinds, 'ARRAY\\[', 'ARRAY[''moved''::text, ''closed''::text, ');
end $$;
alter table act add constraint act_moved_somewhere check ((kind = 'moved') = (target is not null));
`;
