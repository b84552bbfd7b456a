import { type Kysely, sql } from 'kysely';

/**
 * Rules of conduct (Art. 23) hold for whoever a decision is made in place of (代理), and for who checks a claim, as for who reviews it:
 * whatever a program forgets, the database refuses.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [absent, related]) await sql.raw(part).execute(db);
}

const absent = `
-- A decision in somebody's place is their part in the claim too: they act at no other kind of stage, before or after it.
insert into reviewer_of_claim (claim_id, person_id, stage_kind)
  select distinct on (claim_id, acting_for) claim_id, acting_for, stage_kind from decision where acting_for is not null
  on conflict (claim_id, person_id) do nothing;
-- Not valid: what was decided before stays as it was.
alter table decision add constraint decision_absent_part foreign key (claim_id, acting_for, stage_kind)
  references reviewer_of_claim (claim_id, person_id, stage_kind) not valid;

create function refuse_absent() returns trigger language plpgsql as $$
begin
  if exists (select 1 from claim_recusal r where r.claim_id = new.claim_id and r.person_id = new.acting_for) then
    raise exception 'the absent reviewer has recused themselves from this claim'
      using errcode = 'check_violation', constraint = 'nobody_after_recusal';
  end if;
  if is_related(new.acting_for, new.declarant_id) then
    raise exception 'the absent reviewer is related to the declarant' using errcode = 'check_violation', constraint = 'nobody_related';
  end if;
  return new;
end $$;
`;

const related = `
create function is_related(one uuid, other uuid) returns boolean language sql stable as $$
  select exists (select 1 from declared_relation r where r.ended_at is null and (r.person_id, r.other_id) in ((one, other), (other, one)))
$$;

create function refuse_related_officer() returns trigger language plpgsql as $$
declare
  officer uuid := case tg_table_name when 'check_task' then to_jsonb(new) ->> 'concluded_by' else to_jsonb(new) ->> 'decided_by' end;
begin
  if is_related(officer, new.person_id) then
    raise exception 'the officer is related to the declarant' using errcode = 'check_violation', constraint = 'nobody_related';
  end if;
  return new;
end $$;
create trigger decision_absent_fit before insert on decision
  for each row when (new.acting_for is not null) execute function refuse_absent();
create trigger check_task_nobody_related before update of concluded_by on check_task
  for each row when (new.concluded_by is not null) execute function refuse_related_officer();
create trigger reconsideration_nobody_related before update of decided_by on reconsideration
  for each row when (new.decided_by is not null) execute function refuse_related_officer();
`;
