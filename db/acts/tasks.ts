import { sql } from 'kysely';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import type { TaskState } from '../../rules/vocabulary.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import { type Freed, freedFor, isAway, serves } from '../held.ts';
import type { TaskRow } from '../schema.ts';
import { type Caller, isInPool, notFound, refuse } from './caller.ts';
import { becauseOfConduct } from './conduct.ts';
import { auditCte, timelineCte } from './trail.ts';

export type Held = { taskId: string; state: TaskState; assigneeId: string | null };

/**
 * A reviewer takes a task out of the pool (认领), also one whose holder has left the pool since (接手) or is on leave with the reviewer
 * as stand-in (代理); taking one's own again changes nothing.
 */
export const claimTask = (db: Db, caller: Caller, taskId: string): Promise<Outcomes<Held>> =>
  change(db, caller, taskId, async (trx, task) => {
    if (task.assignee_id === caller.personId) return { assignee: caller.personId };
    if (isHeld(task)) return heldByOther(task);
    const kind = task.assignee_id === null ? 'claimed' : task.freed.standsInFor === null ? 'taken-over' : 'stood-in';
    return (await mayHold(trx, task, caller.personId)) ?? { assignee: caller.personId, kind };
  });

/** Puts a claimed task back into the pool (释放). */
export const releaseTask = (db: Db, caller: Caller, taskId: string): Promise<Outcomes<Held>> =>
  change(db, caller, taskId, (_, task) => {
    if (task.assignee_id === null) return Promise.resolve({ assignee: null });
    if (isHeld(task) && task.assignee_id !== caller.personId) return Promise.resolve(heldByOther(task));
    return Promise.resolve({ assignee: null, kind: 'released' as const });
  });

/** Hands a task to a colleague of the same organisation and role (转办). */
export const transferTask = (
  db: Db,
  caller: Caller,
  { taskId, toPersonId }: { taskId: string; toPersonId: string },
): Promise<Outcomes<Held>> =>
  change(db, caller, taskId, async (trx, task) => {
    const to = toPersonId.toLowerCase();
    if (isHeld(task) && task.assignee_id !== caller.personId) return heldByOther(task);
    const barred = await mayHold(trx, task, to);
    if (barred?.code === 'own-claim') return barred;
    if (!(await serves(trx, task, to))) {
      return refuse('transfer-target', '对方不是本机构该环节的审核人员。', '请从名单中选择本机构的同事。').refusal;
    }
    if (await isAway(trx, task, to)) {
      return refuse('transfer-target', '对方正在请假。', '请转办给其代理人或其他同事。').refusal;
    }
    return barred ?? { assignee: to, kind: 'transferred' };
  });

/** A task under its lock; `freed` when its holder has left the pool, or is on leave and the caller stands in. */
type LockedTask = TaskRow & { freed: Freed };
type Change = { assignee: string | null; kind?: 'claimed' | 'taken-over' | 'stood-in' | 'released' | 'transferred' };

const isHeld = ({ state, freed }: LockedTask): boolean =>
  state === 'claimed' && !freed.vacant && freed.standsInFor === null;

/** The frame of the three: the task's row is locked, must be the caller's pool's and unfinished; the change leaves its trail. */
async function change(
  db: Db,
  caller: Caller,
  taskId: string,
  decide: (trx: Db, task: LockedTask) => Promise<Change | Refusal>,
): Promise<Outcomes<Held>> {
  try {
    return await db.transaction().execute(async (trx) => {
      const task = await trx.selectFrom('task').selectAll().where('id', '=', taskId).forUpdate().executeTakeFirst();
      if (!task || !isInPool(caller, task)) return notFound('项任务');
      if (task.state === 'decided' || task.state === 'closed') {
        return refuse('task-closed', '这项任务已经结束。', '请刷新待办列表，继续办理下一项。');
      }
      const wanted = await decide(trx, { ...task, freed: await freedFor(trx, task, caller.personId) });
      if ('code' in wanted) return { ok: false, refusal: wanted };
      if (wanted.kind) await write(trx, caller, task, { assignee: wanted.assignee, kind: wanted.kind });
      return { ok: true, value: { taskId, state: wanted.assignee ? 'claimed' : 'open', assigneeId: wanted.assignee } };
    });
  } catch (error) {
    return becauseOfConduct(error);
  }
}

async function write(trx: Db, caller: Caller, task: TaskRow, { assignee, kind }: Required<Change>): Promise<void> {
  const at = new Date();
  const detail = {
    ...(assignee === caller.personId || assignee === null ? {} : { to: assignee }),
    ...(kind === 'taken-over' ? { from: task.assignee_id } : {}),
    ...(kind === 'stood-in' ? { for: task.assignee_id } : {}),
  };
  const standingInFor = kind === 'stood-in' ? task.assignee_id : null;
  const of = { organisationId: task.organisation_id, detail };
  await sql`
    with held as (
      update task set state = ${assignee ? 'claimed' : 'open'}, assignee_id = ${assignee}, claimed_at = ${assignee ? at : null},
        standing_in_for = ${standingInFor}::uuid
      where id = ${task.id}),
    ${timelineCte({ claimId: task.claim_id, at, kind, actorId: caller.personId, stageSeq: task.stage_seq, ...of })},
    ${auditCte(caller, { action: `task.${kind}`, subjectKind: 'task', subjectId: task.id, ...of })}
    select 1`.execute(trx);
}

/** Nobody holds a task of their own claim, of a claim they decided on at another kind of stage, or of a paper of theirs. */
async function mayHold(db: Db, task: TaskRow, personId: string): Promise<Refusal | null> {
  const { claim_id: claimId, declarant_id: declarantId } = task;
  const barred = await whyBarred(db, [personId], { kind: 'review', personId: declarantId, claimIds: [claimId] });
  if (barred) return barred;
  const acted = await db
    .selectFrom('reviewer_of_claim')
    .select('stage_kind')
    .where('claim_id', '=', task.claim_id)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  if (!acted || acted.stage_kind === task.stage_kind) return null;
  return refuse('acted-at-other-stage', '该人员已在其他环节审核过这份申报。', '请由本机构其他审核人员办理。').refusal;
}

const heldByOther = (task: TaskRow): Refusal =>
  refuse('task-claimed-by-other', '这项任务已由同事认领。', '请办理其他任务，或请该同事释放、转办。', {
    more: { assigneeId: task.assignee_id, claimedAt: task.claimed_at?.toISOString() },
  }).refusal;
