import { type Kysely, sql } from 'kysely';

/** The ledger's other direction: revocations; what a recognition froze; the cases its nightly verification opens. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [frozenInputs, entries, revocations, cases]) await sql.raw(part).execute(db);
}

const frozenInputs = `
-- Whether the employer kept a study archive (学习档案) on the day of the first submission (Art. 11(1)): frozen with the route.
alter table claim add column study_archive boolean;
update claim c set study_archive = e.study_archive from organisation e where e.id = c.employer_id and c.version > 0;
alter table claim add constraint claim_study_archive_frozen check (state = 'draft' or study_archive is not null);
`;

const entries = `
-- The code of the rules' refusal where nothing counts; the words of a reversal. A source that was reversed may be brought back (an
-- appeal, a merging of persons undone): its recognitions are numbered, and each has at most one reversal.
alter table ledger_entry
  add column refusal text,
  add column reason text check (length(reason) between 1 and 500),
  add column round int not null default 1 check (round > 0);
alter table ledger_entry add constraint a_reversal_says_why check (kind <> 'reversal' or reason is not null) not valid;
alter table ledger_entry add constraint a_reversal_counts_nothing
  check (kind <> 'reversal' or (counted_hundredths = 0 and not deemed_complete)) not valid;
drop index ledger_one_recognition;
drop index ledger_one_reversal;
create unique index ledger_one_recognition on ledger_entry (source_id, person_id, year, round) where kind = 'recognition';
create unique index ledger_one_reversal on ledger_entry (source_id, person_id, year, round) where kind = 'reversal';
-- Which years of a person count a courseware: the rules count it in the first alone (D-5).
create index ledger_courseware on ledger_entry (person_id, year) where form = 'courseware-lecturing' and kind = 'recognition';
`;

const revocations = `
-- A recognition taken back by an authority (Arts. 20, 23): once a source, never by the person themselves, never by a reviewer of the claim.
create table revocation (
  source_id uuid primary key,
  source_kind text not null check (source_kind in ('claim', 'platform')),
  person_id uuid not null references person,
  revoked_by uuid not null references person,
  organisation_id text not null references organisation,
  reason text not null check (length(reason) between 1 and 500),
  article text not null,
  -- What each year lost and got back, for the same answer to the same request.
  years jsonb not null,
  request_key text not null,
  revoked_at timestamptz not null,
  claim_id uuid generated always as (case when source_kind = 'claim' then source_id end) stored,
  act_kind text generated always as (case when source_kind = 'claim' then 'revocation' end) stored,
  foreign key (claim_id, person_id) references claim (id, person_id),
  constraint no_reviewer_revokes foreign key (claim_id, revoked_by, act_kind) references reviewer_of_claim (claim_id, person_id, stage_kind),
  constraint nobody_revokes_their_own check (revoked_by <> person_id)
);
create trigger revocation_append_only before update or delete on revocation for each row execute function refuse_change();
create trigger revocation_no_truncate before truncate on revocation execute function refuse_change();
`;

const cases = `
-- A person's year whose ledger does not agree with its recomputation. Opened by the nightly verification, at most one open a year.
create table ledger_case (
  id uuid primary key default uuidv7(),
  person_id uuid not null,
  year smallint not null,
  -- What differs: codes and figures, no words of people.
  findings jsonb not null check (jsonb_array_length(findings) > 0),
  opened_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  closed_at timestamptz,
  closed_by uuid references person,
  note text check (length(note) between 1 and 500),
  foreign key (person_id, year) references person_year (person_id, year),
  check ((closed_at is null) = (note is null)),
  check (closed_by is null or closed_at is not null)
);
create unique index ledger_case_one_open on ledger_case (person_id, year) where closed_at is null;
create index ledger_case_open on ledger_case (opened_at, id) where closed_at is null;
`;
