import { type Kysely, sql } from 'kysely';

/**
 * The chain looks back by the rows' ids, to where the seals stood a quarter of an hour ago. It looked back to what the recent seals began
 * with: after a quiet time there was one, and a row that took its id before that seal and was committed after it was never sealed, which
 * the check then told as slipped in.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create or replace function seal_audit() returns int language plpgsql as $$
declare
  before audit_seal;
  since bigint;
  ids bigint[];
  digests bytea[];
begin
  if not pg_try_advisory_xact_lock(20260025, 1) then return 0; end if;
  select * into before from audit_seal order by seq desc limit 1;
  -- Whoever took an id before a row that was committed then has ended by now: no transaction lives a quarter of an hour.
  select coalesce((select last_id from audit_seal where sealed_at < clock_timestamp() - interval '15 minutes' order by seq desc limit 1), 0)
  into since;
  select array_agg(id order by id), array_agg(digest order by id) into ids, digests from (
    select a.id, audit_digest_of(a) as digest from audit a
    where a.id > since and not exists (select from audit_digest d where d.audit_id = a.id and d.audit_id > since)) as fresh;
  if ids is null then return 0; end if;
  insert into audit_seal (seq, first_id, last_id, rows, digest)
  select coalesce(before.seq, 0) + 1, ids[1], ids[cardinality(ids)], cardinality(ids),
    sha256(coalesce(before.digest, ''::bytea) || string_agg(digest, ''::bytea order by at))
  from unnest(digests) with ordinality as x (digest, at);
  insert into audit_digest (audit_id, seal_seq, digest)
  select id, coalesce(before.seq, 0) + 1, digest from unnest(ids, digests) as x (id, digest);
  return cardinality(ids);
end $$;
`)
    .execute(db);
}
