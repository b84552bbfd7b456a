import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import { nextStep } from '../../rules/stages.ts';
import type { SettledOutcome } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { StageRow, TaskRow } from '../schema.ts';
import { type Caller, isInPool, notFound, refuse } from './caller.ts';
import { becauseOfConduct } from './conduct.ts';
import { type LockedClaim, lockClaimOf } from './lock.ts';
import type { Held } from './tasks.ts';
import { auditCte, ring, timelineCte } from './trail.ts';

/**
 * A reviewer takes their decision back (收回决定; within ten seconds: 撤销). While the stage is unsettled only the task reopens. When
 * it has settled, the stage it opened is superseded, as long as nobody has claimed or decided a task there, or the declarant has begun
 * the correction; that is an act, and rings the workflow. Never after a rejection or a filing. Done twice it gives the same answer.
 */
export async function takeBack(db: Db, caller: Caller, taskId: string, now = new Date()): Promise<Outcomes<Held>> {
  try {
    return await db.transaction().execute(async (trx) => {
      const claim = await lockClaimOf(trx, taskId);
      const task = claim && (await decidedTask(trx, taskId, caller.personId));
      if (!claim || !task || !isInPool(caller, task)) return notFound('项任务');
      const held: Held = { taskId, state: 'claimed', assigneeId: caller.personId };
      if (task.state === 'claimed' && task.assignee_id === caller.personId && task.taken_back)
        return { ok: true, value: held };
      if (task.decided_by !== caller.personId)
        return refuse('not-your-decision', '这项任务没有您作出的决定。', '只有作出决定的人可以收回；请刷新后查看。');
      const late = task.settled_at === null ? null : await whyTooLate(trx, claim, task);
      if (late !== null) return tooLate(late);
      await write(trx, { caller, claim, task, now });
      return { ok: true, value: held };
    });
  } catch (error) {
    return becauseOfConduct(error);
  }
}

type DecidedTask = Pick<
  TaskRow,
  'id' | 'claim_id' | 'stage_seq' | 'stage_kind' | 'organisation_id' | 'state' | 'assignee_id'
> &
  Pick<StageRow, 'settled_at' | 'outcome'> & { decided_by: string | null; taken_back: boolean };

async function decidedTask(trx: Db, taskId: string, personId: string): Promise<DecidedTask | undefined> {
  const { rows } = await sql<DecidedTask>`
    select t.id, t.claim_id, t.stage_seq, t.stage_kind, t.organisation_id, t.state, t.assignee_id, s.settled_at, s.outcome, d.decided_by,
      exists (select 1 from decision x where x.task_id = t.id and x.decided_by = ${personId} and x.superseded_at is not null) as taken_back
    from task t join stage s on s.claim_id = t.claim_id and s.seq = t.stage_seq
    left join decision d on d.task_id = t.id and d.superseded_at is null
    where t.id = ${taskId}
    for no key update of t`.execute(trx);
  return rows[0];
}

const tooLate = (why: string) =>
  refuse('take-back-too-late', why, '如确有错误，请联系正在办理的机构，由其退回补正，或联系管理员。', {
    provision: '14',
  });

/** Why a settled decision stands; null when what followed from it is still untouched. */
async function whyTooLate(trx: Db, claim: LockedClaim, task: DecidedTask): Promise<string | null> {
  const settlement = await trx
    .selectFrom('act')
    .select(['seq', 'kind', 'outcome', 'stage_seq'])
    .where('claim_id', '=', claim.id)
    .where('seq', '=', claim.act_seq)
    .executeTakeFirst();
  const outcome = settlement?.outcome ?? null;
  if (!claim.plan || outcome === null || settlement?.stage_seq !== task.stage_seq)
    return '申报已进入后面的环节或已经结束，不能再收回决定。';
  const act = { seq: claim.act_seq, kind: 'stage-settled' as const, stageKind: task.stage_kind, outcome };
  const followed = nextStep(claim.plan, act).do;
  if (followed === 'file') return '申报已备案，不能再收回决定。';
  if (followed === 'end') return '不予认定的决定已经生效，不能再收回。';
  if (claim.applied_seq < claim.act_seq) return null;
  return outcome === 'returned' ? whyCorrecting(trx, claim) : whyNextStage(trx, claim);
}

async function whyNextStage(trx: Db, claim: LockedClaim): Promise<string | null> {
  const tasks = await trx
    .selectFrom('task')
    .select('state')
    .where('claim_id', '=', claim.id)
    .where('stage_seq', '=', claim.stage_seq)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return tasks.every((task) => task.state === 'open') ? null : '下一环节已有人认领或办理，不能再收回决定。';
}

/** The declarant has been asked to correct: once the working copy differs from what was submitted, the return stands. */
async function whyCorrecting(trx: Db, claim: LockedClaim): Promise<string | null> {
  const { rows } = await sql<{ untouched: boolean }>`
    select c.declaration = v.declaration and c.written is null and c.correction_due_at > clock_timestamp() and v.evidence_ids =
      coalesce((select array_agg(e.id order by e.id) from evidence e where e.claim_id = c.id and e.removed_at is null), '{}') as untouched
    from claim c join claim_version v on v.claim_id = c.id and v.version = c.version where c.id = ${claim.id}`.execute(
    trx,
  );
  return rows[0]?.untouched === true ? null : '申报人已开始补正，不能再收回决定。';
}

type Deed = { caller: Caller; claim: LockedClaim; task: DecidedTask; now: Date };

async function write(trx: Db, { caller, claim, task, now }: Deed): Promise<void> {
  const isSettled = task.settled_at !== null;
  if (isSettled) await supersedeNextStage(trx, claim, task, now);
  const seq = claim.act_seq + 1;
  const of = { organisationId: task.organisation_id, detail: isSettled ? { stage: 'reopened' } : {} };
  const act = { seq, kind: 'taken-back' as const, stageKind: task.stage_kind, outcome: null };
  await sql`
    with gone as (update decision set superseded_at = ${now} where task_id = ${task.id} and superseded_at is null),
    reopened as (
      update task set state = case when id = ${task.id} then 'claimed' else 'open' end, ended_at = null,
        assignee_id = case when id = ${task.id} then ${caller.personId}::uuid end,
        claimed_at = case when id = ${task.id} then ${now}::timestamptz end
      where claim_id = ${claim.id} and stage_seq = ${task.stage_seq} and (id = ${task.id} or state = 'closed')),
    ${isSettled ? reopeningCtes({ caller, claim, task, now }, seq) : sql``}
    ${timelineCte({ claimId: claim.id, at: now, kind: 'taken-back', actorId: caller.personId, stageSeq: task.stage_seq, ...of })},
    ${auditCte(caller, { action: 'task.taken-back', subjectKind: 'task', subjectId: task.id, ...of })}
    ${isSettled ? ring(claim.id, act) : sql`select 1`}`.execute(trx);
}

const reopeningCtes = ({ caller, claim, task, now }: Deed, seq: number) => sql`
    unsettled as (
      update stage set settled_at = null, outcome = null where claim_id = ${claim.id} and seq = ${task.stage_seq}),
    moved as (update claim set act_seq = ${seq}, taken_back_seq = ${claim.act_seq}, updated_at = ${now} where id = ${claim.id}),
    done as (
      insert into act (claim_id, seq, kind, stage_seq, actor_id, at)
      values (${claim.id}, ${seq}, 'taken-back', ${task.stage_seq}, ${caller.personId}, ${now})),`;

/** The stage that the decision opened, if the workflow has opened it: a statement of its own, for a claim has one open stage at a time. */
async function supersedeNextStage(trx: Db, claim: LockedClaim, task: DecidedTask, now: Date): Promise<void> {
  const outcome: Exclude<StageRow['outcome'], SettledOutcome | null> = 'superseded';
  await sql`
    with closed as (
      update task set state = 'closed', ended_at = ${now}
      where claim_id = ${claim.id} and stage_seq > ${task.stage_seq} and state in ('open', 'claimed'))
    update stage set settled_at = ${now}, outcome = ${outcome}
    where claim_id = ${claim.id} and seq > ${task.stage_seq} and settled_at is null`.execute(trx);
}
