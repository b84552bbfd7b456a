import { type Kysely, sql } from 'kysely';

/** What-ifs (规则试算, Art. 24) as jobs: a million people's years judged twice take minutes, in pages that can be cut short anywhere. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(whatIf).execute(db);
}

const VERDICTS = `('cancelled', 'deemed-complete', 'qualified', 'deferred', 'in-progress', 'unqualified')`;

const whatIf = `
create table what_if (
  id uuid primary key default uuidv7(),
  requested_by uuid not null references person,
  request_key text not null,
  year smallint not null check (year between 2026 and 2200),
  region_code text references region,
  employer_id text references organisation,
  -- The figures supposed otherwise, by name.
  figures jsonb not null,
  state text not null default 'running' check (state in ('running', 'done', 'cancelled')),
  -- The legal day the years are judged on, the same for everybody however long it takes.
  as_of date not null,
  people_total int not null check (people_total >= 0),
  people_done int not null default 0 check (people_done >= 0),
  changed int not null default 0,
  gain int not null default 0,
  lose int not null default 0,
  -- How many people go from which verdict to which: {"qualified unqualified": 3}.
  verdicts jsonb not null default '{}',
  -- The last person judged. It moves in the transaction of the page it ends.
  after uuid,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (requested_by, request_key),
  check ((state = 'running') = (ended_at is null)),
  check (gain + lose <= changed and changed <= people_done)
);
create index what_if_newest on what_if (created_at desc, id desc);
-- One at a time: the province's people are judged twice by it.
create unique index what_if_running on what_if (state) where state = 'running';

-- Whose year would change; nothing of the record.
create table what_if_change (
  what_if_id uuid not null references what_if on delete cascade,
  person_id uuid not null references person,
  employer_id text,
  public_before int not null,
  professional_before int not null,
  verdict_before text not null check (verdict_before in ${VERDICTS}),
  public_after int not null,
  professional_after int not null,
  verdict_after text not null check (verdict_after in ${VERDICTS}),
  primary key (what_if_id, person_id)
);
`;
