import { sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit.ts';
import type { NoticeKind } from '../../contract/notices.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { NewOrder, OrderChanged } from '../../contract/rectifications.ts';
import { legalDay } from '../../rules/calendar.ts';
import {
  ORDERABLE,
  RECTIFICATION_BASIS,
  RECTIFICATION_REFUSALS,
  type RectificationRefusal,
  whyNotDueOn,
  whyNotExtend,
} from '../../rules/rectification.ts';
import type { Db } from '../connect.ts';
import { visibleCheck } from '../read/checks.ts';
import { visibleComplaint } from '../read/complaints.ts';
import { managedAt, type Scope, supervisingAt, supervisingFor } from '../read/scope.ts';
import { becomeOverdue } from '../rectifications.ts';
import { officersOf } from '../superiors.ts';
import type { RectificationRow } from '../tables/supervision.ts';
import { notFound, refuse } from './caller.ts';
import { attachCaseFile, recordCase, type StoredFile } from './cases.ts';
import { keyReused, oneAtATime } from './conflicts.ts';
import { tell } from './notices.ts';

/**
 * What people do about a rectification order (责令限期改正, Art. 22): an authority orders within its place and trade, the ordered body
 * reports, the authority accepts or sends back. Each is one transaction under the order's lock that makes its workflow look.
 */

const refuseBy = (code: RectificationRefusal) =>
  refuse(code, RECTIFICATION_REFUSALS[code].message, RECTIFICATION_REFUSALS[code].fix, {
    provision: RECTIFICATION_BASIS,
  });

type Ordering = NewOrder & { requestKey: string };

/** An authority's supervisor orders a body of its place (and trade). Sent again with the same key it answers the same. */
export const orderRectification = (
  db: Db,
  scope: Scope,
  order: Ordering,
  now = new Date(),
): Promise<Outcomes<OrderChanged>> => db.transaction().execute((trx) => orderWithin(trx, scope, order, now));

/** The same as a part of another act, such as a check's finding. On a refusal the caller undoes its transaction. */
export async function orderWithin(trx: Db, scope: Scope, order: Ordering, now: Date): Promise<Outcomes<OrderChanged>> {
  await oneAtATime(trx, scope.personId, order.requestKey);
  const again = await orderedBefore(trx, scope, order);
  if (again) return again;
  if (supervisingAt(scope).length === 0)
    return refuse('forbidden', '责令改正由人社部门或行业主管部门的监督检查人员办理。', '请联系有监督检查岗位的人员。', {
      provision: RECTIFICATION_BASIS,
    });
  const bodyId = await bodyOver(trx, scope, order.targetId);
  if (bodyId === null) return refuseBy('rectification-out-of-scope');
  const refused = whyNotDueOn(order.dueOn, legalDay(now.getTime()));
  if (refused) return refuseBy(refused);
  if (!(await mayCite(trx, scope, order.source))) return notFound('项来源');
  const { id } = await trx
    .insertInto('rectification')
    .values({
      body_id: bodyId,
      target_id: order.targetId,
      violation: order.violation,
      facts: order.facts,
      requirement: order.requirement,
      due_on: order.dueOn,
      source_kind: order.source?.kind ?? null,
      source_id: order.source?.id ?? null,
      ordered_by: scope.personId,
      ordered_at: now,
      request_key: order.requestKey,
      report: null,
      reported_by: null,
      escalated_to: null,
      accepted_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await record(trx, scope, { id, kind: 'ordered', organisationId: bodyId, detail: { until: order.dueOn } });
  await tellTarget(
    trx,
    { id, body_id: bodyId, target_id: order.targetId, due_on: order.dueOn },
    'rectification-ordered',
    now,
  );
  return { ok: true, value: { id, state: 'ordered', dueOn: order.dueOn } };
}

/** The ordered body's manager reports what was mended; also after the last day, and then marked late. */
export async function reportRectification(
  db: Db,
  scope: Scope,
  { id, report }: { id: string; report: string },
  now = new Date(),
): Promise<Outcomes<OrderChanged>> {
  return db.transaction().execute(async (trx) => {
    const order = await lock(trx, id);
    if (!order || !managedAt(scope).includes(order.target_id)) return notFound('份责令整改');
    if (order.state !== 'ordered' && order.state !== 'overdue') return moved(order);
    const isLate = legalDay(now.getTime()) > order.due_on;
    // No worker looked at midnight: what was late is so nevertheless, and the superior body knows of it.
    if (isLate && order.state === 'ordered') await becomeOverdue(trx, order, now);
    await trx
      .updateTable('rectification')
      .set({ state: 'reported', report, reported_by: scope.personId, reported_at: now })
      .where('id', '=', id)
      .execute();
    const detail = { report: report.slice(0, 500), ...(isLate && { late: 1 }) };
    await record(trx, scope, { id, kind: 'reported', organisationId: order.target_id, detail });
    await tellBody(trx, order, 'rectification-reported', now);
    return { ok: true, value: { id, state: 'reported', dueOn: order.due_on } };
  });
}

/** The authority finds it mended. */
export const acceptRectification = (
  db: Db,
  scope: Scope,
  { id, explanation }: { id: string; explanation: string },
  now = new Date(),
) =>
  asBody(db, scope, id, async (trx, order) => {
    if (order.state !== 'reported') return moved(order);
    if (order.reported_by === scope.personId)
      return refuse('rectification-own-report', '报告人不能验收自己的报告。', '请由本部门其他监督检查人员验收。', {
        provision: '23',
      });
    await trx
      .updateTable('rectification')
      .set({ state: 'accepted', accepted_by: scope.personId, ended_at: now })
      .where('id', '=', id)
      .execute();
    return settled(trx, scope, order, { kind: 'accepted', state: 'accepted', detail: { explanation }, now });
  });

/** The report does not do: mended until another day, from tomorrow on. */
export const returnRectification = (
  db: Db,
  scope: Scope,
  { id, dueOn, explanation }: { id: string; dueOn: string; explanation: string },
  now = new Date(),
) =>
  asBody(db, scope, id, async (trx, order) => {
    if (order.state !== 'reported') return moved(order);
    const refused = whyNotDueOn(dueOn, legalDay(now.getTime()));
    if (refused) return refuseBy(refused);
    await trx.updateTable('rectification').set({ state: 'ordered', due_on: dueOn }).where('id', '=', id).execute();
    const detail = { until: dueOn, explanation };
    return settled(trx, scope, { ...order, due_on: dueOn }, { kind: 'returned', state: 'ordered', detail, now });
  });

/** More time; an overdue order lives again. */
export const extendRectification = (
  db: Db,
  scope: Scope,
  { id, dueOn, explanation }: { id: string; dueOn: string; explanation: string },
  now = new Date(),
) =>
  asBody(db, scope, id, async (trx, order) => {
    if (order.state !== 'ordered' && order.state !== 'overdue') return moved(order);
    const refused = whyNotExtend({ dueOn: order.due_on, today: legalDay(now.getTime()) }, dueOn);
    if (refused) return refuseBy(refused);
    await trx.updateTable('rectification').set({ state: 'ordered', due_on: dueOn }).where('id', '=', id).execute();
    const detail = { until: dueOn, explanation };
    return settled(trx, scope, { ...order, due_on: dueOn }, { kind: 'extended', state: 'ordered', detail, now });
  });

/** The order should not have been given; it stays on record. */
export const withdrawRectification = (
  db: Db,
  scope: Scope,
  { id, explanation }: { id: string; explanation: string },
  now = new Date(),
) =>
  asBody(db, scope, id, async (trx, order) => {
    if (order.state === 'accepted' || order.state === 'withdrawn') return moved(order);
    await trx.updateTable('rectification').set({ state: 'withdrawn', ended_at: now }).where('id', '=', id).execute();
    return settled(trx, scope, order, { kind: 'withdrawn', state: 'withdrawn', detail: { explanation }, now });
  });

const FILE_LIMIT = 20;

/** A file of the ordering authority or of the ordered body, while the order is open. On a refusal the caller removes the stored file. */
export async function attachToRectification(
  db: Db,
  scope: Scope,
  { id, ...file }: StoredFile & { id: string },
): Promise<Outcomes<{ id: string }>> {
  return db.transaction().execute(async (trx) => {
    const order = await lock(trx, id);
    const isTarget = order !== undefined && managedAt(scope).includes(order.target_id);
    if (!order || !(isTarget || actsFor(scope, order))) return notFound('份责令整改');
    if (order.state === 'accepted' || order.state === 'withdrawn') return moved(order);
    const organisationId = isTarget ? order.target_id : order.body_id;
    const attached = await attachCaseFile(
      trx,
      { caseKind: 'rectification', caseId: id, uploadedBy: scope.personId, organisationId, file },
      FILE_LIMIT,
    );
    if (attached.ok) await record(trx, scope, { id, kind: 'file-added', organisationId });
    return attached;
  });
}

/** The ordering authority's supervisors; once it was overdue, the superior body's too. */
const actsFor = (scope: Scope, { body_id, escalated_to }: RectificationRow): boolean =>
  supervisingAt(scope).some((at) => at === body_id || at === escalated_to);

async function asBody(
  db: Db,
  scope: Scope,
  id: string,
  act: (trx: Db, order: RectificationRow) => Promise<Outcomes<OrderChanged>>,
): Promise<Outcomes<OrderChanged>> {
  return db.transaction().execute(async (trx) => {
    const order = await lock(trx, id);
    return order && actsFor(scope, order) ? act(trx, order) : notFound('份责令整改');
  });
}

const lock = (trx: Db, id: string): Promise<RectificationRow | undefined> =>
  trx.selectFrom('rectification').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

/** The caller's authority over a body of a kind that can be ordered; null when it is out of scope, or not there. */
async function bodyOver(trx: Db, scope: Scope, targetId: string): Promise<string | null> {
  const { rows } = await sql<{ body: string | null }>`
    select ${supervisingFor(scope, 'o')} as body from organisation o
    where o.id = ${targetId} and o.kind = any (${sql.val([...ORDERABLE])}::text[]) and o.closed_on is null`.execute(
    trx,
  );
  return rows[0]?.body ?? null;
}

/** Whether what the order is said to come from is the caller's authority's own. */
async function mayCite(trx: Db, scope: Scope, source: NewOrder['source']): Promise<boolean> {
  if (source === null) return true;
  const at = sql.val(supervisingAt(scope));
  const { rows } = await sql`
    select 1 from check_task x where ${source.kind} = 'check' and x.id = ${source.id} and ${visibleCheck(scope)}
    union all
    select 1 from use_inquiry x where ${source.kind} = 'inquiry' and x.id = ${source.id} and x.organisation_id = any (${at}::text[])
    union all
    select 1 from complaint x where ${source.kind} = 'complaint' and x.id = ${source.id} and ${visibleComplaint(scope)}`.execute(
    trx,
  );
  return rows.length > 0;
}

async function orderedBefore(trx: Db, scope: Scope, { requestKey, ...order }: Ordering) {
  const row = await trx
    .selectFrom('rectification')
    .select(['id', 'state', 'due_on', 'target_id', 'facts', 'requirement'])
    .where('ordered_by', '=', scope.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  if (!row) return undefined;
  const isSame = row.target_id === order.targetId && row.facts === order.facts && row.requirement === order.requirement;
  return isSame ? { ok: true as const, value: { id: row.id, state: row.state, dueOn: row.due_on } } : keyReused();
}

const moved = ({ state }: RectificationRow) =>
  refuse(
    'case-moved',
    {
      ordered: '单位还没有报告。',
      reported: '单位已报告，正在等待验收。',
      accepted: '已经验收。',
      overdue: '已经逾期。',
      withdrawn: '责令已撤回。',
    }[state],
    '请刷新页面查看最新状态。',
    { provision: RECTIFICATION_BASIS },
  );

type Line = { id: string; kind: AuditDeed; organisationId: string; detail?: Record<string, string | number> };
const record = (trx: Db, scope: Scope, line: Line): Promise<void> =>
  recordCase(trx, scope, { caseKind: 'rectification', wakes: true, ...line });

type Settled = {
  kind: 'accepted' | 'returned' | 'extended' | 'withdrawn';
  state: OrderChanged['state'];
  detail: Record<string, string>;
  now: Date;
};

/** The end of every act of the authority: the story, and word to the ordered body. */
async function settled(
  trx: Db,
  scope: Scope,
  order: RectificationRow,
  { kind, state, detail, now }: Settled,
): Promise<Outcomes<OrderChanged>> {
  const organisationId = supervisingAt(scope).find((at) => at === order.body_id) ?? order.escalated_to ?? order.body_id;
  await record(trx, scope, { id: order.id, kind, organisationId, detail });
  await tellTarget(trx, order, `rectification-${kind}`, now);
  return { ok: true, value: { id: order.id, state, dueOn: order.due_on } };
}

type Told = Pick<RectificationRow, 'id' | 'body_id' | 'target_id' | 'due_on'>;

const tellTarget = (trx: Db, order: Told, kind: NoticeKind, now: Date) =>
  tellOfOrder(trx, order, { kind, to: order.target_id, role: 'administrator', now });
const tellBody = (trx: Db, order: Told, kind: NoticeKind, now: Date) =>
  tellOfOrder(trx, order, { kind, to: order.body_id, role: 'supervisor', now });

async function tellOfOrder(
  trx: Db,
  { id, body_id, target_id, due_on: until }: Told,
  { kind, to, role, now }: { kind: NoticeKind; to: string; role: 'administrator' | 'supervisor'; now: Date },
): Promise<void> {
  const names = await trx
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('id', 'in', [body_id, target_id])
    .execute();
  const nameOf = (of: string) => names.find((n) => n.id === of)?.name ?? '';
  const detail = { organisation: nameOf(body_id), target: nameOf(target_id), until, path: '/rectifications' };
  const people = await officersOf(trx, to, role, legalDay(now.getTime()));
  await tell(
    trx,
    people.map((personId) => ({ personId, kind, key: `${id}/${now.toISOString()}`, detail })),
  );
}
