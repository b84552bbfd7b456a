import { type Kysely, sql } from 'kysely';

/** What a sanction closed (Art. 21), so that its lifting gives exactly this back (D-44). */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [closings, earlier, act]) await sql.raw(part).execute(db);
}

const closings = `
create table sanction_closing (
  sanction_id uuid not null references sanction,
  claim_id uuid not null references claim,
  -- The claim as it stood: its state, how far its acts had been applied, and the stage that was open, if one was.
  state text not null check (state in ('first-review', 're-review', 'filing', 'correction')),
  applied_seq int not null check (applied_seq >= 0),
  stage_seq int,
  -- The act that closed it.
  closed_seq int not null,
  primary key (sanction_id, claim_id),
  foreign key (claim_id, closed_seq) references act (claim_id, seq),
  foreign key (claim_id, stage_seq) references stage (claim_id, seq),
  check (applied_seq < closed_seq)
);
create index sanction_closing_claim on sanction_closing (claim_id);
`;

// Closed before this was kept: its state then is in the decision's impact; that nothing was left to be applied is taken for granted.
const earlier = `
insert into sanction_closing (sanction_id, claim_id, state, applied_seq, stage_seq, closed_seq)
  select s.id, a.claim_id, x ->> 'state', a.seq - 1, t.seq, a.seq
  from sanction s cross join jsonb_array_elements(s.impact -> 'claimsClosed') x
  join act a on a.claim_id = (x ->> 'claimId')::uuid and a.kind = 'sanctioned'
  left join stage t on t.claim_id = a.claim_id and t.settled_at = a.at and t.outcome = 'withdrawn'
  where s.impact is not null
  on conflict do nothing;
create trigger sanction_closing_append_only before update or delete on sanction_closing for each row execute function refuse_change();
create trigger sanction_closing_no_truncate before truncate on sanction_closing execute function refuse_change();
`;

const act = `
-- Added to whatever kinds there are: a database may have had a later migration first.
do $$ declare kinds text;
begin
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint where conname = 'act_kind_check' and conrelid = 'act'::regclass;
  alter table act drop constraint act_kind_check;
  execute 'alter table act add constraint act_kind_check ' || regexp_replace(kinds, 'ARRAY\\[', 'ARRAY[''restored''::text, ');
end $$;
`;
