import { sql } from 'kysely';
import type { CasePosition } from '../contract/positions.ts';
import { legalDay } from '../rules/calendar.ts';
import {
  isRectificationOver,
  RECTIFICATION_BASIS,
  rectificationEndsAt,
  rectificationReminder,
  settleRectification,
} from '../rules/rectification.ts';
import { tell } from './acts/notices.ts';
import { caseEventCte, lookAtEach } from './acts/trail.ts';
import { auditJson } from './audit-detail.ts';
import { databaseClock } from './clock.ts';
import type { Db } from './connect.ts';
import { officersOf, superiorOf } from './superiors.ts';
import type { RectificationRow } from './tables/supervision.ts';

/** How a rectification order moves by itself. Only its workflow calls these, through its activities; each is safe to repeat. */

/**
 * Looks at the record and settles what is due: overdue and escalated (Art. 22), or still waiting. Judged under the order's lock, by the
 * database's clock, so that a body that reported in time wins over any timer.
 */
export async function lookAtRectification(db: Db, id: string, clock = databaseClock): Promise<CasePosition> {
  return db.transaction().execute(async (trx) => {
    const order = await trx
      .selectFrom('rectification')
      .selectAll()
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!order) throw new Error(`no rectification ${id} in the record`);
    if (isRectificationOver(order.state)) return { over: true, waitMs: null };
    if (order.state !== 'ordered') return { over: false, waitMs: null };
    const now = await clock(trx);
    if (settleRectification({ dueOn: order.due_on, today: legalDay(now.getTime()) }) === 'ordered')
      return { over: false, waitMs: Math.max(1, Date.parse(rectificationEndsAt(order.due_on)) - now.getTime()) };
    await becomeOverdue(trx, order, now);
    return { over: false, waitMs: null };
  });
}

/** By the system, with the article: the superior body may act from now on, and all three are told. */
export async function becomeOverdue(trx: Db, order: RectificationRow, now: Date): Promise<void> {
  const { id, body_id, target_id, due_on: until } = order;
  const superior = order.escalated_to ?? (await superiorOf(trx, body_id));
  await trx
    .updateTable('rectification')
    .set({ state: 'overdue', overdue_at: now, escalated_to: superior })
    .where('id', '=', id)
    .execute();
  const escalated = superior === null ? {} : { escalatedTo: superior };
  await sql`
    with ${caseEventCte({ caseKind: 'rectification', caseId: id, kind: 'overdue', actorId: null, detail: { article: RECTIFICATION_BASIS, ...escalated } })},
    audited as (
      insert into audit (action, subject_kind, subject_id, detail)
      values ('rectification.overdue', 'rectification', ${id},
              ${auditJson({ actor: 'system', article: RECTIFICATION_BASIS, ...escalated })}::jsonb))
    select 1`.execute(trx);
  const detail = { ...(await namesOf(trx, order)), until, path: '/rectifications' };
  const today = legalDay(now.getTime());
  const told = [
    ...(await officersOf(trx, target_id, 'administrator', today)),
    ...(await officersOf(trx, body_id, 'supervisor', today)),
    ...(superior === null ? [] : await officersOf(trx, superior, 'supervisor', today)),
  ];
  await tell(
    trx,
    [...new Set(told)].map((personId) => ({ personId, kind: 'rectification-overdue', key: `${id}/${until}`, detail })),
  );
}

async function namesOf(db: Db, { body_id, target_id }: Pick<RectificationRow, 'body_id' | 'target_id'>) {
  const names = await db
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('id', 'in', [body_id, target_id])
    .execute();
  const nameOf = (id: string) => names.find((n) => n.id === id)?.name ?? '';
  return { organisation: nameOf(body_id), target: nameOf(target_id) };
}

/** The day's reminders to ordered bodies. Once for each of 7, 3 and 1 days, whenever the sweep comes. @returns how many notices */
export async function remindOfRectifications(db: Db, today: string): Promise<number> {
  const orders = await db
    .selectFrom('rectification')
    .select(['id', 'body_id', 'target_id', 'due_on'])
    .where('state', '=', 'ordered')
    .where('due_on', '>=', today)
    .where('due_on', '<=', sql<string>`${today}::date + 7`)
    .execute();
  let told = 0;
  for (const order of orders) {
    const days = rectificationReminder(order.due_on, today);
    if (days === null) continue;
    const detail = { ...(await namesOf(db, order)), until: order.due_on, days, path: '/rectifications' };
    const people = await officersOf(db, order.target_id, 'administrator', today);
    await tell(
      db,
      people.map((personId) => ({
        personId,
        kind: 'rectification-reminder',
        key: `${order.id}/${order.due_on}/${days}`,
        detail,
      })),
    );
    told += people.length;
  }
  return told;
}

/** Rings for orders whose last day passed unnoticed (a lost workflow, a Temporal store put back). */
export async function lookAtOverdueRectifications(db: Db, after: string): Promise<void> {
  const late = sql`
    select id from rectification
    where state = 'ordered' and (due_on + 1)::timestamp at time zone 'Asia/Shanghai' < now() - ${after}::interval
    order by due_on limit 1000`;
  await lookAtEach('rectification', late).execute(db);
}
