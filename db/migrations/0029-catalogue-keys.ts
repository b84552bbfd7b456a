import { type Kysely, sql } from 'kysely';

const CATALOGUES = ['platform_course', 'courseware', 'recognition_document'];

/** An entry of a catalogue knows who asked for it by which request: sent again after a broken answer, it is the same entry. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of CATALOGUES) {
    await sql
      .raw(`
alter table ${table}
  add column created_by uuid references person,
  add column request_key text,
  add constraint ${table}_request unique (created_by, request_key)`)
      .execute(db);
  }
}
