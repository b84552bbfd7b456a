import { type Kysely, sql } from 'kysely';

/** Platform courses counted for a deferred year (补学, Art. 17). */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [makeUp, absorbed, organisers]) await sql.raw(part).execute(db);
}

const makeUp = `
-- The person's choice, once for each completion, also when it has ended: with its deferral, or because a merge of persons was undone.
create table make_up (
  id uuid primary key default uuidv7(),
  completion_id uuid not null unique references platform_completion,
  person_id uuid not null references person,
  -- The deferred year; the completion's own is the next.
  year smallint not null check (year between 2026 and 2200),
  deferral_id uuid not null references deferral,
  request_key text not null,
  assigned_at timestamptz not null,
  ended_at timestamptz,
  ended_because text check (ended_because in ('deferral-revoked', 'merge-undone')),
  check ((ended_at is null) = (ended_because is null))
);
create index make_up_of_person on make_up (person_id, year) where ended_at is null;
create function refuse_other_choice() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.ended_at is not null
    or to_jsonb(new) - '{ended_at,ended_because}'::text[] <> to_jsonb(old) - '{ended_at,ended_because}'::text[] then
    raise exception 'a choice of make-up study is kept as it was';
  end if;
  return new;
end $$;
create trigger make_up_kept before update or delete on make_up for each row execute function refuse_other_choice();
create trigger make_up_no_truncate before truncate on make_up execute function refuse_change();
`;

const absorbed = `
-- What is asked for a person at the moment of their merging waits for it and is then refused, as a draft sent in is (0017).
create trigger deferral_of_absorbed before insert on deferral for each row execute function refuse_absorbed();
create trigger move_of_absorbed before insert on move for each row execute function refuse_absorbed();
`;

const organisers = `
-- Organisation departments (组织部门) hold trainings by Art. 11(1); one of a place, as of the other authorities.
alter table organisation drop constraint organisation_kind_check, add constraint organisation_kind_check check (kind in (
  'hrss', 'industry-authority', 'employer', 'personnel-archive-agency', 'provincial-supervising-department', 'education-base',
  'organisation-department'));
create unique index organisation_department_of_place on organisation (region_code) where kind = 'organisation-department';
alter table training drop constraint training_organiser_kind_check,
  add constraint training_organiser_kind_check check (organiser_kind in ('organisation-department', 'hrss', 'industry-authority'));
`;
