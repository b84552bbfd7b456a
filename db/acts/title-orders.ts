import { sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit.ts';
import type { NoticeKind } from '../../contract/notices.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { TitleAnswer, TitleOrderChanged, TitleToRevoke } from '../../contract/sanctions.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import { mayBeDue, type TitleOrderKind } from '../../rules/title-order.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import { CASE_OFFICERS, officersAt, UNIT_OFFICERS } from '../sanction-officers.ts';
import type { SanctionRow, TitleOrderRow } from '../tables/sanctions.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { tell } from './notices.ts';
import { caseMoved, refuseBy } from './sanctions.ts';
import { auditCte, caseEventCte, lookAt } from './trail.ts';

/**
 * Orders to the body that approved a title (核准部门, Art. 21: 由核准部门予以撤销): ordered, reported, accepted, or overdue. Each act is one
 * transaction under the order's lock and makes its workflow look.
 */

const RESTORE_DAYS = 30;

/** One order for each title the fraud brought, within the transaction of the sanction. */
export async function orderRevocations(
  trx: Db,
  caller: Caller,
  { sanction, titles, now }: { sanction: SanctionRow; titles: readonly TitleToRevoke[]; now: Date },
): Promise<void> {
  for (const { title, organisationId, obtainedOn, dueOn } of titles) {
    await order(trx, caller, { sanction, kind: 'revoke', title, organisationId, obtainedOn, dueOn, now });
  }
}

/** After a lifting: orders that are not done with are withdrawn, also one whose report could still be returned; a title that may have been revoked is to be given back. */
export async function orderRestorations(
  trx: Db,
  caller: Caller,
  { sanction, now }: { sanction: SanctionRow; now: Date },
): Promise<void> {
  const orders = await trx
    .selectFrom('title_order')
    .selectAll()
    .where('sanction_id', '=', sanction.id)
    .where('kind', '=', 'revoke')
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const dueOn = addDays(legalDay(now.getTime()), RESTORE_DAYS);
  for (const one of orders) {
    if (one.state !== 'accepted') {
      await move(trx, one, { state: 'withdrawn', ended_at: now });
      await recordOrder(trx, caller, { id: one.id, kind: 'withdrawn', organisationId: one.authority_id });
      await tellBody(trx, one, { kind: 'title-order-withdrawn', now });
    }
    if (one.report === null) continue;
    const { title, organisation_id: organisationId, obtained_on: obtainedOn } = one;
    await order(trx, caller, { sanction, kind: 'restore', title, organisationId, obtainedOn, dueOn, now });
  }
}

type Order = {
  sanction: SanctionRow;
  kind: TitleOrderKind;
  title: string;
  organisationId: string;
  obtainedOn: string | null;
  dueOn: string;
  now: Date;
};

async function order(
  trx: Db,
  caller: Caller,
  { sanction, kind, title, organisationId, ...rest }: Order,
): Promise<void> {
  const made = await trx
    .insertInto('title_order')
    .values({
      sanction_id: sanction.id,
      person_id: sanction.person_id,
      kind,
      title,
      obtained_on: rest.obtainedOn,
      organisation_id: organisationId,
      authority_id: sanction.authority_id,
      due_on: rest.dueOn,
      ordered_at: rest.now,
      report: null,
      reported_by: null,
      accepted_by: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const detail = { dueOn: rest.dueOn, order: kind };
  await recordOrder(trx, caller, { id: made.id, kind: 'ordered', organisationId: sanction.authority_id, detail });
  await tellBody(trx, made, { kind: 'title-order', now: rest.now });
}

/** The body says what it has done; also after the last day, since late is better than never. */
export async function reportTitleOrder(
  db: Db,
  caller: Caller,
  { id, report }: { id: string; report: string },
  now = new Date(),
): Promise<Outcomes<TitleOrderChanged>> {
  return db.transaction().execute(async (trx) => {
    const found = await lockOrder(trx, id);
    if (!found || !holdsAt(caller, found.organisation_id)) return notFound('份职称办理通知');
    const refusal = await whyBarred(trx, [caller.personId], { kind: 'case', personId: found.person_id });
    if (refusal) return { ok: false, refusal };
    if (found.state !== 'ordered' && found.state !== 'overdue') return caseMoved('这份通知目前不需要报告。');
    await move(trx, found, { state: 'reported', report, reported_by: caller.personId, reported_at: now });
    await recordOrder(trx, caller, { id, kind: 'reported', organisationId: found.organisation_id, detail: { report } });
    await tellBody(trx, found, { kind: 'title-order-reported', now, to: found.authority_id });
    return { ok: true, value: { id, state: 'reported' } };
  });
}

/** The authority accepts the report, or returns it with another last day. */
export async function answerTitleReport(
  db: Db,
  caller: Caller,
  { id, ...given }: TitleAnswer & { id: string },
  now = new Date(),
): Promise<Outcomes<TitleOrderChanged>> {
  return db.transaction().execute(async (trx) => {
    const found = await lockOrder(trx, id);
    if (!found || !holdsAt(caller, found.authority_id)) return notFound('份职称办理通知');
    const refusal = await whyBarred(trx, [caller.personId], { kind: 'case', personId: found.person_id });
    if (refusal) return { ok: false, refusal };
    if (found.state !== 'reported') return caseMoved('这份通知目前没有待验收的报告。');
    if (found.reported_by === caller.personId)
      return refuse('second-officer', '不能验收本人提交的报告。', '请由本机构另一名工作人员验收。', {
        provision: '21',
      });
    if (given.answer === 'return' && !mayBeDue(given.dueOn, legalDay(now.getTime())))
      return refuseBy('title-order-day');
    const isAccepted = given.answer === 'accept';
    if (isAccepted) await move(trx, found, { state: 'accepted', accepted_by: caller.personId, ended_at: now });
    else await move(trx, found, { state: 'ordered', due_on: given.dueOn });
    const state = isAccepted ? 'accepted' : 'ordered';
    const detail = isAccepted ? {} : { reason: given.reason, dueOn: given.dueOn };
    await recordOrder(trx, caller, {
      id,
      kind: isAccepted ? 'accepted' : 'returned',
      organisationId: found.authority_id,
      detail,
    });
    await tellBody(trx, found, { kind: 'title-order-answered', now });
    return { ok: true, value: { id, state } };
  });
}

const lockOrder = (trx: Db, id: string): Promise<TitleOrderRow | undefined> =>
  trx.selectFrom('title_order').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

const holdsAt = (caller: Caller, organisationId: string): boolean =>
  caller.holdings.some((h) => h.organisationId === organisationId && CASE_OFFICERS.includes(h.role));

type Set = Partial<
  Pick<
    TitleOrderRow,
    'state' | 'report' | 'reported_by' | 'reported_at' | 'accepted_by' | 'ended_at' | 'due_on' | 'overdue_at'
  >
>;
export const move = (trx: Db, { id }: Pick<TitleOrderRow, 'id'>, set: Set): Promise<unknown> =>
  trx.updateTable('title_order').set(set).where('id', '=', id).execute();

/** Those who handle such orders at the body (or another one), each once an occasion. */
export async function tellBody(
  trx: Db,
  { id, kind: order, due_on, organisation_id, person_id }: TitleOrderRow,
  { kind, now, to = organisation_id }: { kind: NoticeKind; now: Date; to?: string },
): Promise<void> {
  const roles = [...new Set([...CASE_OFFICERS, ...UNIT_OFFICERS])];
  const today = legalDay(now.getTime());
  const officers = await officersAt(trx, { organisationIds: [to], roles, today, except: [person_id] });
  const detail = { order, dueOn: due_on, path: '/title-orders' };
  await tell(
    trx,
    officers.map(({ personId }) => ({ personId, kind, key: `${id}/${now.getTime()}`, detail })),
  );
}

type Line = { id: string; kind: AuditDeed; organisationId: string; detail?: Record<string, string | number> };

async function recordOrder(trx: Db, caller: Caller, { id, kind, organisationId, detail = {} }: Line): Promise<void> {
  const audited = auditCte(caller, {
    action: `title-order.${kind}`,
    subjectKind: 'title-order',
    subjectId: id,
    organisationId,
  });
  await sql`
    with ${caseEventCte({ caseKind: 'title-order', caseId: id, kind, actorId: caller.personId, organisationId, detail })}, ${audited}
    ${lookAt('title-order', id)}`.execute(trx);
}
