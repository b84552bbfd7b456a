import { sql } from 'kysely';
import type { CasePosition } from '../contract/positions.ts';
import { legalDay } from '../rules/calendar.ts';
import { dueInSanction, isSanctionOver, recordEndsAt, SANCTION_BASIS } from '../rules/sanction.ts';
import { tellOfficers, tellPerson } from './acts/sanctions.ts';
import { caseEventCte, lookAtEach } from './acts/trail.ts';
import { auditJson } from './audit-detail.ts';
import { databaseClock } from './clock.ts';
import type { Db } from './connect.ts';
import type { SanctionRow } from './tables/sanctions.ts';

/** How a case of fraud moves by itself. Only its workflow calls these, through its activities; each is safe to repeat. */

/**
 * Looks at the record and settles what is due: the time for a defence is over, the dishonesty record ends, or it still waits. Judged under
 * the case's lock by the database's clock, so that a person who was in time wins over any timer.
 */
export async function lookAtSanction(db: Db, id: string, clock = databaseClock): Promise<CasePosition> {
  return db.transaction().execute(async (trx) => {
    const sanction = await trx
      .selectFrom('sanction')
      .selectAll()
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!sanction) throw new Error(`no sanction ${id} in the record`);
    if (isSanctionOver(sanction.state)) return { over: true, waitMs: null };
    const now = await clock(trx);
    const { due, nextAt } = dueInSanction({ ...datesOf(sanction), state: sanction.state, now: now.getTime() });
    if (due === 'hearing-over') await endHearing(trx, sanction, now);
    if (due === 'record-ends') await endRecord(trx, sanction, now);
    if (due !== null) return { over: due === 'record-ends', waitMs: null };
    return { over: false, waitMs: nextAt === null ? null : Math.max(1, nextAt - now.getTime()) };
  });
}

const datesOf = ({ defence_due_at, defence_closed_at, ends_on }: SanctionRow) => ({
  defence: defence_due_at && { dueAt: defence_due_at.getTime(), isClosed: defence_closed_at !== null },
  recordEndsAt: ends_on === null ? null : Date.parse(recordEndsAt(ends_on)),
});

/** The person has been heard or has let the time pass: the officers may decide now. */
async function endHearing(trx: Db, sanction: SanctionRow, now: Date): Promise<void> {
  await trx.updateTable('sanction').set({ defence_closed_at: now }).where('id', '=', sanction.id).execute();
  await recordBySystem(trx, sanction.id, 'hearing-over');
  const today = legalDay(now.getTime());
  await tellOfficers(trx, sanction, { kind: 'sanction-hearing-over', key: sanction.id, today });
}

/** At 00:00 of its last day (D-15). The year stays cancelled; nothing bars the person any more. */
async function endRecord(trx: Db, sanction: SanctionRow, now: Date): Promise<void> {
  await trx.updateTable('sanction').set({ state: 'ended', ended_at: now }).where('id', '=', sanction.id).execute();
  await recordBySystem(trx, sanction.id, 'ended');
  await tellPerson(trx, sanction, { kind: 'sanction-ended', detail: { endsOn: sanction.ends_on ?? '' } });
  const today = legalDay(now.getTime());
  await tellOfficers(trx, sanction, { kind: 'sanction-record-ended', key: sanction.id, today });
}

/** By the system, with the article. */
async function recordBySystem(trx: Db, id: string, kind: string): Promise<void> {
  await sql`
    with ${caseEventCte({ caseKind: 'sanction', caseId: id, kind, actorId: null, detail: { article: SANCTION_BASIS } })}
    insert into audit (action, subject_kind, subject_id, detail)
    values (${`sanction.${kind}`}, 'sanction', ${id}, ${auditJson({ actor: 'system', article: SANCTION_BASIS })}::jsonb)`.execute(
    trx,
  );
}

/** Rings for cases whose day passed unnoticed (a lost workflow, a Temporal store put back). */
export async function lookAtOverdueSanctions(db: Db, after: string): Promise<void> {
  const late = sql`
    (select id from sanction
     where state in ('hearing', 'decided') and defence_closed_at is null and defence_due_at < now() - ${after}::interval
     order by defence_due_at limit 1000)
    union all
    (select id from sanction
     where state = 'in-force' and ends_on::timestamp at time zone 'Asia/Shanghai' < now() - ${after}::interval
     order by ends_on limit 1000)`;
  await lookAtEach('sanction', late).execute(db);
}
