import { type Kysely, sql } from 'kysely';

/**
 * Closing a year: what every person's verdict was when claims for the year were no longer taken, kept for ever. The verdict shown to
 * people stays the one computed when it is read (a claim submitted in time may still be filed); this is what it was at the close.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create table year_close (
  year smallint primary key check (year between 2026 and 2200),
  state text not null default 'running' check (state in ('running', 'closed')),
  -- The legal day the verdicts stand on, the same for everybody however long the closing takes.
  as_of date not null,
  rule_version text not null,
  started_by uuid references person,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  people_total int check (people_total >= 0),
  people_done int not null default 0 check (people_done >= 0),
  open_claims int not null default 0 check (open_claims >= 0),
  -- How many people have which verdict so far.
  verdicts jsonb not null default '{}',
  -- The last person done: where the next page begins.
  after uuid,
  check ((state = 'closed') = (finished_at is not null))
);

create table year_verdict (
  year smallint not null references year_close,
  person_id uuid not null references person,
  verdict text not null check (verdict in ('cancelled', 'deemed-complete', 'qualified', 'deferred', 'in-progress', 'unqualified')),
  public_hundredths int not null check (public_hundredths >= 0),
  professional_hundredths int not null check (professional_hundredths >= 0),
  deemed_complete boolean not null,
  -- Claims of the year still on their way at the close: the verdict may follow them.
  open_claims int not null check (open_claims >= 0),
  rule_version text not null,
  closed_at timestamptz not null default now(),
  primary key (person_id, year)
);
create index year_verdict_open on year_verdict (year, person_id) where open_claims > 0;
create trigger year_verdict_append_only before update or delete on year_verdict for each row execute function refuse_change();
create trigger year_verdict_no_truncate before truncate on year_verdict execute function refuse_change();
`)
    .execute(db);
}
