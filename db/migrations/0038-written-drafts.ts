import { type Kysely, sql } from 'kysely';

/**
 * A draft is kept before it is whole: what is typed so far stands in `written`, and nothing of it is judged until it is submitted. A
 * draft that was never whole declares nothing yet; anything that was submitted does.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table claim
  add column written jsonb,
  alter column declaration drop not null,
  alter column identity drop not null,
  add constraint claim_declares check (declaration is not null or (state = 'draft' and written is not null)),
  add constraint claim_identified check ((declaration is null) = (identity is null))`)
    .execute(db);
}
