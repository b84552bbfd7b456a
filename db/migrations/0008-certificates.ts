import { type Kysely, sql } from 'kysely';

/** Certificates (Art. 16): what each states never changes; only its end is written, once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [certificates, batches]) await sql.raw(part).execute(db);
}

const certificates = `
create sequence certificate_sequence;

create table certificate (
  id uuid primary key default uuidv7(),
  number text not null unique check (number ~ '^[0-9]{4}-[0-9]{6}-[0-9]{8,}$'),
  code text not null unique check (code ~ '^[0-9A-HJKMNP-TV-Z]{20}$'),
  person_id uuid not null,
  year smallint not null,
  -- The first, second ... certificate of the person-year.
  issue int not null check (issue > 0),
  state text not null default 'valid' check (state in ('valid', 'superseded', 'revoked')),
  -- rules/certificate.ts Statement: frozen.
  statement jsonb not null,
  issued_at timestamptz not null default now(),
  -- Null: the system, after the year changed.
  issued_by uuid references person,
  ended_at timestamptz,
  end_reason text check (end_reason in ('hours-changed', 'holder-changed', 'fraud', 'no-longer-complete')),
  succeeded_by uuid unique references certificate deferrable initially deferred,
  unique (person_id, year, issue),
  foreign key (person_id, year) references person_year (person_id, year),
  check ((state = 'valid') = (ended_at is null)),
  check ((ended_at is null) = (end_reason is null)),
  check ((state = 'superseded') = (succeeded_by is not null)),
  check (succeeded_by <> id),
  check (ended_at >= issued_at),
  check (statement ->> 'number' = number),
  check ((statement ->> 'year')::int = year)
);
create unique index certificate_one_valid on certificate (person_id, year) where state = 'valid';

create function keep_certificate() returns trigger language plpgsql as $$
begin
  if old.state <> 'valid' or new.state = 'valid'
     or (new.id, new.number, new.code, new.person_id, new.year, new.issue, new.statement, new.issued_at, new.issued_by)
        is distinct from
        (old.id, old.number, old.code, old.person_id, old.year, old.issue, old.statement, old.issued_at, old.issued_by) then
    raise exception 'a certificate can only be ended, once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger certificate_kept before update on certificate for each row execute function keep_certificate();
create trigger certificate_append_only before delete on certificate for each row execute function refuse_change();
create trigger certificate_no_truncate before truncate on certificate execute function refuse_change();

-- A certificate that cannot be printed because no typeface has a sign of it: somebody has to give the system one.
create table certificate_case (
  certificate_id uuid primary key references certificate,
  -- Such as U+20BB7.
  missing text[] not null check (cardinality(missing) > 0),
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  check (closed_at >= opened_at)
);
create index certificate_case_open on certificate_case (opened_at) where closed_at is null;
`;

const batches = `
-- An employer's print of many certificates: what was asked for, and how far it is.
create table certificate_batch (
  id uuid primary key default uuidv7(),
  employer_id text not null references organisation,
  year smallint not null,
  person_ids uuid[],
  requested_by uuid not null references person,
  request_key text,
  total int not null check (total >= 0),
  printed int not null default 0 check (printed >= 0),
  skipped int not null default 0 check (skipped >= 0),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  -- Written while it goes on: one long silent was interrupted.
  seen_at timestamptz,
  finished_at timestamptz,
  unique (requested_by, request_key),
  check (printed + skipped <= total),
  check (finished_at is null or printed + skipped = total)
);
create index certificate_batch_of on certificate_batch (employer_id, id desc);
`;
