import { sql } from 'kysely';
import type { DecisionReceipt, DecisionRequest } from '../../contract/decisions.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { settle } from '../../rules/stages.ts';
import type { Outcome, SettledOutcome } from '../../rules/vocabulary.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import { actsFor, freedFor } from '../held.ts';
import type { DecisionRow, TaskRow } from '../schema.ts';
import { unseenOf } from '../seen.ts';
import { whyEnded } from '../task-ended.ts';
import { type Caller, isInPool, notFound, refuse } from './caller.ts';
import { becauseOfConduct } from './conduct.ts';
import { whyNotHours, whyNotReasons } from './grounds.ts';
import { type LockedClaim, lockClaimOf } from './lock.ts';
import { whyUnseen } from './seen.ts';
import { auditCte, ring, timelineCte } from './trail.ts';

/**
 * A reviewer's decision (同意, 退回补正, 不予认定): legal record from the moment it is answered, in one transaction of four statements
 * under the claim's lock. The decision that settles the stage closes its other tasks and rings the workflow, whether or not
 * Temporal or any worker is up. Sent again with the same id, it gives the same answer.
 */
export async function decide(
  db: Db,
  caller: Caller,
  taskId: string,
  request: DecisionRequest,
  now = new Date(),
): Promise<Outcomes<DecisionReceipt>> {
  try {
    return await db.transaction().execute(async (trx) => {
      const claim = await lockClaimOf(trx, taskId);
      if (!claim) return notFound('项任务');
      const stage = await tasksOfStage(trx, taskId, caller.personId);
      const task = stage.find((t) => t.id === taskId);
      if (!task || !isInPool(caller, task)) return notFound('项任务');
      if (task.ended_at !== null)
        return (await receipt(trx, caller, { task, request })) ?? (await taskClosed(trx, caller, task));
      const refused = await whyNot(trx, caller, { claim, task, request });
      if (refused) return refused;
      const actingFor = await actsFor(trx, task, caller.personId);
      const conflicted = await whyConflictedAt(trx, task, [
        caller.personId,
        ...(actingFor === null ? [] : [actingFor]),
      ]);
      if (conflicted) return conflicted;
      const outcome = settle(stage.map((t) => (t.id === taskId ? request.outcome : t.outcome)));
      await record(trx, { caller, claim, task, request, outcome, now, actingFor });
      return { ok: true, value: answer(task, request.decisionId, request.outcome, now, outcome) };
    });
  } catch (error) {
    return becauseOfConduct(error);
  }
}

type StageTask = Pick<
  TaskRow,
  | 'id'
  | 'claim_id'
  | 'stage_seq'
  | 'stage_kind'
  | 'organisation_id'
  | 'capacity'
  | 'state'
  | 'assignee_id'
  | 'declarant_id'
  | 'version'
  | 'ended_at'
  | 'standing_in_for'
> & {
  decision_id: DecisionRow['id'] | null;
  decided_by: string | null;
  decided_at: Date | null;
  outcome: Outcome | null;
  /** Pieces of evidence of the version under review that the person has not opened (未阅). */
  unseen: number;
};

/** The task's whole stage with the decisions that stand, so that settling is counted under the lock; a task being claimed is waited for. */
async function tasksOfStage(trx: Db, taskId: string, personId: string): Promise<StageTask[]> {
  const { rows } = await sql<StageTask>`
    select t.id, t.claim_id, t.stage_seq, t.stage_kind, t.organisation_id, t.capacity, t.state, t.assignee_id, t.declarant_id, t.version, t.ended_at, t.standing_in_for,
      d.id as decision_id, d.decided_by, d.decided_at, d.outcome,
      ${unseenOf('t', personId)} as unseen
    from task asked
    join task t on t.claim_id = asked.claim_id and t.stage_seq = asked.stage_seq
    left join decision d on d.task_id = t.id and d.superseded_at is null
    where asked.id = ${taskId}
    for no key update of t`.execute(trx);
  return rows;
}

/** The checks a person can be told about; what must never be false is a constraint as well. */
async function whyNot(trx: Db, caller: Caller, { claim, task, request }: Pick<Deed, 'claim' | 'task' | 'request'>) {
  if (task.declarant_id === caller.personId) {
    return refuse('own-claim', '不能审核本人的申报。', '请由本机构其他审核人员办理；系统已保留您填写的意见。', {
      provision: '23',
    });
  }
  const freed = await freedFor(trx, task, caller.personId);
  const isFree = task.assignee_id === caller.personId || freed.vacant || freed.standsInFor !== null;
  if (task.state === 'claimed' && !isFree) {
    return refuse('task-claimed-by-other', '这项任务已由同事认领。', '请办理其他任务，或请该同事释放、转办。');
  }
  if (task.version !== request.version) {
    return refuse('version-changed', '申报人已更新申报内容，您看到的不是最新版本。', '请刷新后核对最新内容再办理。', {
      more: { version: task.version },
    });
  }
  const refused = (await whyNotReasons(trx, claim, request)) ?? (await whyNotHours(trx, claim, request));
  // A return or a rejection may be about just what cannot be looked at.
  if (refused || request.outcome !== 'approve') return refused;
  return whyUnseen(task.unseen, '请逐份打开证明材料后再同意；打不开或看不清的，请退回补正。');
}

/** Nobody decides on a paper of their own; nor does anybody in the place of somebody who may not (代理: the rules judge both). */
async function whyConflictedAt(
  trx: Db,
  { claim_id, stage_kind, declarant_id: personId }: StageTask,
  people: readonly string[],
) {
  const conflict = await whyBarred(trx, people, { kind: 'review', personId, claimIds: [claim_id] });
  if (conflict) return { ok: false as const, refusal: conflict };
  const [, absent] = people;
  if (absent === undefined) return null;
  const { rows } = await sql`
    select 1 from reviewer_of_claim where claim_id = ${claim_id} and person_id = ${absent} and stage_kind <> ${stage_kind}
    union all select 1 from claim_recusal where claim_id = ${claim_id} and person_id = ${absent}`.execute(trx);
  if (rows.length === 0) return null;
  return refuse(
    'acted-at-other-stage',
    '被代理人不能办理这份申报，因此也不能代理。',
    '请先释放，再以本人名义办理，或由其他审核人员办理。',
    {
      provision: '23',
    },
  );
}

/** The same decision sent again is answered again, as it was, whatever others decided since; null for any other. */
async function receipt(
  trx: Db,
  caller: Caller,
  { task, request }: Pick<Deed, 'task' | 'request'>,
): Promise<Outcomes<DecisionReceipt> | null> {
  if (task.decision_id !== request.decisionId || task.decided_by !== caller.personId) return null;
  if (task.outcome === null || task.decided_at === null) return null;
  const settlement = await trx
    .selectFrom('act')
    .select('outcome')
    .where('claim_id', '=', task.claim_id)
    .where('kind', '=', 'stage-settled')
    .where('stage_seq', '=', task.stage_seq)
    .where('actor_id', '=', task.decided_by)
    .where('at', '=', task.decided_at)
    .executeTakeFirst();
  const stageOutcome = settlement?.outcome ?? null;
  return { ok: true, value: answer(task, request.decisionId, task.outcome, task.decided_at, stageOutcome) };
}

/** Who did what meanwhile, when, and what to do now. The reviewer's text stays on their page. */
async function taskClosed(trx: Db, caller: Caller, task: StageTask) {
  const { words, by } = await whyEnded(trx, task, caller.personId);
  const next = '请继续办理下一项；您填写的意见仍保留在页面上。';
  if (by === null) return refuse('task-closed', `${words}，这项任务已关闭。`, next);
  const more = { by: by.name, organisation: by.organisation, outcome: by.outcome, at: by.at };
  return refuse('task-closed', `${words}，这项任务已结束。`, next, { more });
}

const answer = (
  task: StageTask,
  decisionId: string,
  outcome: Outcome,
  at: Date,
  stageOutcome: SettledOutcome | null,
): DecisionReceipt => ({
  decisionId,
  taskId: task.id,
  claimId: task.claim_id,
  outcome,
  decidedAt: at.toISOString(),
  stageOutcome,
});

type Deed = {
  caller: Caller;
  claim: LockedClaim;
  task: StageTask;
  request: DecisionRequest;
  outcome: SettledOutcome | null;
  now: Date;
  /** In whose place (代理); null for oneself. */
  actingFor: string | null;
};

/** Decision, task, stage, act, timeline, audit and ring: one statement. */
async function record(trx: Db, { caller, claim, task, request, outcome, now, actingFor }: Deed): Promise<void> {
  const of = {
    organisationId: task.organisation_id,
    detail: {
      outcome: request.outcome,
      lowered: request.hours.length,
      ...(actingFor === null ? {} : { for: actingFor }),
    },
  };
  const seq = claim.act_seq + 1;
  // What is decided in somebody's place (代理) is their part in the claim too.
  const actors = actingFor === null ? [caller.personId] : [caller.personId, actingFor];
  await sql`
    with reviewer as (
      insert into reviewer_of_claim (claim_id, person_id, stage_kind)
      select ${claim.id}, x, ${task.stage_kind} from unnest(${sql.val(actors)}::uuid[]) x
      on conflict (claim_id, person_id) do nothing),
    decided as (
      insert into decision (id, task_id, claim_id, stage_seq, stage_kind, version, declarant_id, decided_by, organisation_id, capacity,
                            outcome, hours, reasons, comment, decided_at, acting_for)
      values (${request.decisionId}, ${task.id}, ${claim.id}, ${task.stage_seq}, ${task.stage_kind}, ${task.version}, ${task.declarant_id},
              ${caller.personId}, ${task.organisation_id}, ${task.capacity}, ${request.outcome}, ${JSON.stringify(request.hours)}::jsonb,
              ${JSON.stringify(request.reasons)}::jsonb, ${request.comment}, ${now}, ${actingFor}::uuid)),
    ended as (
      update task set state = case when id = ${task.id} then 'decided' else 'closed' end, ended_at = ${now},
        assignee_id = case when id = ${task.id} then ${caller.personId}::uuid else assignee_id end
      where claim_id = ${claim.id} and stage_seq = ${task.stage_seq} and state in ('open', 'claimed')
        and (id = ${task.id} or ${outcome !== null})),
    ${outcome === null ? sql`` : settledCtes(claim, task, { outcome, seq, now, actorId: caller.personId })}
    ${timelineCte({ claimId: claim.id, at: now, kind: 'decided', actorId: caller.personId, stageSeq: task.stage_seq, ...of })},
    ${auditCte(caller, { action: `task.${request.outcome}`, subjectKind: 'task', subjectId: task.id, ...of })}
    ${outcome === null ? sql`select 1` : ring(claim.id, { seq, kind: 'stage-settled', stageKind: task.stage_kind, outcome })}`.execute(
    trx,
  );
}

const settledCtes = (
  claim: LockedClaim,
  task: StageTask,
  { outcome, seq, now, actorId }: { outcome: SettledOutcome; seq: number; now: Date; actorId: string },
) => sql`
    settled as (
      update stage set settled_at = ${now}, outcome = ${outcome} where claim_id = ${claim.id} and seq = ${task.stage_seq}),
    moved as (update claim set act_seq = ${seq}, updated_at = ${now} where id = ${claim.id}),
    done as (
      insert into act (claim_id, seq, kind, stage_seq, outcome, actor_id, at)
      values (${claim.id}, ${seq}, 'stage-settled', ${task.stage_seq}, ${outcome}, ${actorId}, ${now})),`;
