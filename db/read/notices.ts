import { sql } from 'kysely';
import { type ContactWishes, NOTICES, type NoticesPage, noticePath, noticeText } from '../../contract/notices.ts';
import type { Db } from '../connect.ts';
import { type Cursor, pageOf } from './cursor.ts';

/** A person's notices, the newest first, with the number still unread. */
export async function readNotices(
  db: Db,
  personId: string,
  asked: { unread: boolean; limit: number; after: Cursor | null },
): Promise<NoticesPage> {
  let query = db
    .selectFrom('notice')
    .select(['id', 'kind', 'detail', 'created_at', 'read_at', sql<string>`created_at::text`.as('sort_key')])
    .where('person_id', '=', personId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(asked.limit + 1);
  if (asked.unread) query = query.where('read_at', 'is', null);
  if (asked.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${asked.after.key}::timestamptz, ${asked.after.id}::uuid)`);
  }
  const [found, unread] = await Promise.all([query.execute(), countUnread(db, personId)]);
  const { rows, next } = pageOf(found, asked.limit, (row) => ({ key: row.sort_key, id: row.id }));
  const items = rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    title: NOTICES[row.kind],
    text: noticeText(row.kind, row.detail),
    path: noticePath(row.detail),
    at: row.created_at.toISOString(),
    isRead: row.read_at !== null,
  }));
  return { items, next, unread };
}

export async function countUnread(db: Db, personId: string): Promise<number> {
  const { n } = await db
    .selectFrom('notice')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('person_id', '=', personId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow();
  return n;
}

/** How a person wishes to be told outside the system; nothing until they say. */
export async function readContact(db: Db, personId: string): Promise<ContactWishes> {
  const row = await db
    .selectFrom('contact')
    .select(['email', 'phone', 'email_wish as emailWish', 'sms_wish as smsWish'])
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row ?? { email: null, phone: null, emailWish: 'off', smsWish: 'off' };
}
