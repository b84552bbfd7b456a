import { type Kysely, sql } from 'kysely';

/** A year is cancelled once (Art. 21, D-45), and is not deferred when it is (D-46): whatever a program forgets, the database refuses. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [once, deferrals]) await sql.raw(part).execute(db);
}

const once = `
-- Also beside a record that has run out: the year is still cancelled.
drop index sanction_one_living;
create unique index sanction_one_of_year on sanction (person_id, year) where state in ('opened', 'hearing', 'decided', 'in-force', 'ended');
`;

const deferrals = `
create function refuse_deferral_of_cancelled_year() returns trigger language plpgsql as $$
begin
  perform 1 from person where id = new.person_id for share;
  if exists (select from sanction where person_id = new.person_id and year = new.year and state in ('in-force', 'ended')) then
    raise exception 'the year % is cancelled', new.year using errcode = 'check_violation', constraint = 'deferral_of_cancelled_year';
  end if;
  return new;
end $$;
create trigger deferral_of_cancelled_year_asked before insert on deferral
  for each row when (new.state in ('requested', 'granted')) execute function refuse_deferral_of_cancelled_year();
create trigger deferral_of_cancelled_year_granted before update of state on deferral
  for each row when (old.state = 'requested' and new.state = 'granted') execute function refuse_deferral_of_cancelled_year();
`;
