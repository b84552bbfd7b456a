import { type Kysely, sql } from 'kysely';

/** How notices reach people outside the system: addresses and wishes, and one delivery a notice and channel. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create table contact (
  person_id uuid primary key references person,
  email text check (email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and length(email) <= 254),
  phone text check (phone ~ '^1[0-9]{10}$'),
  email_wish text not null default 'off' check (email_wish in ('off', 'at-once', 'daily')),
  sms_wish text not null default 'off' check (sms_wish in ('off', 'at-once')),
  -- Notices from before the wish are not sent after it.
  since timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (email_wish = 'off' or email is not null),
  check (sms_wish = 'off' or phone is not null)
);
create index contact_wishing on contact (person_id) where email_wish <> 'off' or sms_wish <> 'off';

-- Written before the message leaves: a row that stays 'sending' after a crash may have left, so it is never sent again by itself.
create table notice_delivery (
  notice_id uuid not null references notice,
  channel text not null check (channel in ('email', 'sms')),
  state text not null check (state in ('sending', 'sent', 'waiting', 'failed')),
  attempts int not null default 1,
  message_id text not null,
  next_at timestamptz,
  fault text,
  at timestamptz not null default now(),
  primary key (notice_id, channel),
  check ((state = 'waiting') = (next_at is not null))
);
create index notice_delivery_waiting on notice_delivery (next_at) where state = 'waiting';
create index notice_delivery_doubtful on notice_delivery (at) where state = 'sending';
create index notice_recent on notice (created_at);
`)
    .execute(db);
}
