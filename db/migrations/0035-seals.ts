import { type Kysely, sql } from 'kysely';

/**
 * Seals of the second version cover what they say of themselves (their bounds, their number of rows, the rows of the whole chain), and hold so many
 * rows at most. Those of the first stay what they were and are checked as they were made. And indexes for questions that read whole tables.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [seals, digests, sealing, indexes]) await sql.raw(part).execute(db);
}

const seals = `
alter table audit_seal
  add column version smallint not null default 1 check (version in (1, 2)),
  -- Rows of the chain up to and with this seal; those of the first version were counted by nobody.
  add column chain_rows bigint,
  add constraint audit_seal_counted check ((version = 1) = (chain_rows is null)),
  add constraint audit_seal_bounds check (last_id >= first_id);
`;

const digests = `
-- What a seal of the second version puts before its rows' digests, behind the digest of the seal before.
create function audit_seal_head(seq bigint, first_id bigint, last_id bigint, rows int, chain_rows bigint) returns bytea language sql immutable as $$
  select convert_to(jsonb_build_array('audit-seal', 2, seq, first_id, last_id, rows, chain_rows)::text, 'UTF8')
$$;

create or replace function audit_seal_digest(of_seq bigint) returns bytea language sql stable as $$
  select sha256(coalesce((select digest from audit_seal where seq = of_seq - 1), ''::bytea)
    || coalesce((select audit_seal_head(seq, first_id, last_id, rows, chain_rows) from audit_seal where seq = of_seq and version = 2), ''::bytea)
    || coalesce(string_agg(digest, ''::bytea order by audit_id), ''::bytea))
  from audit_digest where seal_seq = of_seq
$$;
`;

const sealing = `
drop function seal_audit();
-- Seals, in the order of their ids, at most so many rows that are committed and not sealed yet: those behind after_id, which whoever goes on
-- from one seal to the next gives; else it looks back a quarter of an hour, because ids are taken before their transactions end. How many
-- rows, and the last; no row when there are none or another seals.
create function seal_audit(most int default 10000, after_id bigint default null) returns table (sealed int, last_id bigint) language plpgsql as $$
declare
  before audit_seal;
  since bigint;
  ids bigint[];
  digests bytea[];
  n int;
  total bigint;
begin
  if not pg_try_advisory_xact_lock(20260025, 1) then return; end if;
  select * into before from audit_seal order by seq desc limit 1;
  -- Whoever took an id before a row that was committed then has ended by now: no transaction lives a quarter of an hour.
  since := coalesce(after_id,
    (select s.last_id from audit_seal s where s.sealed_at < clock_timestamp() - interval '15 minutes' order by s.seq desc limit 1), 0);
  select array_agg(fresh.id order by fresh.id), array_agg(fresh.digest order by fresh.id) into ids, digests from (
    select a.id, audit_digest_of(a) as digest from audit a
    where a.id > since and not exists (select from audit_digest d where d.audit_id = a.id and d.audit_id > since)
    order by a.id limit most) as fresh;
  if ids is null then return; end if;
  n := cardinality(ids);
  total := n + coalesce(before.chain_rows, (select sum(s.rows) from audit_seal s), 0);
  insert into audit_seal (seq, first_id, last_id, rows, digest, version, chain_rows)
  select coalesce(before.seq, 0) + 1, ids[1], ids[n], n,
    sha256(coalesce(before.digest, ''::bytea) || audit_seal_head(coalesce(before.seq, 0) + 1, ids[1], ids[n], n, total)
      || string_agg(x.digest, ''::bytea order by x.at)), 2, total
  from unnest(digests) with ordinality as x (digest, at);
  insert into audit_digest (audit_id, seal_seq, digest)
  select x.id, coalesce(before.seq, 0) + 1, x.digest from unnest(ids, digests) as x (id, digest);
  return query select n, ids[n];
end $$;
`;

const indexes = `
-- The trail of a span of days alone.
create index audit_at on audit (at, id);
-- Whom an employer looked at for an assessment (Art. 6).
create index person_access_assessment on person_access (organisation_id, person_id) where scope = 'assessment';
-- Who is deferred on a day of a year, for the statistics.
create index deferral_granted on deferral (year, until_on) where until_on is not null;
`;
