import { type Kysely, sql } from 'kysely';

/**
 * The review's manners: what a reviewer has opened (已阅), who has stepped back from a claim (回避), a decision taken back (收回),
 * and the article of every rejection.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [seen, recusal, takenBack, articles, held]) await sql.raw(part).execute(db);
}

const appendOnly = (table: string): string => `
create trigger ${table}_append_only before update or delete on ${table} for each row execute function refuse_change();
create trigger ${table}_no_truncate before truncate on ${table} execute function refuse_change();`;

const seen = `
-- Which piece of evidence of which submitted version a reviewer has opened (已阅).
create table evidence_seen (
  claim_id uuid not null,
  version int not null,
  person_id uuid not null references person,
  evidence_id uuid not null references evidence,
  seen_at timestamptz not null default now(),
  primary key (claim_id, version, person_id, evidence_id),
  foreign key (claim_id, version) references claim_version (claim_id, version)
);
${appendOnly('evidence_seen')}
`;

const recusal = `
-- Who has stepped back from a claim (回避), and why. For inspectors: the declarant is not told the relation.
create table claim_recusal (
  claim_id uuid not null references claim,
  person_id uuid not null references person,
  relation text not null check (relation in ('relative', 'co-author', 'other')),
  note text not null default '',
  task_id uuid not null references task,
  recorded_by uuid not null references person,
  recorded_at timestamptz not null,
  primary key (claim_id, person_id),
  check (relation <> 'other' or note <> '')
);
create index claim_recusal_person on claim_recusal (person_id);
${appendOnly('claim_recusal')}

create function refuse_recused() returns trigger language plpgsql as $$
declare
  reviewer uuid := case tg_table_name when 'task' then to_jsonb(new) ->> 'assignee_id' else to_jsonb(new) ->> 'decided_by' end;
begin
  if exists (select 1 from claim_recusal r where r.claim_id = new.claim_id and r.person_id = reviewer) then
    raise exception 'the reviewer has recused themselves from this claim'
      using errcode = 'check_violation', constraint = 'nobody_after_recusal';
  end if;
  return new;
end $$;
create trigger task_nobody_after_recusal before insert or update of assignee_id on task
  for each row when (new.assignee_id is not null and new.state = 'claimed') execute function refuse_recused();
create trigger decision_nobody_after_recusal before insert on decision for each row execute function refuse_recused();
`;

const takenBack = `
alter table act drop constraint act_kind_check,
  add constraint act_kind_check check (kind in ('submitted', 'stage-settled', 'resubmitted', 'withdrawn', 'correction-expired', 'taken-back'));
alter table act add constraint taken_back_names_its_stage check (kind <> 'taken-back' or stage_seq is not null);
alter table stage drop constraint stage_outcome_check,
  add constraint stage_outcome_check check (outcome in ('approved', 'returned', 'rejected', 'withdrawn', 'superseded'));
-- The last settling act that was taken back: whatever it would have opened is not opened any more.
alter table claim add column taken_back_seq int not null default 0 check (taken_back_seq <= act_seq);
`;

const articles = `
-- Rows from before this rule are not judged by it.
alter table decision add constraint rejection_names_its_articles
  check (outcome <> 'reject' or not jsonb_path_exists(reasons, '$[*] ? (!exists(@.article))')) not valid;
`;

const held = `
-- The inbox also asks a pool for tasks held by somebody who has left it.
create index task_held on task (organisation_id, stage_kind, due_on, id) where state = 'claimed';
`;
