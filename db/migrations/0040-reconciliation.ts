import { type Kysely, sql } from 'kysely';

/**
 * Reconciliation (对账): workflows, tasks, ledger, outbox, certificates and aggregates compared page by page; what does not agree is a
 * finding, one a cause and subject until it is resolved.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [runs, findings, indexes]) await sql.raw(part).execute(db);
}

const runs = `
create table reconciliation (
  id uuid primary key default uuidv7(),
  depth text not null check (depth in ('quick', 'full')),
  state text not null default 'running' check (state in ('running', 'done')),
  -- What is being compared, and behind which key: both move in the transaction that keeps the page's findings.
  part text,
  after text collate "C",
  checked int not null default 0 check (checked >= 0),
  found int not null default 0 check (found >= 0),
  resolved int not null default 0 check (resolved >= 0),
  begun_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'done') = (finished_at is not null)),
  check ((state = 'done') = (part is null))
);
create unique index reconciliation_running on reconciliation (depth) where state = 'running';
create index reconciliation_newest on reconciliation (begun_at desc);
`;

const findings = `
create table stuck_finding (
  id uuid primary key default uuidv7(),
  class text not null check (class ~ '^[a-z-]{4,40}$'),
  subject_kind text not null check (subject_kind ~ '^[a-z-]{3,40}$'),
  subject_id text not null,
  -- Where a page of the comparison met it: pages resolve what they no longer meet.
  page_key text collate "C" not null,
  claim_id uuid references claim,
  -- Whose it is to mend, where one body is.
  organisation_id text references organisation,
  -- Codes and numbers, no names.
  facts jsonb not null default '{}',
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- A repair has been done; the next comparison says whether it helped.
  repaired_at timestamptz,
  resolved_at timestamptz,
  check (last_seen_at >= first_seen_at)
);
create unique index stuck_finding_one on stuck_finding (class, subject_id) where resolved_at is null;
create index stuck_finding_open on stuck_finding (class, first_seen_at, id) where resolved_at is null;
create index stuck_finding_pages on stuck_finding (class, page_key) where resolved_at is null;
create index stuck_finding_claim on stuck_finding (claim_id) where resolved_at is null;
`;

const indexes = `
create index claim_open on claim (id) where ended_at is null and version > 0;
create index task_unfinished on task (id) where state in ('open', 'claimed');
create index certificate_valid on certificate (id) where state = 'valid';
create index notice_delivery_failed on notice_delivery (notice_id, channel) where state = 'failed';
`;
