import { type Kysely, sql } from 'kysely';

/** What an administrator's closing of a claim ended (D-54), so that its review (复核) can give exactly this back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [closings, reviews]) await sql.raw(part).execute(db);
}

const closings = `
create table claim_closing (
  claim_id uuid not null references claim,
  -- The act that closed it.
  closed_seq int not null,
  -- The claim as it stood: its state, how far its acts had been applied, and the stage that was open, if one was.
  state text not null check (state in ('first-review', 're-review', 'filing', 'correction')),
  applied_seq int not null check (applied_seq >= 0),
  stage_seq int,
  stage_kind text not null check (stage_kind in ('first-review', 're-review', 'filing')),
  reason text not null check (length(reason) between 1 and 500),
  proposed_by uuid not null references person,
  confirmed_by uuid references person,
  closed_at timestamptz not null default now(),
  primary key (claim_id, closed_seq),
  foreign key (claim_id, closed_seq) references act (claim_id, seq),
  foreign key (claim_id, stage_seq) references stage (claim_id, seq),
  check (applied_seq < closed_seq),
  check (confirmed_by <> proposed_by)
);
create trigger claim_closing_append_only before update or delete on claim_closing for each row execute function refuse_change();
create trigger claim_closing_no_truncate before truncate on claim_closing execute function refuse_change();
`;

const reviews = `
alter table reconsideration alter column rejection_id drop not null, add column closing_seq int,
  add foreign key (claim_id, closing_seq) references claim_closing (claim_id, closed_seq),
  add constraint reconsideration_of_one check (num_nonnulls(rejection_id, closing_seq) = 1);
`;
