import { type Kysely, sql } from 'kysely';

/** Fraud in a declaration (弄虚作假, Art. 21): cases, what brought them up, defence, proposals, appeals, and the orders to revoke titles. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [cases, around, orders, claims]) await sql.raw(part).execute(db);
}

const cases = `
create table sanction (
  id uuid primary key default uuidv7(),
  number bigint generated always as identity unique,
  person_id uuid not null references person,
  year smallint not null check (year between 2026 and 2200),
  -- The unit of the opening's day, and the authority that is competent for it; the unit is told of what takes effect.
  employer_id text references organisation,
  authority_id text not null references organisation,
  state text not null default 'opened' check (state in ('opened', 'hearing', 'decided', 'in-force', 'ended', 'lifted', 'dismissed')),
  -- Grows with all that who decides must have seen: a decision names the version it is about.
  version int not null default 1 check (version > 0),
  opened_by uuid not null references person,
  opened_at timestamptz not null,
  -- What the person is told: the facts and the reasons.
  charge text check (length(charge) between 1 and 2000),
  noticed_by uuid references person,
  noticed_at timestamptz,
  defence_due_at timestamptz,
  defence_calendar text,
  -- Heard: their time is over, or they said that they have nothing to add.
  defence_closed_at timestamptz,
  decided_by uuid references person,
  confirmed_by uuid references person,
  decided_at timestamptz,
  -- The dishonesty record (失信记录): from its first day until, and without, the day it ends on.
  effective_on date,
  ends_on date,
  -- What the decision changed, as its preview said.
  impact jsonb,
  lifted_by uuid references person,
  lift_confirmed_by uuid references person,
  lifted_at timestamptz,
  ended_at timestamptz,
  check ((noticed_at is null) = (charge is null) and (noticed_at is null) = (noticed_by is null)
    and (noticed_at is null) = (defence_due_at is null) and (noticed_at is null) = (defence_calendar is null)),
  check (state not in ('hearing', 'in-force', 'ended', 'lifted') or noticed_at is not null),
  check (defence_due_at > noticed_at),
  check ((state in ('in-force', 'ended', 'lifted', 'dismissed')) = (decided_at is not null)),
  check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (confirmed_by is null)),
  check ((state in ('in-force', 'ended', 'lifted')) = (effective_on is not null)),
  check ((effective_on is null) = (ends_on is null) and (effective_on is null) = (impact is null)),
  check (ends_on > effective_on),
  check (state not in ('in-force', 'ended', 'lifted') or defence_closed_at is not null),
  check ((state = 'lifted') = (lifted_at is not null)),
  check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_confirmed_by is null)),
  check ((state in ('ended', 'lifted', 'dismissed')) = (ended_at is not null)),
  constraint sanction_second_officer check (confirmed_by <> decided_by and lift_confirmed_by <> lifted_by),
  constraint nobody_sanctions_themselves check (
    opened_by <> person_id and noticed_by <> person_id and decided_by <> person_id and confirmed_by <> person_id
    and lifted_by <> person_id and lift_confirmed_by <> person_id)
);
create unique index sanction_one_living on sanction (person_id, year) where state in ('opened', 'hearing', 'decided', 'in-force');
create index sanction_of_person on sanction (person_id, id desc);
create index sanction_of_authority on sanction (authority_id, id desc);
create index sanction_of_employer on sanction (employer_id, id desc);
create index sanction_hearing on sanction (defence_due_at) where state in ('hearing', 'decided') and defence_closed_at is null;
create index sanction_record on sanction (ends_on) where state = 'in-force';
`;

const around = `
-- Each suspicion as it was reported; the person is told the charge, not these.
create table sanction_ground (
  id uuid primary key default uuidv7(),
  sanction_id uuid not null references sanction,
  source text not null check (source in ('review', 'inspection', 'complaint', 'duplicate-evidence')),
  explanation text not null check (length(explanation) between 1 and 2000),
  -- The check task or complaint it comes from.
  origin_kind text check (origin_kind ~ '^[a-z-]{3,40}$'),
  origin_id uuid,
  reported_by uuid not null references person,
  organisation_id text references organisation,
  request_key text,
  reported_at timestamptz not null,
  unique (reported_by, request_key),
  check ((origin_kind is null) = (origin_id is null))
);
create index sanction_ground_case on sanction_ground (sanction_id, id);
create unique index sanction_ground_once on sanction_ground (sanction_id, origin_kind, origin_id) where origin_id is not null;

create table sanction_claim (
  sanction_id uuid not null references sanction,
  claim_id uuid not null references claim,
  primary key (sanction_id, claim_id)
);
create index sanction_claim_claim on sanction_claim (claim_id);

-- What the person said (陈述申辩). Also one that came too late is kept, and marked.
create table sanction_defence (
  id uuid primary key default uuidv7(),
  sanction_id uuid not null references sanction,
  person_id uuid not null references person,
  text text not null check (length(text) between 1 and 5000),
  is_late boolean not null,
  request_key text not null,
  stated_at timestamptz not null,
  unique (person_id, request_key)
);
create index sanction_defence_case on sanction_defence (sanction_id, id);

create table sanction_appeal (
  id uuid primary key default uuidv7(),
  sanction_id uuid not null references sanction,
  person_id uuid not null references person,
  text text not null check (length(text) between 1 and 5000),
  state text not null default 'open' check (state in ('open', 'upheld', 'refused')),
  request_key text not null,
  appealed_at timestamptz not null,
  answer text check (length(answer) between 1 and 2000),
  answered_at timestamptz,
  unique (person_id, request_key),
  check ((state = 'open') = (answered_at is null) and (answered_at is null) = (answer is null))
);
create unique index sanction_appeal_open on sanction_appeal (sanction_id) where state = 'open';
create index sanction_appeal_case on sanction_appeal (sanction_id, id);

-- What one officer proposes is nothing until another confirms it; a refused proposal is kept.
create table sanction_proposal (
  id uuid primary key default uuidv7(),
  sanction_id uuid not null references sanction,
  person_id uuid not null references person,
  kind text not null check (kind in ('impose', 'dismiss', 'lift', 'refuse-appeal')),
  reason text not null check (length(reason) between 1 and 2000),
  titles jsonb not null default '[]',
  request_key text not null,
  organisation_id text not null references organisation,
  proposed_by uuid not null references person,
  proposed_at timestamptz not null,
  answer text check (answer in ('confirmed', 'refused')),
  answer_reason text check (length(answer_reason) between 1 and 2000),
  answered_by uuid references person,
  answered_at timestamptz,
  unique (proposed_by, request_key),
  check ((answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)),
  check (answer is distinct from 'refused' or answer_reason is not null),
  check (kind = 'impose' or titles = '[]'),
  constraint proposal_second_officer check (answer is distinct from 'confirmed' or answered_by <> proposed_by),
  constraint nobody_proposes_on_themselves check (proposed_by <> person_id and answered_by <> person_id)
);
create unique index sanction_proposal_open on sanction_proposal (sanction_id) where answer is null;
create index sanction_proposal_case on sanction_proposal (sanction_id, id);

${['sanction_ground', 'sanction_claim', 'sanction_defence']
  .map(
    (
      t,
    ) => `create trigger ${t}_append_only before update or delete on ${t} for each row execute function refuse_change();
create trigger ${t}_no_truncate before truncate on ${t} execute function refuse_change();`,
  )
  .join('\n')}
create function refuse_removal() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are kept', tg_table_name using errcode = 'restrict_violation';
end $$;
${['sanction', 'sanction_appeal', 'sanction_proposal']
  .map(
    (t) => `create trigger ${t}_kept before delete on ${t} for each row execute function refuse_removal();
create trigger ${t}_no_truncate before truncate on ${t} execute function refuse_removal();`,
  )
  .join('\n')}
`;

const orders = `
-- To the body that approved a title: revoke it (撤销职称), or give it back after the sanction was lifted.
create table title_order (
  id uuid primary key default uuidv7(),
  sanction_id uuid not null references sanction,
  person_id uuid not null references person,
  kind text not null check (kind in ('revoke', 'restore')),
  title text not null check (length(title) between 1 and 100),
  obtained_on date,
  organisation_id text not null references organisation,
  authority_id text not null references organisation,
  state text not null default 'ordered' check (state in ('ordered', 'reported', 'accepted', 'overdue', 'withdrawn')),
  due_on date not null,
  ordered_at timestamptz not null,
  overdue_at timestamptz,
  report text check (length(report) between 1 and 2000),
  reported_by uuid references person,
  reported_at timestamptz,
  accepted_by uuid references person,
  ended_at timestamptz,
  unique (sanction_id, kind, title, organisation_id),
  check (state <> 'overdue' or overdue_at is not null),
  check ((report is null) = (reported_by is null) and (report is null) = (reported_at is null)),
  check (state not in ('reported', 'accepted') or report is not null),
  check ((state = 'accepted') = (accepted_by is not null)),
  check ((state in ('accepted', 'withdrawn')) = (ended_at is not null)),
  constraint nobody_accepts_their_own_report check (accepted_by <> reported_by),
  constraint nobody_on_their_own_title check (reported_by <> person_id and accepted_by <> person_id)
);
create index title_order_case on title_order (sanction_id, id);
create index title_order_body on title_order (organisation_id, id desc);
create index title_order_waiting on title_order (due_on) where state = 'ordered';
create trigger title_order_kept before delete on title_order for each row execute function refuse_removal();
create trigger title_order_no_truncate before truncate on title_order execute function refuse_removal();
`;

const claims = `
-- A claim that a sanction of its year ends (Art. 21).
-- Added to whatever kinds there are: a database may have had a later migration first.
do $$ declare kinds text;
begin
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint where conname = 'act_kind_check' and conrelid = 'act'::regclass;
  alter table act drop constraint act_kind_check;
  execute 'alter table act add constraint act_kind_check ' || regexp_replace(kinds, 'ARRAY\\[', 'ARRAY[''sanctioned''::text, ');
end $$;

-- A draft sent in while its year is being cancelled waits for the decision and is then refused: none stays open in a cancelled year.
create function refuse_cancelled_year() returns trigger language plpgsql as $$
begin
  perform 1 from person where id = new.person_id for share;
  if exists (select from sanction where person_id = new.person_id and year = new.year and state in ('in-force', 'ended')) then
    raise exception 'the year % is cancelled', new.year using errcode = 'check_violation', constraint = 'claim_of_cancelled_year';
  end if;
  return new;
end $$;
create trigger claim_of_cancelled_year before update of state on claim for each row
  when (old.state = 'draft' and new.state <> 'draft') execute function refuse_cancelled_year();
`;
