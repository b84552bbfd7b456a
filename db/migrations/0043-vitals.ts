import { type Kysely, sql } from 'kysely';

/** What readiness and the metrics ask for: when a canary workflow last came to its end, and counts of open things from an index alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table heartbeat add column worked_at timestamptz;
create index task_vitals on task (stage_kind) include (state, due_on, opened_at) where state in ('open', 'claimed');
create index notice_delivery_lost on notice_delivery (at) where state = 'failed';
`)
    .execute(db);
}
