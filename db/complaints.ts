import { sql } from 'kysely';
import type { NoticeKind } from '../contract/notices.ts';
import type { CasePosition } from '../contract/positions.ts';
import { calendarVersion, legalDay } from '../rules/calendar.ts';
import {
  COMPLAINT_DUTIES,
  complaintDates,
  complaintDuty,
  complaintStep,
  isComplaintDueSoon,
} from '../rules/complaint.ts';
import { CHINA } from '../rules/holidays.ts';
import type { Warning } from '../rules/overdue.ts';
import { SUPERVISION_BASIS } from '../rules/supervision.ts';
import { tell } from './acts/notices.ts';
import { caseEventCte, lookAtEach } from './acts/trail.ts';
import { auditJson } from './audit-detail.ts';
import { databaseClock } from './clock.ts';
import { bodyAbove, complaintOfficers, isAttended, OWING } from './complaint-officers.ts';
import type { Db } from './connect.ts';
import { officersOf } from './superiors.ts';
import type { ComplaintRow } from './tables/supervision.ts';

/**
 * What a complaint (投诉举报) does by itself: it reminds, tells the superior body, and goes to that body when nobody is left who may deal
 * with it. It is never transferred or answered by the system. Safe to repeat.
 */

/** Looks at the record and does what is due, under the complaint's lock, by the database's clock. */
export async function lookAtComplaint(db: Db, id: string, clock = databaseClock): Promise<CasePosition> {
  return db.transaction().execute(async (trx) => {
    for (;;) {
      const row = await lock(trx, id);
      const due = dutyOf(row);
      if (due === null) return { over: true, waitMs: null };
      const now = await clock(trx);
      if (await goToSuperior(trx, row, now)) continue;
      const step = complaintStep({ ...due, ...(await warned(trx, row, due.duty)) }, now.getTime());
      if (step.do === 'rest') return { over: false, waitMs: null };
      if (step.do === 'wait') return { over: false, waitMs: Math.max(1, Date.parse(step.until) - now.getTime()) };
      await warn(trx, row, { ...due, warning: step.do === 'remind' ? 'overdue' : 'escalated', now });
    }
  });
}

const lock = (trx: Db, id: string): Promise<ComplaintRow> =>
  trx
    .selectFrom('complaint')
    .selectAll()
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow(() => new Error(`no complaint ${id} in the record`));

/** What the complaint is owed now, by when; null once it is answered. */
export const dutyOf = (row: ComplaintRow) =>
  complaintDuty(row.state, {
    transferDueOn: row.transfer_due_on,
    transferEscalateOn: row.transfer_escalate_on,
    answerDueOn: row.answer_due_on,
    answerEscalateOn: row.answer_escalate_on,
  });
type Duty = NonNullable<ReturnType<typeof dutyOf>>;

/** By when a complaint is owed what, as its row keeps it. @param receivedOn the day it came in */
export function dateColumns(receivedOn: string) {
  const dates = complaintDates(receivedOn);
  return {
    transfer_due_on: dates.transferDueOn,
    transfer_escalate_on: dates.transferEscalateOn,
    answer_due_on: dates.answerDueOn,
    answer_escalate_on: dates.answerEscalateOn,
    calendar: dates.calendar,
  };
}

/** The authority that owes the next step. */
const owing = ({ handler_id, receiver_id }: ComplaintRow): string => handler_id ?? receiver_id;

async function warned(trx: Db, row: ComplaintRow, duty: Duty['duty']) {
  const rows = await trx
    .selectFrom('complaint_warning')
    .select('warning')
    .where('complaint_id', '=', row.id)
    .where('duty', '=', duty)
    .where('body_id', '=', owing(row))
    .execute();
  const has = (warning: Warning): boolean => rows.some((each) => each.warning === warning);
  return { reminded: has('overdue'), escalated: has('escalated') };
}

const aboutOf = ({ about_organisation_id, about_text, content }: ComplaintRow) => ({
  aboutOrganisationId: about_organisation_id,
  aboutText: about_text,
  content,
});

/** Whether somebody at its body may deal with it; else the body above to which it goes (D-48), null where nobody up to the province may. */
async function whereAttended(db: Db, row: ComplaintRow): Promise<'here' | { above: string | null }> {
  const from = owing(row);
  if ((await complaintOfficers(db, row.id, from)).length > 0) return 'here';
  const above = await bodyAbove(db, from, aboutOf(row));
  return { above: above !== null && (await complaintOfficers(db, row.id, above)).length > 0 ? above : null };
}

/** Unanswered complaints with which nobody at any body may deal. */
export async function unattendedComplaints(db: Db): Promise<Pick<ComplaintRow, 'id' | 'number' | 'received_at'>[]> {
  const { rows } = await sql<ComplaintRow>`
    select x.* from complaint x where x.state <> 'answered' and not ${isAttended(OWING)} order by x.id limit 1000`.execute(
    db,
  );
  const found: ComplaintRow[] = [];
  for (const row of rows) {
    const where = await whereAttended(db, row);
    if (where !== 'here' && where.above === null) found.push(row);
  }
  return found;
}

/** On to the body above, where nobody at the present one may deal with it (D-48). @returns whether it went */
async function goToSuperior(trx: Db, row: ComplaintRow, now: Date): Promise<boolean> {
  const where = await whereAttended(trx, row);
  if (where === 'here') return false;
  const { above: to } = where;
  if (to === null) {
    await tellUnattended(trx, row, now);
    return false;
  }
  const isReceived = row.state === 'received';
  await trx
    .updateTable('complaint')
    .set(isReceived ? { receiver_id: to } : { handler_id: to })
    .where('id', '=', row.id)
    .execute();
  await trace(trx, row.id, 'rerouted', { body: await nameOf(trx, to), interpretation: 'D-48' });
  await tellOfficers(trx, row, {
    to,
    kind: isReceived ? 'complaint-received' : 'complaint-assigned',
    key: `rerouted/${to}`,
  });
  return true;
}

/** Nobody up to the province may: its administrators can appoint somebody. They learn the number, and see nothing of it. */
async function tellUnattended(trx: Db, { id, number }: ComplaintRow, now: Date): Promise<void> {
  const { rows } = await sql<{
    id: string;
  }>`select id from organisation where kind = 'hrss' and level = 'province'`.execute(trx);
  const people = await Promise.all(rows.map((o) => officersOf(trx, o.id, 'administrator', legalDay(now.getTime()))));
  await tell(
    trx,
    people.flat().map((personId) => ({ personId, kind: 'complaint-unattended' as const, key: id, detail: { number } })),
  );
}

type Warned = Duty & { warning: Warning; now: Date };

/** Overdue: the body that owes it is told. Escalated: its superior, which sees the complaint from then on; at the province its own. */
async function warn(trx: Db, row: ComplaintRow, { duty, dueOn, warning, now }: Warned): Promise<void> {
  const body = owing(row);
  const superior = warning === 'escalated' ? await bodyAbove(trx, body, aboutOf(row)) : null;
  const told = superior ?? body;
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('complaint_warning')
    .values({ complaint_id: row.id, duty, warning, body_id: body, told_id: told, due_on: dueOn, warned_at: now })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return;
  const detail = { duty: COMPLAINT_DUTIES[duty], due: dueOn, body: await nameOf(trx, body) };
  if (warning !== 'due-soon')
    await trace(trx, row.id, warning, { ...detail, told: await nameOf(trx, told), interpretation: 'D-47' });
  await tellOfficers(trx, row, { to: told, kind: `complaint-${warning}`, key: `${duty}/${body}`, detail });
}

type Told = { to: string; kind: NoticeKind; key: string; detail?: Record<string, string> };

async function tellOfficers(trx: Db, { id, number }: ComplaintRow, { to, kind, key, detail }: Told): Promise<void> {
  const officers = await complaintOfficers(trx, id, to);
  await tell(
    trx,
    officers.map((personId) => ({
      personId,
      kind,
      key: `${id}/${key}`,
      detail: { number, ...detail, path: '/supervision/complaints' },
    })),
  );
}

/** By the system, with the article. */
async function trace(trx: Db, id: string, kind: string, detail: Record<string, string>): Promise<void> {
  const article = SUPERVISION_BASIS;
  await sql`
    with ${caseEventCte({ caseKind: 'complaint', caseId: id, kind, actorId: null, detail: { article, ...detail } })}
    insert into audit (action, subject_kind, subject_id, detail)
    values (${`complaint.${kind}`}, 'complaint', ${id}, ${auditJson({ actor: 'system', article, ...detail })}::jsonb)`.execute(
    trx,
  );
}

const nameOf = async (trx: Db, id: string): Promise<string> =>
  (await trx.selectFrom('organisation').select('name').where('id', '=', id).executeTakeFirstOrThrow()).name;

/** The day's reminders of complaints that are due soon: once for each duty and body, whenever the sweep comes. @returns how many complaints */
export async function remindOfComplaints(db: Db, today: string): Promise<number> {
  const { rows } = await sql<ComplaintRow>`
    select x.* from complaint x
    where (x.state = 'received' and x.transfer_due_on between ${today}::date and ${today}::date + 30
        or x.state in ('assigned', 'investigated') and x.answer_due_on between ${today}::date and ${today}::date + 30)
      and not exists (select from complaint_warning w where w.complaint_id = x.id and w.body_id = ${OWING} and w.warning = 'due-soon'
        and w.duty = case x.state when 'received' then 'transfer' else 'answer' end)`.execute(db);
  let told = 0;
  for (const { id } of rows) if (await remindOf(db, id, today)) told += 1;
  return told;
}

const remindOf = (db: Db, id: string, today: string): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const row = await lock(trx, id);
    const due = dutyOf(row);
    if (due === null || !isComplaintDueSoon(due.dueOn, today)) return false;
    await warn(trx, row, { ...due, warning: 'due-soon', now: await databaseClock(trx) });
    return true;
  });

/** Rings for complaints whose day passed unnoticed (a lost workflow, a Temporal store put back, a complaint older than its clock). */
export async function lookAtOverdueComplaints(db: Db, after: string): Promise<void> {
  const over = (day: string) =>
    sql`(${sql.ref(day)} + 1)::timestamp at time zone 'Asia/Shanghai' < now() - ${after}::interval`;
  const unwarned = (duty: string, warning: Warning) => sql`not exists (
    select from complaint_warning w where w.complaint_id = x.id and w.duty = ${sql.lit(duty)} and w.warning = ${sql.lit(warning)} and w.body_id = ${OWING})`;
  const late = sql`
    select id from complaint x where state = 'received'
      and (${over('transfer_due_on')} and ${unwarned('transfer', 'overdue')} or ${over('transfer_escalate_on')} and ${unwarned('transfer', 'escalated')})
    union all
    select id from complaint x where state in ('assigned', 'investigated')
      and (${over('answer_due_on')} and ${unwarned('answer', 'overdue')} or ${over('answer_escalate_on')} and ${unwarned('answer', 'escalated')})
    limit 1000`;
  await lookAtEach('complaint', late).execute(db);
}

/** Rings for complaints with which nobody may deal any more: a role ended on its day, somebody took one at the body complained about. */
export async function lookAtUnattendedComplaints(db: Db): Promise<void> {
  const unattended = sql`
    select x.id from complaint x where x.state <> 'answered' and not ${isAttended(OWING)} limit 1000`;
  await lookAtEach('complaint', unattended).execute(db);
}

/** Rings for what a body has to deal with, whose supervisors have changed. */
export async function lookAtComplaintsOf(db: Db, bodyId: string): Promise<void> {
  await lookAtEach(
    'complaint',
    sql`select x.id from complaint x where x.state <> 'answered' and ${OWING} = ${bodyId}`,
  ).execute(db);
}

/**
 * Days that were counted before a year's holidays were known are counted again with the calendar there is.
 * @returns how many complaints were changed
 */
export async function recountComplaintDates(db: Db): Promise<number> {
  const { rows } = await sql<{ id: string; received_on: string; answer_escalate_on: string; calendar: string }>`
    select id, (received_at at time zone 'Asia/Shanghai')::date as received_on, answer_escalate_on, calendar
    from complaint where state <> 'answered' and calendar like '%+weekends-only:%'`.execute(db);
  let changed = 0;
  for (const was of rows) {
    const now = dateColumns(was.received_on);
    const isSame =
      now.calendar === was.calendar || calendarVersion(was.received_on, was.answer_escalate_on, CHINA) === was.calendar;
    if (isSame) continue;
    await db.transaction().execute(async (trx) => {
      await trx.updateTable('complaint').set(now).where('id', '=', was.id).execute();
      await trace(trx, was.id, 'due-date-recounted', { due: now.answer_due_on });
    });
    await lookAtEach('complaint', sql`select ${was.id}::uuid as id`).execute(db);
    changed += 1;
  }
  return changed;
}
