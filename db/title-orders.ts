import { sql } from 'kysely';
import type { CasePosition } from '../contract/positions.ts';
import { orderOverdueAt, TITLE_ORDER_BASIS, waitsForItsDay } from '../rules/title-order.ts';
import { move, tellBody } from './acts/title-orders.ts';
import { caseEventCte, lookAtEach } from './acts/trail.ts';
import { auditJson } from './audit-detail.ts';
import { databaseClock } from './clock.ts';
import type { Db } from './connect.ts';

/** How a title order moves by itself: past its last day unreported, it is overdue. */

/** Judged under the order's lock by the database's clock, so that a report in time wins over the timer. Safe to repeat. */
export async function lookAtTitleOrder(db: Db, id: string, clock = databaseClock): Promise<CasePosition> {
  return db.transaction().execute(async (trx) => {
    const order = await trx
      .selectFrom('title_order')
      .selectAll()
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!order) throw new Error(`no title order ${id} in the record`);
    if (order.ended_at !== null) return { over: true, waitMs: null };
    if (!waitsForItsDay(order.state)) return { over: false, waitMs: null };
    const now = await clock(trx);
    const waitMs = Date.parse(orderOverdueAt(order.due_on)) - now.getTime();
    if (waitMs > 0) return { over: false, waitMs };
    await move(trx, order, { state: 'overdue', overdue_at: now });
    await sql`
      with ${caseEventCte({ caseKind: 'title-order', caseId: id, kind: 'overdue', actorId: null, detail: { article: TITLE_ORDER_BASIS } })}
      insert into audit (action, subject_kind, subject_id, detail)
      values ('title-order.overdue', 'title-order', ${id}, ${auditJson({ actor: 'system', article: TITLE_ORDER_BASIS })}::jsonb)`.execute(
      trx,
    );
    await tellBody(trx, order, { kind: 'title-order-overdue', now });
    await tellBody(trx, order, { kind: 'title-order-overdue', now, to: order.authority_id });
    return { over: false, waitMs: null };
  });
}

/** Rings for orders whose last day passed unnoticed. */
export async function lookAtOverdueTitleOrders(db: Db, after: string): Promise<void> {
  const late = sql`
    select id from title_order
    where state = 'ordered' and (due_on + 1)::timestamp at time zone 'Asia/Shanghai' < now() - ${after}::interval
    order by due_on limit 1000`;
  await lookAtEach('title-order', late).execute(db);
}
