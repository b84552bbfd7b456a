import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { RecusalRequest } from '../../contract/tasks.ts';
import type { Db } from '../connect.ts';
import type { TaskRow } from '../schema.ts';
import { recordStuck } from '../stuck.ts';
import { type Caller, isInPool, notFound, refuse } from './caller.ts';
import { lockClaimOf } from './lock.ts';
import type { Held } from './tasks.ts';
import { auditCte, timelineCte } from './trail.ts';

/**
 * A reviewer steps back from a claim (回避): what they hold of it returns to the pool, and the database lets them neither claim nor
 * decide a task of it again. Why is kept for inspectors; the timeline does not name it. Done twice it gives the same answer.
 * @article 23
 */
export async function recuse(
  db: Db,
  caller: Caller,
  taskId: string,
  { relation, note }: RecusalRequest,
  now = new Date(),
): Promise<Outcomes<Held>> {
  return db.transaction().execute(async (trx) => {
    const claim = await lockClaimOf(trx, taskId);
    if (!claim) return notFound('项任务');
    const unfinished = await unfinishedTasks(trx, claim.id);
    const task = unfinished.find(({ id }) => id === taskId) ?? (await oneTask(trx, taskId));
    if (!task || !isInPool(caller, task)) return notFound('项任务');
    if (task.ended_at !== null) return refuse('task-closed', '这项任务已经结束，无需回避。', '请刷新待办列表。');
    if (task.declarant_id === caller.personId)
      return refuse('own-claim', '这是您本人的申报，您本就不能审核。', '请由本机构其他审核人员办理。', {
        provision: '23',
      });
    if (relation === 'other' && note === '')
      return refuse('reasons-missing', '请说明需要回避的情形。', '请填写说明后再提交。', {
        fields: [{ path: 'note', message: '请说明' }],
      });
    if (await isRecused(trx, claim.id, caller.personId)) return { ok: true, value: heldNow(task) };
    const holder = task.assignee_id === caller.personId ? null : task.assignee_id;
    const of = { organisationId: task.organisation_id };
    await sql`
      with barred as (
        insert into claim_recusal (claim_id, person_id, relation, note, task_id, recorded_by, recorded_at)
        values (${claim.id}, ${caller.personId}, ${relation}, ${note}, ${taskId}, ${caller.personId}, ${now})),
      released as (
        update task set state = 'open', assignee_id = null, claimed_at = null, standing_in_for = null
        where claim_id = ${claim.id} and state = 'claimed' and assignee_id = ${caller.personId}),
      ${timelineCte({ claimId: claim.id, at: now, kind: 'recused', actorId: caller.personId, stageSeq: task.stage_seq, ...of })},
      ${auditCte(caller, { action: 'task.recused', subjectKind: 'task', subjectId: taskId, ...of })}
      select 1`.execute(trx);
    // The last who could decide may just have stepped back.
    await recordStuck(trx, { claimId: claim.id, now });
    return { ok: true, value: heldNow({ ...task, assignee_id: holder }) };
  });
}

const heldNow = ({ id, assignee_id }: Pick<TaskRow, 'id' | 'assignee_id'>): Held => ({
  taskId: id,
  state: assignee_id === null ? 'open' : 'claimed',
  assigneeId: assignee_id,
});

async function isRecused(trx: Db, claimId: string, personId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('claim_recusal')
    .select('person_id')
    .where('claim_id', '=', claimId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The claim's unfinished tasks under their locks, so that nobody claims one between the recusal and its commit. */
const unfinishedTasks = (trx: Db, claimId: string) =>
  trx
    .selectFrom('task')
    .selectAll()
    .where('claim_id', '=', claimId)
    .where('state', 'in', ['open', 'claimed'])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();

const oneTask = (trx: Db, taskId: string) =>
  trx.selectFrom('task').selectAll().where('id', '=', taskId).executeTakeFirst();
