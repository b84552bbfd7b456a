import { type Kysely, sql } from 'kysely';

/**
 * What operating asks of the record: log-in attempts counted for all API processes together, a worker's last word from Temporal, the
 * bodies that oversee a claim by its route, and the sweep's question about corrections.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(operations).execute(db);
}

const operations = `
-- Keys are addresses and hashes of unknown names. Losing them in a crash costs a guesser nothing but a wait: not logged.
create unlogged table login_attempt (
  key text primary key,
  failures int not null check (failures >= 0),
  since timestamptz not null
);
create index login_attempt_since on login_attempt (since);

-- When a call that reads Temporal's store last came back.
alter table heartbeat add column temporal_at timestamptz;

-- Two bodies oversee claims of units that are not theirs: whom the route names, not the employer's row of today.
alter table claim add column archive_agency_id text generated always as
  (jsonb_path_query_first(plan, '$.stages[*].tasks[*] ? (@.capacity == "archive-agency").organisationId') #>> '{}') stored;
alter table claim add column supervising_department_id text generated always as
  (jsonb_path_query_first(plan, '$.stages[*].tasks[*] ? (@.capacity == "supervising").organisationId') #>> '{}') stored;
create index claim_archive_agency on claim (archive_agency_id) where archive_agency_id is not null;
create index claim_supervising_department on claim (supervising_department_id) where supervising_department_id is not null;

create index claim_correction_due on claim (correction_due_at) where state = 'correction';
`;
