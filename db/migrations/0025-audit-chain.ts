import { type Kysely, sql } from 'kysely';

/**
 * The audit trail (留痕) as a chain: each minute the new rows are sealed together. A row's digest names a changed row, a seal's digest
 * names a changed digest, and each seal holds the one before.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create index audit_organisation on audit (organisation_id, id);
create index audit_action on audit (action, id);

create table audit_seal (
  seq bigint primary key check (seq > 0),
  sealed_at timestamptz not null default clock_timestamp(),
  first_id bigint not null,
  last_id bigint not null,
  rows int not null check (rows > 0),
  digest bytea not null check (length(digest) = 32)
);
create table audit_digest (
  audit_id bigint primary key,
  seal_seq bigint not null references audit_seal,
  digest bytea not null check (length(digest) = 32)
);
create index audit_digest_seal on audit_digest (seal_seq, audit_id);
${['audit_seal', 'audit_digest']
  .map(
    (t) => `
create trigger ${t}_append_only before update or delete on ${t} for each row execute function refuse_change();
create trigger ${t}_no_truncate before truncate on ${t} execute function refuse_change();`,
  )
  .join('')}

create function audit_digest_of(a audit) returns bytea language sql stable as $$
  select sha256(convert_to(jsonb_build_array(a.id, extract(epoch from a.at), a.actor_id, a.organisation_id, a.action, a.subject_kind,
    a.subject_id, a.request_id, a.detail)::text, 'UTF8'))
$$;

-- What a seal's digest must be: of the seal before and of its rows' digests, in the order of their ids.
create function audit_seal_digest(of_seq bigint) returns bytea language sql stable as $$
  select sha256(coalesce((select digest from audit_seal where seq = of_seq - 1), ''::bytea)
    || coalesce(string_agg(digest, ''::bytea order by audit_id), ''::bytea))
  from audit_digest where seal_seq = of_seq
$$;

-- Seals every row that is committed and not sealed yet. Ids are taken before their transactions end, so it looks back to what the seals of
-- the last quarter of an hour began with; no transaction lives so long. How many rows; 0 when there are none or another seals.
create function seal_audit() returns int language plpgsql as $$
declare
  before audit_seal;
  since bigint;
  ids bigint[];
  digests bytea[];
begin
  if not pg_try_advisory_xact_lock(20260025, 1) then return 0; end if;
  select * into before from audit_seal order by seq desc limit 1;
  select coalesce(min(first_id), 0) into since from audit_seal
  where seq = before.seq or sealed_at > clock_timestamp() - interval '15 minutes';
  select array_agg(id order by id), array_agg(digest order by id) into ids, digests from (
    select a.id, audit_digest_of(a) as digest from audit a
    where a.id >= since and not exists (select from audit_digest d where d.audit_id = a.id and d.audit_id >= since)) as fresh;
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
