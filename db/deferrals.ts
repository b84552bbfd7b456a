import { sql } from 'kysely';
import type { CasePosition } from '../contract/positions.ts';
import { isYearComplete } from '../rules/annual.ts';
import { legalDay } from '../rules/calendar.ts';
import { DEFERRAL_BASIS, deferralEndsAt, deferralReminder, isDeferralOver, settleDeferral } from '../rules/deferral.ts';
import { tell } from './acts/notices.ts';
import { caseEventCte, lookAtEach } from './acts/trail.ts';
import { auditJson } from './audit-detail.ts';
import { databaseClock } from './clock.ts';
import type { Db } from './connect.ts';
import { deferralOfficers } from './deferral-officers.ts';
import { lockYear, yearNow } from './ledger.ts';
import type { DeferralRow } from './tables/deferrals.ts';

/** How a deferral moves by itself. Only its workflow calls these, through its activities; each is safe to repeat. */

/**
 * Looks at the record and settles what is due: made up, expired, or still waiting. Judged under the deferral's lock, by the database's
 * clock, so that a person who was in time wins over any timer.
 */
export async function lookAtDeferral(db: Db, id: string, clock = databaseClock): Promise<CasePosition> {
  return db.transaction().execute(async (trx) => {
    const deferral = await trx
      .selectFrom('deferral')
      .selectAll()
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!deferral) throw new Error(`no deferral ${id} in the record`);
    if (isDeferralOver(deferral.state)) return { over: true, waitMs: null };
    if (deferral.state === 'requested' || deferral.until_on === null) return { over: false, waitMs: null };
    const now = await clock(trx);
    const today = legalDay(now.toISOString());
    const year = { personId: deferral.person_id, year: deferral.year };
    // A filing under way is waited for: it saw the deferral living, and would leave it expired beside a complete year.
    await lockYear(trx, year);
    const isComplete = isYearComplete(await yearNow(trx, { ...year, on: today }));
    const state = settleDeferral({ until: deferral.until_on, today, isComplete });
    if (state === 'granted')
      return { over: false, waitMs: Math.max(1, Date.parse(deferralEndsAt(deferral.until_on)) - now.getTime()) };
    await end(trx, deferral, state, now);
    return { over: true, waitMs: null };
  });
}

/** By the system, with the article: the person, the employer's deciders and the HRSS authority are told. */
async function end(trx: Db, deferral: DeferralRow, state: 'made-up' | 'expired', now: Date): Promise<void> {
  await trx.updateTable('deferral').set({ state, ended_at: now }).where('id', '=', deferral.id).execute();
  await sql`
    with ${caseEventCte({ caseKind: 'deferral', caseId: deferral.id, kind: state, actorId: null, detail: { article: DEFERRAL_BASIS } })},
    audited as (
      insert into audit (action, subject_kind, subject_id, detail)
      values (${`deferral.${state}`}, 'deferral', ${deferral.id}, ${auditJson({ actor: 'system', article: DEFERRAL_BASIS })}::jsonb))
    select 1`.execute(trx);
  const kind = state === 'expired' ? 'deferral-expired' : 'deferral-made-up';
  const detail = { year: deferral.year, until: deferral.until_on ?? '', path: '/deferrals' };
  const today = legalDay(now.toISOString());
  const told = state === 'expired' ? await deferralOfficers(trx, deferral, { at: ['unit', 'hrss'], today }) : [];
  await tell(
    trx,
    [deferral.person_id, ...told].map((personId) => ({ personId, kind, key: deferral.id, detail })),
  );
}

/** The day's reminders to people whose deferral ends soon. Once for each of 60, 30 and 7 days, whenever the sweep comes. */
export async function remindOfDeferrals(db: Db, today: string): Promise<number> {
  const rows = await db
    .selectFrom('deferral')
    .select(['id', 'person_id', 'year', 'until_on'])
    .where('state', '=', 'granted')
    .where('until_on', '>=', today)
    .where('until_on', '<=', sql<string>`${today}::date + 60`)
    .execute();
  const notices = rows.flatMap(({ id, person_id, year, until_on }) => {
    const days = until_on === null ? null : deferralReminder(until_on, today);
    if (days === null || until_on === null) return [];
    const detail = { year, until: until_on, days, path: '/deferrals' };
    return [{ personId: person_id, kind: 'deferral-reminder' as const, key: `${id}/${days}`, detail }];
  });
  await tell(db, notices);
  return notices.length;
}

/** Rings for deferrals whose last day passed unnoticed (a lost workflow, a Temporal store put back). */
export async function lookAtOverdueDeferrals(db: Db, after: string): Promise<void> {
  const late = sql`
    select id from deferral
    where state = 'granted' and (until_on + 1)::timestamp at time zone 'Asia/Shanghai' < now() - ${after}::interval
    order by until_on limit 1000`;
  await lookAtEach('deferral', late).execute(db);
}
