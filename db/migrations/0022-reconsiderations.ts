import { type Kysely, sql } from 'kysely';

/**
 * Review of a rejection (复核): once for a claim, by the next higher body, an officer who has not acted on the claim. An overturned
 * rejection is an act of the claim's record.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [act, claim, reconsideration]) await sql.raw(part).execute(db);
}

/** The list of kinds grows here by one, whatever other migrations have added to it. */
const act = `
do $$
declare kinds text;
begin
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint where conname = 'act_kind_check' and conrelid = 'act'::regclass;
  alter table act drop constraint act_kind_check;
  execute 'alter table act add constraint act_kind_check ' || regexp_replace(kinds, 'ARRAY\\[', 'ARRAY[''overturned''::text, ');
end $$;
alter table act add constraint overturned_names_its_stage check (kind <> 'overturned' or stage_seq is not null);
`;

const claim = `
-- While its rejection is reviewed a claim may come back to life: no second claim for the activity beside it.
alter table claim add column reconsidering boolean not null default false,
  add constraint only_a_rejection_is_reconsidered check (not reconsidering or state = 'rejected');
drop index claim_one_open;
create unique index claim_one_open on claim (person_id, identity)
  where state in ('first-review', 're-review', 'filing', 'correction') or reconsidering;
`;

const reconsideration = `
create table reconsideration (
  id uuid primary key default uuidv7(),
  -- Once for a claim.
  claim_id uuid not null unique references claim,
  person_id uuid not null references person,
  -- The decision that rejected it.
  rejection_id uuid not null references decision,
  rejected_by text not null references organisation,
  stage_kind text not null check (stage_kind in ('first-review', 're-review', 'filing')),
  -- The body that reviews it.
  organisation_id text not null references organisation,
  grounds text not null check (length(grounds) between 1 and 2000),
  request_key text not null,
  requested_at timestamptz not null,
  due_on date not null,
  escalate_on date not null,
  calendar text not null,
  reminded_at timestamptz,
  escalated_at timestamptz,
  state text not null default 'requested' check (state in ('requested', 'upheld', 'overturned')),
  -- Made by the officer's page: the same decision sent again is answered again.
  decision_id uuid unique,
  decided_by uuid references person,
  decided_at timestamptz,
  reason text check (length(reason) between 1 and 1000),
  article text,
  check (escalate_on > due_on),
  check (escalated_at is null or reminded_at is not null),
  check ((state = 'requested') = (decided_at is null)),
  check (num_nonnulls(decision_id, decided_by, decided_at, reason, article) in (0, 5)),
  foreign key (claim_id, person_id) references claim (id, person_id),
  constraint nobody_reviews_their_own_rejection check (decided_by <> person_id),
  -- Who decides takes their one part in the claim by it; whoever had a part before cannot (the row is there already).
  constraint reconsideration_part foreign key (claim_id, decided_by, stage_kind) references reviewer_of_claim (claim_id, person_id, stage_kind)
);
create index reconsideration_todo on reconsideration (organisation_id, due_on, id) where state = 'requested';
create index reconsideration_done on reconsideration (organisation_id, decided_at desc, id desc) where state <> 'requested';
-- The sweep's question: whose last day passed unnoticed?
create index reconsideration_waiting on reconsideration (due_on) where state = 'requested' and escalated_at is null;
create trigger reconsideration_nobody_after_recusal before update of decided_by on reconsideration
  for each row when (new.decided_by is not null) execute function refuse_recused();
`;
