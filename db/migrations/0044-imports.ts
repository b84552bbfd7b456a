import { type Kysely, sql } from 'kysely';

/** How many rows of an import came to which end, kept with each page: a page that shows progress each second must not count a million rows. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table import add column outcomes jsonb not null default '{}' check (jsonb_typeof(outcomes) = 'object');
update import i set outcomes = counted.outcomes
from (
  select import_id, jsonb_object_agg(outcome, n) as outcomes
  from (select import_id, outcome, count(*) as n from import_row where outcome is not null group by 1, 2) each
  group by import_id) counted
where counted.import_id = i.id;
`)
    .execute(db);
}
