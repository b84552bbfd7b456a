import { sql } from 'kysely';
import type { ContactWishes, NoticeKind } from '../../contract/notices.ts';
import { changesOf } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import type { Caller } from './caller.ts';
import { auditCte } from './trail.ts';

/** `key` names the occasion (a claim's id and act, a year): the same person is told of it once, however often this runs. */
export type Notice = {
  personId: string;
  kind: NoticeKind;
  key: string;
  detail?: Record<string, string | number>;
};

/** Tells people something, within the transaction of what happened. */
export async function tell(trx: Db, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  await trx
    .insertInto('notice')
    .values(
      notices.map(({ personId, kind, key, detail = {} }) => ({
        person_id: personId,
        kind,
        key,
        detail: JSON.stringify(detail),
      })),
    )
    .onConflict((c) => c.columns(['person_id', 'kind', 'key']).doNothing())
    .execute();
}

/** Marks a person's notices as read: some, or all there are. Reading twice changes nothing. */
export async function markRead(db: Db, personId: string, which: { ids: string[] } | { all: true }): Promise<void> {
  let update = db
    .updateTable('notice')
    .set({ read_at: sql`now()` })
    .where('person_id', '=', personId)
    .where('read_at', 'is', null);
  if ('ids' in which) update = update.where('id', 'in', which.ids);
  await update.execute();
}

/** Where and how a person wishes to be told. Notices from before the change are not sent after it. */
export async function changeContact(db: Db, caller: Caller, wishes: ContactWishes): Promise<ContactWishes> {
  const { email, phone, emailWish, smsWish } = wishes;
  await db.transaction().execute(async (trx) => {
    const old = await trx
      .selectFrom('contact')
      .select(['email_wish as emailWish', 'sms_wish as smsWish'])
      .where('person_id', '=', caller.personId)
      .forUpdate()
      .executeTakeFirst();
    const detail = changesOf(old ?? { emailWish: null, smsWish: null }, { emailWish, smsWish });
    await sql`
    with saved as (
      insert into contact (person_id, email, phone, email_wish, sms_wish)
      values (${caller.personId}, ${email}, ${phone}, ${emailWish}, ${smsWish})
      on conflict (person_id) do update set email = excluded.email, phone = excluded.phone, email_wish = excluded.email_wish,
        sms_wish = excluded.sms_wish, since = now(), updated_at = now()),
    ${auditCte(caller, { action: 'contact.changed', subjectKind: 'person', subjectId: caller.personId, detail })}
    select 1`.execute(trx);
  });
  return wishes;
}
