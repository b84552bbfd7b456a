import { type Kysely, sql } from 'kysely';

/**
 * A person registered twice (人员合并). The absorbed person's claims, tasks and decisions stay where they are, tied to who declared them;
 * the record says whose hours they are now, and by which numbers the one who is kept is found.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [merges, identity, claims]) await sql.raw(part).execute(db);
}

const merges = `
create table person_merge (
  id uuid primary key default uuidv7(),
  absorbed_id uuid not null references person,
  kept_id uuid not null references person,
  state text not null default 'proposed' check (state in ('proposed', 'in-force', 'undo-proposed', 'undone', 'withdrawn')),
  reason text not null check (length(reason) between 1 and 500),
  proposed_by uuid not null references person,
  proposed_at timestamptz not null default now(),
  request_key text not null,
  confirmed_by uuid references person,
  confirmed_at timestamptz,
  undo_reason text check (length(undo_reason) between 1 and 500),
  undo_by uuid references person,
  undo_at timestamptz,
  undone_by uuid references person,
  undone_at timestamptz,
  -- What the absorbed person had besides hours, as it was: given back when the merge is undone.
  affiliations jsonb not null default '[]',
  account_disabled boolean not null default false,
  unique (proposed_by, request_key),
  constraint merge_of_two check (absorbed_id <> kept_id),
  constraint merge_second_administrator check (confirmed_by <> proposed_by),
  constraint merge_undo_second_administrator check (undone_by <> undo_by),
  constraint nobody_merges_themselves check (
    proposed_by not in (absorbed_id, kept_id) and confirmed_by not in (absorbed_id, kept_id)
    and undo_by not in (absorbed_id, kept_id) and undone_by not in (absorbed_id, kept_id)),
  check ((state in ('in-force', 'undo-proposed', 'undone')) = (confirmed_by is not null)),
  check ((confirmed_by is null) = (confirmed_at is null)),
  check ((state in ('undo-proposed', 'undone')) = (undo_by is not null)),
  check ((undo_by is null) = (undo_reason is null) and (undo_by is null) = (undo_at is null)),
  check ((state = 'undone') = (undone_by is not null) and (undone_by is null) = (undone_at is null))
);
create unique index person_merge_absorbed on person_merge (absorbed_id) where state in ('proposed', 'in-force', 'undo-proposed');
create index person_merge_kept on person_merge (kept_id) where state in ('proposed', 'in-force', 'undo-proposed');

-- Which activity of which year went over, so that the undoing takes exactly these back.
create table person_merge_source (
  merge_id uuid not null references person_merge,
  source_id uuid not null,
  year smallint not null,
  primary key (merge_id, source_id, year)
);
create trigger person_merge_source_append_only before update or delete on person_merge_source for each row execute function refuse_change();
create trigger person_merge_source_no_truncate before truncate on person_merge_source execute function refuse_change();
`;

const identity = `
-- Every ID number and key that ever named somebody, and the person who is meant by it today (曾用登记号).
create view person_identity as
  select p.id_number, p.person_key, p.name, p.id as own_id, coalesce(m.kept_id, p.id) as person_id
  from person p left join person_merge m on m.absorbed_id = p.id and m.state in ('in-force', 'undo-proposed');
`;

const claims = `
-- A draft sent in while its person is merged waits for the merge and is then refused: nothing may be in flight for an absorbed person.
create function refuse_absorbed() returns trigger language plpgsql as $$
begin
  perform 1 from person where id = new.person_id for share;
  if exists (select from person_merge where absorbed_id = new.person_id and state in ('in-force', 'undo-proposed')) then
    raise exception 'person % is absorbed', new.person_id using errcode = 'check_violation', constraint = 'claim_of_absorbed';
  end if;
  return new;
end $$;
create trigger claim_of_absorbed before update of state on claim for each row
  when (old.state = 'draft' and new.state <> 'draft') execute function refuse_absorbed();
`;
