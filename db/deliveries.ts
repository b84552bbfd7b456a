import { sql } from 'kysely';
import type { NoticeKind } from '../contract/notices.ts';
import type { Db } from './connect.ts';

/**
 * Which notices leave the system. A delivery is written as `sending` before its message leaves, and as `sent` afterwards: whoever dies
 * in between leaves a doubtful one, which is never sent again by itself (nothing is told twice) and is listed for a person to decide.
 */

export type Channel = 'email' | 'sms';
export type Due = {
  notice_id: string;
  person_id: string;
  address: string;
  kind: NoticeKind;
  detail: Record<string, string | number>;
};

/** Older notices are history, not news. */
const NEWS = '3 days';
const AT_ONCE_BATCH = 100;

/** Takes the next notices of a channel to be sent at once; what this returns is nobody else's. */
export async function takeDue(db: Db, channel: Channel): Promise<Due[]> {
  const address = sql.ref(channel === 'email' ? 'c.email' : 'c.phone');
  const wish = sql.ref(channel === 'email' ? 'c.email_wish' : 'c.sms_wish');
  const { rows } = await sql<Due>`
    with due as (
      select n.id, n.person_id, n.kind, n.detail, ${address} as address
      from notice n join contact c on c.person_id = n.person_id and ${wish} = 'at-once'
      left join notice_delivery d on d.notice_id = n.id and d.channel = ${channel}
      where n.created_at > greatest(c.since, now() - ${NEWS}::interval)
        and (d.notice_id is null or (d.state = 'waiting' and d.next_at <= now()))
      order by n.created_at limit ${AT_ONCE_BATCH}
      for update of n skip locked),
    taken as (
      insert into notice_delivery (notice_id, channel, state, message_id)
      select id, ${channel}, 'sending', 'notice-' || id from due
      on conflict (notice_id, channel) do update set state = 'sending', next_at = null, attempts = notice_delivery.attempts + 1, at = now()
      where notice_delivery.state = 'waiting'
      returning notice_id)
    select due.id as notice_id, due.person_id, due.kind, due.detail, due.address from due join taken on taken.notice_id = due.id`.execute(
    db,
  );
  return rows;
}

/** Takes what people who wish one e-mail a day have not been sent; a person's notices come together. */
export async function takeDigest(db: Db, day: string): Promise<Due[]> {
  const { rows } = await sql<Due>`
    with people as (
      select person_id, email, since from contact where email_wish = 'daily' order by person_id for update skip locked),
    taken as (
      insert into notice_delivery (notice_id, channel, state, message_id)
      select n.id, 'email', 'sending', 'digest-' || ${day}::text || '-' || n.person_id
      from notice n join people p on p.person_id = n.person_id
      where n.created_at > greatest(p.since, now() - ${NEWS}::interval)
      on conflict (notice_id, channel) do nothing
      returning notice_id)
    select n.id as notice_id, n.person_id, n.kind, n.detail, p.email as address
    from taken join notice n on n.id = taken.notice_id join people p on p.person_id = n.person_id
    order by n.person_id, n.created_at`.execute(db);
  return rows;
}

const LAST_ATTEMPT = 6;

export async function deliveriesSent(db: Db, noticeIds: readonly string[], channel: Channel): Promise<void> {
  await settle(db, noticeIds, channel, sql`state = 'sent', fault = null`);
}

/** Another try after 1, 4, 9, 16, 25 minutes; then given up and listed. */
export async function deliveriesLater(
  db: Db,
  noticeIds: readonly string[],
  channel: Channel,
  fault: string,
): Promise<void> {
  await settle(
    db,
    noticeIds,
    channel,
    sql`fault = ${fault.slice(0, 300)}, state = case when attempts >= ${LAST_ATTEMPT}::int then 'failed' else 'waiting' end,
        next_at = case when attempts >= ${LAST_ATTEMPT}::int then null else now() + make_interval(mins => attempts * attempts) end`,
  );
}

/** Taken, and not tried: they are due as they were. */
export async function deliveriesPutBack(db: Db, noticeIds: readonly string[], channel: Channel): Promise<void> {
  await settle(db, noticeIds, channel, sql`state = 'waiting', next_at = now(), attempts = attempts - 1`);
}

export async function deliveriesFailed(
  db: Db,
  noticeIds: readonly string[],
  channel: Channel,
  fault: string,
): Promise<void> {
  await settle(db, noticeIds, channel, sql`state = 'failed', fault = ${fault.slice(0, 300)}`);
}

async function settle(
  db: Db,
  noticeIds: readonly string[],
  channel: Channel,
  change: ReturnType<typeof sql>,
): Promise<void> {
  await sql`
    update notice_delivery set at = now(), ${change}
    where channel = ${channel} and state = 'sending' and notice_id = any(${noticeIds}::uuid[])`.execute(db);
}
