import { type Kysely, sql } from 'kysely';

/**
 * Signing in at an identity provider (统一身份认证, OIDC): which subject there is which account here, and sign-ins under way. A subject is
 * linked by a person's act; what a provider says of somebody gives no rights.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create table account_identity (
  issuer text not null check (length(issuer) between 1 and 500),
  subject text not null check (length(subject) between 1 and 255),
  person_id uuid not null references account (person_id),
  -- The person's own act or an administrator's; null: by the claim that the operator configured.
  linked_by uuid references person,
  linked_at timestamptz not null default now(),
  primary key (issuer, subject),
  constraint one_subject_an_account unique (person_id, issuer)
);

-- What somebody unlinked, no claim links again.
create table account_identity_ended (
  issuer text not null,
  subject text not null,
  person_id uuid not null references account (person_id),
  ended_at timestamptz not null default now(),
  primary key (issuer, subject, person_id)
);

-- A subject that signed in and is nobody's yet may be linked by this code, for a day.
create table identity_code (
  issuer text not null check (length(issuer) between 1 and 500),
  subject text not null check (length(subject) between 1 and 255),
  code_hash bytea not null unique,
  created_at timestamptz not null default now(),
  primary key (issuer, subject)
);

-- Under way at the provider: one row a try, taken out when it returns, so that no answer is used twice.
create table oidc_attempt (
  state_hash bytea primary key,
  browser_hash bytea not null,
  verifier text not null,
  nonce text not null,
  -- Whose account is being linked; null: somebody signs in.
  person_id uuid references account (person_id),
  next_path text,
  created_at timestamptz not null default now()
);
create index oidc_attempt_created on oidc_attempt (created_at);
create index oidc_attempt_person on oidc_attempt (person_id) where person_id is not null;
create index identity_code_created on identity_code (created_at);

-- Who opened the session: a provider, or null for a password.
alter table session add column issuer text;
`)
    .execute(db);
}
