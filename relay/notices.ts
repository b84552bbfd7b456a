import { NOTICES, noticePath, noticeText } from '../contract/notices.ts';
import type { Db } from '../db/connect.ts';
import {
  type Channel,
  type Due,
  deliveriesFailed,
  deliveriesLater,
  deliveriesPutBack,
  deliveriesSent,
  takeDigest,
  takeDue,
} from '../db/deliveries.ts';
import { legalDay } from '../rules/calendar.ts';
import { type Message, type Sender, TryLater } from './senders.ts';

/** Carries notices out of the system, for people who wish it. A channel without a sender is left alone: its notices wait in the system. */
export type Courier = { db: Db; email?: Sender | undefined; sms?: Sender | undefined; publicUrl: string };

/**
 * Sends what is to be sent at once, until nothing is left or its time is up: the outbox begins it anew each minute, and a mail server that
 * answers slowly or not at all must not take up more and more of the places where claims are moved.
 * @returns how many messages left
 */
export async function sendAtOnce(
  courier: Courier,
  { budgetMs = AT_ONCE_MS }: { budgetMs?: number } = {},
): Promise<number> {
  const sent = await Promise.all([sendAll(courier, 'email', budgetMs), sendAll(courier, 'sms', budgetMs)]);
  return sent[0] + sent[1];
}
const AT_ONCE_MS = 25_000;

async function sendAll(courier: Courier, channel: Channel, budgetMs: number): Promise<number> {
  const sender = courier[channel];
  if (!sender) return 0;
  const until = performance.now() + budgetMs;
  let sent = 0;
  for (let due = await takeDue(courier.db, channel); due.length > 0; due = await takeDue(courier.db, channel)) {
    for (const [at, one] of due.entries()) {
      sent += await deliver(courier, sender, channel, [one], atOnce(courier, one));
      if (performance.now() < until) continue;
      const left = due.slice(at + 1).map((each) => each.notice_id);
      await deliveriesPutBack(courier.db, left, channel);
      return sent;
    }
  }
  return sent;
}

/** One e-mail a person with the notices since the last one. @returns how many messages left */
export async function sendDigests(courier: Courier, now = new Date()): Promise<number> {
  const { email } = courier;
  if (!email) return 0;
  let sent = 0;
  const day = legalDay(now.toISOString());
  for (const due of byPerson(await takeDigest(courier.db, day))) {
    sent += await deliver(courier, email, 'email', due, digest(courier, day, due));
  }
  return sent;
}

async function deliver(
  { db }: Courier,
  sender: Sender,
  channel: Channel,
  due: Due[],
  message: Message,
): Promise<number> {
  const ids = due.map((d) => d.notice_id);
  try {
    await sender.send(message);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    if (error instanceof TryLater) await deliveriesLater(db, ids, channel, fault);
    else await deliveriesFailed(db, ids, channel, fault);
    return 0;
  }
  await deliveriesSent(db, ids, channel);
  return 1;
}

const SIGNATURE = '湖北省专业技术人员继续教育学时管理系统（本消息由系统发送，请勿回复）';

function atOnce(courier: Courier, due: Due): Message {
  return {
    id: `notice-${due.notice_id}`,
    to: due.address,
    subject: `【继续教育学时】${NOTICES[due.kind]}`,
    text: `${lineOf(courier, due)}\n\n${SIGNATURE}`,
  };
}

function digest(courier: Courier, day: string, due: Due[]): Message {
  const [first] = due;
  if (!first) throw new Error('a digest of nothing');
  return {
    id: `digest-${day}-${first.person_id}`,
    to: first.address,
    subject: `【继续教育学时】您有 ${due.length} 条消息`,
    text: `${due.map((d, at) => `${at + 1}. ${lineOf(courier, d)}`).join('\n')}\n\n${SIGNATURE}`,
  };
}

function lineOf({ publicUrl }: Courier, { kind, detail }: Due): string {
  const path = noticePath(detail);
  const where = path === null ? '' : ` 查看：${publicUrl}${path}`;
  return `${NOTICES[kind]}。${noticeText(kind, detail)}${where}`;
}

/** Rows come ordered by person. */
function byPerson(due: Due[]): Due[][] {
  const groups: Due[][] = [];
  for (const one of due) {
    const last = groups.at(-1);
    if (last?.[0]?.person_id === one.person_id) last.push(one);
    else groups.push([one]);
  }
  return groups;
}
