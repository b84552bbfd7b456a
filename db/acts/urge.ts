import { sql } from 'kysely';
import type { Urged } from '../../contract/overdue.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay } from '../../rules/calendar.ts';
import { REVIEW_BASIS } from '../../rules/overdue.ts';
import type { Db } from '../connect.ts';
import { OWN_SUPERIOR_ROLES, SUPERIOR_ROLES } from '../overdue.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { keyReused } from './conflicts.ts';
import { tellHolders } from './nudge.ts';
import { constraintOf } from './people.ts';
import { auditCte, timelineCte } from './trail.ts';

type Urging = { id: string; note: string; requestKey: string };

/**
 * The superior body urges (督办) the one that is late: with a note, once a day. It decides nothing; the note is told to whoever has the task
 * and stands on the claim's timeline without its words.
 * @article 8
 */
export async function urge(
  db: Db,
  caller: Caller,
  { id, note, requestKey }: Urging,
  now = new Date(),
): Promise<Outcomes<Urged>> {
  const today = legalDay(now.toISOString());
  try {
    return await db.transaction().execute(async (trx) => {
      const found = await escalated(trx, id);
      if (!found || !isSuperior(caller, found)) return notFound('件督办事项');
      const again = await trx
        .selectFrom('urging')
        .select(['escalation_id', 'urged_on'])
        .where('urged_by', '=', caller.personId)
        .where('request_key', '=', requestKey)
        .executeTakeFirst();
      if (again) return again.escalation_id === id ? { ok: true, value: { id, urgedOn: again.urged_on } } : keyReused();
      if (found.ended_at !== null) return refuse('task-closed', '这项审核已经办结，无需督办。', '请刷新督办列表。');
      await record(trx, caller, { ...found, note, requestKey, today, now });
      return { ok: true, value: { id, urgedOn: today } };
    });
  } catch (error) {
    if (constraintOf(error) !== 'urging_once_a_day') throw error;
    return refuse('urged-today', '本机构今天已督办过这一项。', '请明天再次督办，或直接联系办理机构。', {
      provision: REVIEW_BASIS,
    });
  }
}

type Found = {
  id: string;
  organisation_id: string;
  own: boolean;
  organisation_name: string;
  task_id: string;
  claim_id: string;
  stage_seq: number;
  title: string;
  ended_at: Date | null;
};

async function escalated(trx: Db, id: string): Promise<Found | undefined> {
  const { rows } = await sql<Found>`
    select e.id, e.organisation_id, e.own, o.name as organisation_name, t.id as task_id, t.claim_id, t.stage_seq, t.title, t.ended_at
    from escalation e join task t on t.id = e.task_id join organisation o on o.id = e.organisation_id
    where e.id = ${id} for no key update of t`.execute(trx);
  return rows[0];
}

const isSuperior = ({ holdings }: Caller, { organisation_id, own }: Found): boolean => {
  const roles: readonly string[] = own ? OWN_SUPERIOR_ROLES : SUPERIOR_ROLES;
  return holdings.some((h) => h.organisationId === organisation_id && roles.includes(h.role));
};

type Recorded = Found & { note: string; requestKey: string; today: string; now: Date };

async function record(trx: Db, caller: Caller, of: Recorded): Promise<void> {
  const { id, organisation_id: organisationId, claim_id: claimId, stage_seq: stageSeq, today, now } = of;
  await sql`
    with urged as (
      insert into urging (escalation_id, urged_by, note, urged_on, urged_at, request_key)
      values (${id}, ${caller.personId}, ${of.note}, ${today}::date, ${now}, ${of.requestKey})),
    marked as (update task set urged_at = ${now} where id = ${of.task_id}),
    ${timelineCte({ claimId, at: now, kind: 'urged', actorId: caller.personId, organisationId, stageSeq })},
    ${auditCte(caller, { action: 'task.urged', subjectKind: 'task', subjectId: of.task_id, organisationId })}
    select 1`.execute(trx);
  await tellHolders(
    trx,
    { claimId, stage: stageSeq, taskId: of.task_id, today },
    {
      kind: 'review-urged',
      key: `${id}/${today}`,
      detail: { organisation: of.organisation_name, title: of.title, note: of.note, path: '/inbox' },
    },
  );
}
