import { type Kysely, sql } from 'kysely';

/**
 * People and organisations through time: who registered whom, one-time passwords, moves between employers (调动), the attributes of a
 * unit by date, roles that end on the day they began, units that close.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [accounts, registrations, organisations, roles, moves]) await sql.raw(part).execute(db);
}

const appendOnly = (table: string): string => `
create trigger ${table}_append_only before update or delete on ${table} for each row execute function refuse_change();
create trigger ${table}_no_truncate before truncate on ${table} execute function refuse_change();`;

const accounts = `
-- A one-time password opens nothing but its own change.
alter table account add column must_change_password boolean not null default false;
`;

const registrations = `
-- Who registered a person, for which organisation: an officer of an authority has no affiliation, and is found by this.
create table person_registration (
  person_id uuid primary key references person,
  organisation_id text not null references organisation,
  registered_by uuid not null references person,
  request_key text not null,
  registered_at timestamptz not null default now(),
  unique (registered_by, request_key)
);
create index person_registration_of on person_registration (organisation_id, person_id);
${appendOnly('person_registration')}
create index if not exists affiliation_of_employer on affiliation (employer_id, person_id);
`;

const organisations = `
create sequence organisation_number start 100001;
alter table organisation
  add column closed_on date,
  -- To whom first reviews go that would come to a closed unit.
  add column successor_id text references organisation,
  add column registered_by uuid references person,
  add column request_key text,
  add constraint organisation_request unique (registered_by, request_key),
  add constraint closed_names_successor check (successor_id is null or closed_on is not null),
  add constraint not_its_own_successor check (successor_id <> id);
create index organisation_name on organisation (kind, name);

-- What a unit was from which day on; the row of organisation says what it is today. Rows of the future are taken over on their day.
create table organisation_change (
  id uuid primary key default uuidv7(),
  organisation_id text not null references organisation,
  from_on date not null,
  name text not null,
  unit_kind text check (unit_kind in ('ordinary', 'archive-hosted', 'provincial-direct', 'central')),
  level text not null check (level in ('province', 'city', 'county')),
  region_code text not null references region,
  industry_code text references industry,
  supervising_department_id text references organisation,
  study_archive boolean not null,
  recorded_by uuid not null references person,
  recorded_at timestamptz not null default now(),
  unique (organisation_id, from_on),
  check (unit_kind <> 'provincial-direct' or supervising_department_id is not null)
);
create index organisation_change_day on organisation_change (from_on);
${appendOnly('organisation_change')}
`;

const roles = `
-- A role granted and ended on one day was held on none.
alter table role_holding drop constraint role_holding_check,
  add constraint role_holding_days check (until_on is null or until_on >= from_on),
  add column granted_by uuid references person,
  add column ended_by uuid references person;
`;

const moves = `
-- A person's move (调动) to another unit, or into and out of an agency's hosting (档案托管): done once both sides and the person agree.
create table move (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  -- Where the person was when it was asked for; null for somebody without a unit.
  from_employer_id text references organisation,
  from_agency_id text references organisation,
  to_employer_id text not null references organisation,
  to_agency_id text references organisation,
  from_on date not null,
  requested_by uuid not null references person,
  requested_side text not null check (requested_side in ('person', 'new-unit')),
  requested_at timestamptz not null default now(),
  request_key text not null,
  -- From this day on the HRSS authority of the place may answer for a former unit that does not.
  authority_from_on date not null,
  state text not null default 'open' check (state in ('open', 'done', 'refused', 'withdrawn')),
  effective_on date,
  ended_at timestamptz,
  unique (requested_by, request_key),
  check ((state = 'done') = (effective_on is not null)),
  check ((state = 'open') = (ended_at is null)),
  check (from_agency_id is null or from_employer_id is not null)
);
create unique index move_one_open on move (person_id) where state = 'open';
create index move_to on move (to_employer_id, id desc);
create index move_from on move (from_employer_id, id desc);

-- One answer a side. Whose: the person, the unit they come to (its agency for a hosted person), the unit they leave.
create table move_answer (
  move_id uuid not null references move,
  side text not null check (side in ('person', 'new-unit', 'old-unit')),
  accepts boolean not null,
  reason text not null default '',
  answered_by uuid not null references person,
  -- The body for which it was answered; the HRSS authority's id where it answers for the former unit.
  organisation_id text references organisation,
  answered_at timestamptz not null default now(),
  primary key (move_id, side),
  check ((side = 'person') = (organisation_id is null)),
  check (accepts or reason <> '')
);
${appendOnly('move_answer')}
`;
