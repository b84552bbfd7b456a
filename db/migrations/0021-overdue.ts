import { type Kysely, sql } from 'kysely';

/**
 * Late reviews: what was said of a task and when, its escalation (督办), nudges (催办), stand-ins during leave (代理), copies (抄送),
 * declared relations, and stages that nobody may decide (滞留).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [warnings, nudges, leaves, relations, copies, stuck]) await sql.raw(part).execute(db);
}

const appendOnly = (table: string): string => `
create trigger ${table}_append_only before update or delete on ${table} for each row execute function refuse_change();
create trigger ${table}_no_truncate before truncate on ${table} execute function refuse_change();`;

const warnings = `
-- Each warning of a task is given once, however often the sweep runs.
create table task_warning (
  task_id uuid not null references task,
  warning text not null check (warning in ('due-soon', 'overdue', 'escalated')),
  warned_on date not null,
  primary key (task_id, warning)
);
${appendOnly('task_warning')}

-- A late task as its superior body knows it; own: a body of the province, whose own supervisors are told.
create table escalation (
  id uuid primary key default uuidv7(),
  task_id uuid not null references task,
  claim_id uuid not null references claim,
  organisation_id text not null references organisation,
  own boolean not null,
  escalated_on date not null,
  unique (task_id, organisation_id)
);
create index escalation_organisation on escalation (organisation_id, id desc);
create index escalation_claim on escalation (claim_id);
${appendOnly('escalation')}

-- The superior urges (督办) the body that is late: with a note, once a day.
create table urging (
  id uuid primary key default uuidv7(),
  escalation_id uuid not null references escalation,
  urged_by uuid not null references person,
  note text not null check (length(note) between 1 and 500),
  urged_on date not null,
  urged_at timestamptz not null,
  request_key text not null,
  unique (urged_by, request_key),
  constraint urging_once_a_day unique (escalation_id, urged_on)
);
${appendOnly('urging')}
`;

const nudges = `
create table nudge (
  id uuid primary key default uuidv7(),
  claim_id uuid not null,
  stage_seq int not null,
  nudged_by uuid not null references person,
  nudged_on date not null,
  nudged_at timestamptz not null,
  request_key text not null,
  foreign key (claim_id, stage_seq) references stage (claim_id, seq),
  unique (claim_id, request_key),
  constraint nudge_once_a_day unique (claim_id, stage_seq, nudged_on)
);
${appendOnly('nudge')}
-- The inbox shows both without a join.
alter table task add column nudged_at timestamptz, add column urged_at timestamptz;
`;

const leaves = `
create table leave (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  organisation_id text not null references organisation,
  role text not null check (role in ('first-reviewer', 're-reviewer', 'filing-officer')),
  stand_in_id uuid not null references person,
  from_on date not null,
  -- The last day of leave.
  until_on date not null,
  recorded_by uuid not null references person,
  recorded_at timestamptz not null,
  -- Taken back before it began, or on its first day.
  cancelled_at timestamptz,
  request_key text not null,
  unique (recorded_by, request_key),
  check (until_on >= from_on),
  constraint nobody_stands_in_for_themselves check (stand_in_id <> person_id),
  constraint one_leave_a_day exclude using gist (person_id with =, organisation_id with =, role with =, daterange(from_on, until_on, '[]') with &&)
    where (cancelled_at is null)
);
create index leave_stand_in on leave (stand_in_id, organisation_id, role) where cancelled_at is null;
create index leave_organisation on leave (organisation_id, until_on);

-- Whom the holder took the task over from as a stand-in, and in whose place a decision was made.
alter table task add column standing_in_for uuid references person,
  add constraint nobody_stands_in_for_the_declarant check (standing_in_for <> declarant_id);
alter table decision add column acting_for uuid references person,
  add constraint nobody_acts_for_themselves check (acting_for <> decided_by),
  add constraint nobody_acts_for_the_declarant check (acting_for <> declarant_id);
`;

const relations = `
-- Family, as somebody declared it: neither reviews the other's claims. other_id is null while nobody is registered under the number given.
create table declared_relation (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person,
  other_id uuid references person,
  other_name text not null check (length(other_name) between 1 and 60),
  other_number_masked text not null,
  relation text not null check (relation in ('spouse', 'relative')),
  declared_at timestamptz not null,
  ended_at timestamptz,
  request_key text not null,
  unique (person_id, request_key),
  check (other_id <> person_id)
);
create index declared_relation_person on declared_relation (person_id);
create index declared_relation_other on declared_relation (other_id) where ended_at is null;

create function refuse_related() returns trigger language plpgsql as $$
declare
  reviewer uuid := case tg_table_name when 'task' then to_jsonb(new) ->> 'assignee_id' else to_jsonb(new) ->> 'decided_by' end;
begin
  if exists (select 1 from declared_relation r where r.ended_at is null
             and (r.person_id, r.other_id) in ((reviewer, new.declarant_id), (new.declarant_id, reviewer))) then
    raise exception 'the reviewer is related to the declarant' using errcode = 'check_violation', constraint = 'nobody_related';
  end if;
  return new;
end $$;
create trigger task_nobody_related before insert or update of assignee_id on task
  for each row when (new.assignee_id is not null and new.state = 'claimed') execute function refuse_related();
create trigger decision_nobody_related before insert on decision for each row execute function refuse_related();
`;

const copies = `
-- A claim copied (抄送) for information to a colleague or a body on its way: they read it and decide nothing.
create table claim_copy (
  id uuid primary key default uuidv7(),
  task_id uuid not null references task,
  claim_id uuid not null references claim,
  to_person_id uuid references person,
  to_organisation_id text references organisation,
  note text not null default '' check (length(note) <= 200),
  copied_by uuid not null references person,
  organisation_id text not null references organisation,
  copied_at timestamptz not null,
  check ((to_person_id is null) <> (to_organisation_id is null)),
  unique nulls not distinct (task_id, to_person_id, to_organisation_id)
);
create index claim_copy_person on claim_copy (to_person_id, copied_at desc, id desc);
create index claim_copy_organisation on claim_copy (to_organisation_id, copied_at desc, id desc);
create index claim_copy_claim on claim_copy (claim_id);
${appendOnly('claim_copy')}
`;

const stuck = `
-- An open stage, or one body's task of it, that nobody may decide. Recorded, never approved by default.
create table stuck_stage (
  id uuid primary key default uuidv7(),
  claim_id uuid not null,
  stage_seq int not null,
  -- Null for a stage whose plan names no body.
  task_id uuid references task,
  organisation_id text references organisation,
  cause text not null check (cause in ('no-body', 'empty-pool', 'nobody-eligible')),
  found_at timestamptz not null,
  ended_at timestamptz,
  foreign key (claim_id, stage_seq) references stage (claim_id, seq),
  check ((task_id is null) = (cause = 'no-body'))
);
create unique index stuck_stage_one on stuck_stage (claim_id, stage_seq, task_id) nulls not distinct where ended_at is null;
create index stuck_stage_organisation on stuck_stage (organisation_id, found_at) where ended_at is null;
`;
