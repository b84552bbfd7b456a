import { sql } from 'kysely';
import type { LeaveRecorded, LeaveRequest } from '../../contract/leaves.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import { LEAVE_REFUSALS, whyNotLeave } from '../../rules/leave.ts';
import type { Db } from '../connect.ts';
import { type Caller, managesUnit, notFound, refuse } from './caller.ts';
import { keyReused } from './conflicts.ts';
import { tell } from './notices.ts';
import { constraintOf } from './people.ts';
import { auditCte } from './trail.ts';

type Recording = LeaveRequest & { requestKey: string };

/**
 * A reviewer's leave with a stand-in of the same organisation and role (代理), recorded by themselves or by the organisation's administrator.
 * From its first day to its last the stand-in may take over what they have claimed; nothing has to happen for it to begin or end.
 * @article 14
 */
export async function recordLeave(
  db: Db,
  caller: Caller,
  { requestKey, ...asked }: Recording,
  now = new Date(),
): Promise<Outcomes<LeaveRecorded>> {
  const today = legalDay(now.toISOString());
  const personId = asked.personId ?? caller.personId;
  const holds = (id: string) => caller.holdings.some((h) => h.organisationId === id && h.role === asked.role);
  const isOwn = personId === caller.personId && holds(asked.organisationId);
  if (!isOwn && !managesUnit(caller, asked.organisationId)) return notFound('家机构');
  const days = whyNotLeave(asked, today);
  if (days) return refuse(days, LEAVE_REFUSALS[days].message, LEAVE_REFUSALS[days].fix, { provision: '14' });
  try {
    return await db.transaction().execute(async (trx) => {
      // One at a time for an organisation, so that no two leaves can each lean on the other's stand-in.
      await trx
        .selectFrom('organisation')
        .select('id')
        .where('id', '=', asked.organisationId)
        .forNoKeyUpdate()
        .execute();
      const again = await recordedBefore(trx, caller, requestKey);
      if (again)
        return again.person_id === personId && again.from_on === asked.fromOn
          ? { ok: true, value: answer(again) }
          : keyReused();
      const misfit = await whyNotStandIn(trx, { ...asked, personId });
      if (misfit) return misfit;
      return { ok: true, value: await write(trx, caller, { ...asked, personId, requestKey, now }) };
    });
  } catch (error) {
    if (constraintOf(error) === 'one_leave_a_day')
      return refuse('leave-overlaps', '这段时间已登记了请假。', '请先结束或取消原来的请假，或调整日期。');
    throw error;
  }
}

type Row = { id: string; person_id: string; from_on: string; until_on: string; cancelled_at: Date | null };

const answer = ({ id, from_on, until_on, cancelled_at }: Row): LeaveRecorded => ({
  id,
  fromOn: from_on,
  untilOn: until_on,
  cancelled: cancelled_at !== null,
});

const recordedBefore = (trx: Db, caller: Caller, requestKey: string): Promise<Row | undefined> =>
  trx
    .selectFrom('leave')
    .select(['id', 'person_id', 'from_on', 'until_on', 'cancelled_at'])
    .where('recorded_by', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();

type Wanted = LeaveRequest & { personId: string };

/** Both hold the role on every day of the leave, and the stand-in is there; nor does the one on leave stand in for somebody. */
async function whyNotStandIn(trx: Db, { personId, standInId, organisationId, role, fromOn, untilOn }: Wanted) {
  if (standInId === personId)
    return refuse('stand-in-misfit', '不能由本人代理本人。', '请选择本机构同岗位的同事。', { provision: '14' });
  const holdsThroughout = (id: string) => sql<boolean>`exists (
    select from role_holding h left join account a on a.person_id = h.person_id
    where h.person_id = ${id} and h.organisation_id = ${organisationId} and h.role = ${role} and a.disabled_at is null
      and h.from_on <= ${fromOn}::date and (h.until_on is null or h.until_on > ${untilOn}::date))`;
  const overlaps = sql`l.organisation_id = ${organisationId} and l.role = ${role} and l.cancelled_at is null
    and daterange(l.from_on, l.until_on, '[]') && daterange(${fromOn}::date, ${untilOn}::date, '[]')`;
  const { rows } = await sql<{ person: boolean; stand_in: boolean; away: boolean; needed: boolean }>`
    select ${holdsThroughout(personId)} as person, ${holdsThroughout(standInId)} as stand_in,
      exists (select from leave l where l.person_id = ${standInId} and ${overlaps}) as away,
      exists (select from leave l where l.stand_in_id = ${personId} and ${overlaps}) as needed`.execute(trx);
  const [facts] = rows;
  if (facts?.person !== true) return notFound('位审核人员');
  if (!facts.stand_in)
    return refuse(
      'stand-in-misfit',
      '代理人须在请假期间担任本机构同一岗位。',
      '请从名单中选择；没有合适人选的，请先由管理员授予岗位。',
      {
        provision: '14',
      },
    );
  if (facts.away) return refuse('stand-in-misfit', '代理人在这段时间也请假。', '请选择其他同事，或调整日期。');
  if (facts.needed)
    return refuse('stand-in-misfit', '本人在这段时间正为他人代理。', '请先由对方更换代理人，再登记请假。');
  return null;
}

type Written = Wanted & { requestKey: string; now: Date };

async function write(trx: Db, caller: Caller, wanted: Written): Promise<LeaveRecorded> {
  const { personId, standInId, organisationId, role, fromOn, untilOn, requestKey, now } = wanted;
  const { id } = await trx
    .insertInto('leave')
    .values({
      person_id: personId,
      organisation_id: organisationId,
      role,
      stand_in_id: standInId,
      from_on: fromOn,
      until_on: untilOn,
      recorded_by: caller.personId,
      recorded_at: now,
      request_key: requestKey,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const entry = { action: 'leave.recorded', subjectKind: 'leave', subjectId: id, organisationId } as const;
  await sql`with ${auditCte(caller, { ...entry, detail: { personId, standInId, role, fromOn, untilOn } })} select 1`.execute(
    trx,
  );
  await tellStandIn(trx, { id, personId, standInId, organisationId }, { kind: 'stand-in-named', fromOn, untilOn });
  return { id, fromOn, untilOn, cancelled: false };
}

type Named = { id: string; personId: string; standInId: string; organisationId: string };
type Words = { kind: 'stand-in-named' | 'stand-in-ended'; fromOn: string; untilOn: string };

async function tellStandIn(
  trx: Db,
  { id, personId, standInId, organisationId }: Named,
  { kind, fromOn, untilOn }: Words,
) {
  const { rows } = await sql<{ person: string; organisation: string }>`
    select p.name as person, o.name as organisation from person p, organisation o where p.id = ${personId} and o.id = ${organisationId}`.execute(
    trx,
  );
  const [names] = rows;
  if (!names) return;
  await tell(trx, [{ personId: standInId, kind, key: id, detail: { ...names, fromOn, untilOn, path: '/leaves' } }]);
}

/**
 * The leave ends before its last day: from today on, or altogether when it has not begun before today. By its person or the administrator.
 * Done twice it gives the same answer.
 */
export async function endLeave(db: Db, caller: Caller, id: string, now = new Date()): Promise<Outcomes<LeaveRecorded>> {
  const today = legalDay(now.toISOString());
  return db.transaction().execute(async (trx) => {
    const leave = await trx.selectFrom('leave').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    const isTheirs = leave && (leave.person_id === caller.personId || managesUnit(caller, leave.organisation_id));
    if (!leave || !isTheirs) return notFound('次请假');
    if (leave.cancelled_at !== null) return { ok: true, value: answer(leave) };
    if (leave.until_on < today)
      return refuse('leave-ended', `这次请假已于${leave.until_on}结束。`, '无需办理；如需再次请假，请另行登记。');
    const isCancelled = leave.from_on >= today;
    const changed = await trx
      .updateTable('leave')
      .set(isCancelled ? { cancelled_at: now } : { until_on: addDays(today, -1) })
      .where('id', '=', id)
      .returning(['id', 'person_id', 'from_on', 'until_on', 'cancelled_at'])
      .executeTakeFirstOrThrow();
    const of = { subjectKind: 'leave', subjectId: id, organisationId: leave.organisation_id } as const;
    await sql`with ${auditCte(caller, { action: 'leave.ended', ...of, detail: { cancelled: isCancelled } })} select 1`.execute(
      trx,
    );
    await tellStandIn(
      trx,
      { id, personId: leave.person_id, standInId: leave.stand_in_id, organisationId: leave.organisation_id },
      { kind: 'stand-in-ended', fromOn: changed.from_on, untilOn: changed.until_on },
    );
    return { ok: true, value: answer(changed) };
  });
}
