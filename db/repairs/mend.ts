import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { RepairKind, RepairWish } from '../../contract/repairs.ts';
import { dayInWords, legalDay } from '../../rules/calendar.ts';
import { stagesToMoveTo } from '../../rules/repair.ts';
import type { Plan } from '../../rules/routing.ts';
import { codes, STAGE_KINDS, type StageKind } from '../../rules/vocabulary.ts';
import { refuse } from '../acts/caller.ts';
import { tell } from '../acts/notices.ts';
import { recordedRing, ring } from '../acts/trail.ts';
import { certificatesFollow } from '../certificates.ts';
import type { Db } from '../connect.ts';
import { lockYear, recomputeYear, yearNow } from '../ledger.ts';
import { remedyOf } from '../rejection.ts';
import type { Subject } from '../repairs.ts';
import { tracedJob } from '../spans.ts';
import { reassign } from './reassign.ts';

/** The repairs, each in the transaction of its caller, with the subject locked and as it was shown. */

export type Mending = RepairWish & {
  reason: string;
  actor: { personId: string; requestId: string };
  /** Who confirmed it; nobody yet in a dry run. */
  confirmedBy?: string | null;
};
type Mend = (trx: Db, subject: Subject, mending: Mending) => Promise<Outcomes<string[]>>;

export const mend: Mend = (trx, subject, mending) => MENDS[mending.kind](trx, subject, mending);

const follows = (...words: string[]): Outcomes<string[]> => ({ ok: true, value: words });
const misfit = (detail: string, fix: string) => refuse('repair-misfit', detail, fix);
const GONE = misfit('这个事项已经不存在。', '请刷新列表。');
const UNCHANGED = '事项的状态、环节和学时都不改变。';

/** Rings for the act that waits, or for a look at the record where none does. */
const resignal: Mend = async (trx, { claimId, kind, subjectId }) => {
  if (claimId !== null && kind === 'claim')
    await sql`
      select graphile_worker.add_job('ring', ${recordedRing(sql`c.id`, sql`least(c.applied_seq + 1, c.act_seq)`)}, job_key := 'ring-again:' || c.id)
      from claim c where c.id = ${claimId}`.execute(trx);
  else await look(trx, kind, subjectId);
  return follows('流程重新读取记录，从未执行的一步继续。', UNCHANGED);
};

const look = (trx: Db, kind: string, id: string): Promise<unknown> =>
  sql`
    select graphile_worker.add_job('look', ${tracedJob({ caseKind: kind, caseId: id })}::json, job_key := ${`look:${kind}/${id}`})`.execute(
    trx,
  );

const rebuild: Mend = async (trx, { claimId, kind, subjectId }) => {
  if (claimId !== null && kind === 'claim')
    await sql`
      select graphile_worker.add_job('rebuild', ${tracedJob({ claimId })}::json, job_key := ${`rebuild:${claimId}`})`.execute(
      trx,
    );
  else
    await sql`
      select graphile_worker.add_job('rebuild', ${tracedJob({ caseKind: kind, caseId: subjectId })}::json,
                                     job_key := ${`rebuild:${kind}/${subjectId}`})`.execute(trx);
  return follows('结束原有流程（如有），按记录重新开始一个流程；到期日仍按记录计算。', UNCHANGED);
};

const retry: Mend = async (trx, subject, mending) => {
  switch (subject.kind) {
    case 'job':
      return retryJob(trx, subject.subjectId);
    case 'notice':
      return resend(trx, subject.subjectId);
    case 'certificate':
      await sql`update certificate_case set closed_at = now() where certificate_id = ${subject.subjectId} and closed_at is null`.execute(
        trx,
      );
      return follows('持证人下次下载时重新打印；仍缺字的会再次列出。', '证书内容不改变。');
    case 'claim':
    case 'complaint':
    case 'task':
    case 'deferral':
    case 'person-year':
    case 'reconsideration':
    case 'rectification':
    case 'sanction':
    case 'statistic':
    case 'title-order':
      return resignal(trx, subject, mending);
  }
};

async function retryJob(trx: Db, jobId: string): Promise<Outcomes<string[]>> {
  const { rows } = await sql`
    select id from graphile_worker.reschedule_jobs(array[${jobId}::bigint], run_at := now(), attempts := 0)`.execute(
    trx,
  );
  return rows.length === 0 ? GONE : follows('消息立即重新送达流程。', UNCHANGED);
}

async function resend(trx: Db, key: string): Promise<Outcomes<string[]>> {
  const [noticeId = '', channel = ''] = key.split('/');
  const { rows } = await sql`
    update notice_delivery set state = 'waiting', next_at = now(), attempts = 0
    where notice_id = ${noticeId}::uuid and channel = ${channel} and (state = 'failed' or (state = 'sending' and at < now() - interval '10 minutes'))
    returning notice_id`.execute(trx);
  return rows.length === 0 ? GONE : follows('一分钟内重新发送；此前可能已经送到的，收件人会收到两次。');
}

const closeTask: Mend = async (trx, { subjectId }) => {
  const { rows } = await sql<{ id: string }>`
    update task t set state = 'closed', ended_at = now() from stage s join claim c on c.id = s.claim_id
    where t.id = ${subjectId}::uuid and t.state in ('open', 'claimed') and s.claim_id = t.claim_id and s.seq = t.stage_seq
      and (s.settled_at is not null or c.ended_at is not null or c.stage_seq <> t.stage_seq) returning t.id`.execute(
    trx,
  );
  return rows.length === 0 ? GONE : follows('审核人员的待办中不再列出这项任务。', '申报的结果不改变。');
};

const claimOf = (trx: Db, claimId: string | null) =>
  trx
    .selectFrom('claim')
    .select([
      'id',
      'state',
      'act_seq',
      'applied_seq',
      'person_id',
      'title',
      'plan',
      'version',
      'ended_at',
      'withdrawn_at',
    ])
    .where('id', '=', claimId)
    .executeTakeFirst();

/**
 * Opens the stage, or an earlier one, anew: what was decided there and later on this version counts no more, and all its tasks are done again.
 * The act is the record's; the stage is opened by the workflow.
 */
const move: Mend = async (trx, { claimId }, { toStage: asked, actor }) => {
  const claim = await claimOf(trx, claimId);
  if (!claim?.plan || claim.ended_at !== null) return GONE;
  if (claim.applied_seq < claim.act_seq)
    return misfit('申报还有一步没有执行完，不能调整环节。', '请先立即重试或按记录重建流程。');
  const may = stagesToMoveTo(claim.plan, claim.state);
  const toStage = asked ?? may.at(-1);
  if (toStage === undefined || !may.includes(toStage))
    return misfit('只能重新开启当前环节或此前的环节，不能越过审核。', '请从列出的环节中选择。');
  const later = claim.plan.stages.slice(claim.plan.stages.findIndex((stage) => stage.kind === toStage));
  const seq = claim.act_seq + 1;
  await sql`
    with gone as (
      update decision set superseded_at = now()
      where claim_id = ${claim.id} and version = ${claim.version} and superseded_at is null
        and stage_kind = any (${sql.val(later.map((stage) => stage.kind))}::text[])),
    settled as (update stage set settled_at = now(), outcome = 'superseded' where claim_id = ${claim.id} and settled_at is null),
    closed as (update task set state = 'closed', ended_at = now() where claim_id = ${claim.id} and state in ('open', 'claimed')),
    done as (
      insert into act (claim_id, seq, kind, target, actor_id, at) values (${claim.id}, ${seq}, 'moved', ${toStage}, ${actor.personId}, now())),
    told as (
      insert into timeline (claim_id, at, kind, actor_id, organisation_id, detail)
      values (${claim.id}, now(), 'moved', ${actor.personId}, 'hrss-420000', ${JSON.stringify({ stage: toStage })}::jsonb)),
    acted as (update claim set act_seq = ${seq}, updated_at = now() where id = ${claim.id})
    ${ring(claim.id, { seq, kind: 'moved', stageKind: toStage, outcome: null })}`.execute(trx);
  const detail = { claimId: claim.id, title: claim.title, stage: STAGE_KINDS[toStage] };
  await tell(trx, [{ personId: claim.person_id, kind: 'claim-moved', key: `${claim.id}/${seq}`, detail }]);
  return follows(...(await opened(trx, claim.plan.stages, toStage)), '首次提交日期不变；待审核的学时不计入年度。');
};

async function opened(trx: Db, stages: Plan['stages'], toStage: StageKind): Promise<string[]> {
  const tasks = stages.find((stage) => stage.kind === toStage)?.tasks ?? [];
  const bodies = await trx
    .selectFrom('organisation')
    .select('name')
    .where('id', '=', sql<string>`any (${sql.val(tasks.map((task) => task.organisationId))}::text[])`)
    .orderBy('name')
    .execute();
  const who = bodies.map((body) => body.name).join('、') || '（没有登记的机构）';
  return [
    `流程重新开启${STAGE_KINDS[toStage]}，由${who}办理，办理期限重新计算。`,
    '该环节及以后已作出的决定不再有效，须重新作出。',
  ];
}

/**
 * The claim ends here, whatever its workflow does; it finds the claim at its end. No hours are counted, nobody has judged it: so it can be
 * reviewed (复核, D-54) by an officer who had no part in the closing, and how it stood is kept for that.
 */
const close: Mend = async (trx, { claimId }, { reason, actor, confirmedBy = null }) => {
  const claim = await claimOf(trx, claimId);
  if (!claim?.plan || claim.ended_at !== null) return GONE;
  if (claim.withdrawn_at !== null)
    return misfit('申报人已撤回这份申报，只差流程办结，不能终止。', '请立即重试或按记录重建流程。');
  const seq = claim.act_seq + 1;
  await sql`
    with stood as (
      select ${claim.id}::uuid as claim_id, (select max(seq) from stage where claim_id = ${claim.id} and settled_at is null) as stage_seq,
        case when ${claim.state} = any (${sql.val(codes(STAGE_KINDS))}::text[]) then ${claim.state} else 'first-review' end as stage_kind),
    kept as (
      insert into claim_closing (claim_id, closed_seq, state, applied_seq, stage_seq, stage_kind, reason, proposed_by, confirmed_by)
      select claim_id, ${seq}, ${claim.state}, ${claim.applied_seq}, stage_seq, stage_kind, ${reason}, ${actor.personId}, ${confirmedBy}::uuid from stood),
    parts as (
      insert into reviewer_of_claim (claim_id, person_id, stage_kind)
      select claim_id, p, stage_kind from stood, unnest(array[${actor.personId}::uuid, ${confirmedBy}::uuid]) as p where p is not null
      on conflict do nothing),
    settled as (update stage set settled_at = now(), outcome = 'superseded' where claim_id = ${claim.id} and settled_at is null),
    closed as (update task set state = 'closed', ended_at = now() where claim_id = ${claim.id} and state in ('open', 'claimed')),
    done as (insert into act (claim_id, seq, kind, actor_id, at) values (${claim.id}, ${seq}, 'closed', ${actor.personId}, now())),
    ended as (
      update claim set state = 'rejected', act_seq = ${seq}, applied_seq = ${seq}, correction_due_at = null, ended_at = now(), updated_at = now()
      where id = ${claim.id})
    ${ring(claim.id, { seq, kind: 'closed', stageKind: null, outcome: null })}`.execute(trx);
  const remedy = await remedyOf(trx, claim.id, legalDay(Date.now()));
  await sql`
    insert into timeline (claim_id, at, kind, actor_id, organisation_id, detail)
    values (${claim.id}, now(), 'closed', ${actor.personId}, 'hrss-420000', ${JSON.stringify({ reason, ...remedy })}::jsonb)`.execute(
    trx,
  );
  const until = remedy && { body: remedy.body, until: dayInWords(remedy.untilOn) };
  const detail = { claimId: claim.id, title: claim.title, reason, ...until };
  await tell(trx, [{ personId: claim.person_id, kind: 'claim-closed', key: `${claim.id}/${seq}`, detail }]);
  return follows(
    '申报以“不予认定”办结，没有计入学时；在申报期内可以重新申报同一活动。',
    until
      ? `申报人可在${until.until}24时前向${until.body}申请一次复核，由未参与终止的工作人员办理；撤销的，申报回到现在的环节继续办理（系统默认解释 D-54）。`
      : '这份申报已用过一次复核，不能再申请。',
  );
};

const recompute: Mend = async (trx, { personId, year, findingId }) => {
  if (personId === null || year === null) return GONE;
  await recomputeYear(trx, { personId, year, on: legalDay(Date.now()) }, findingId);
  return follows('按冻结的认定内容重新计算；有差异的以调整分录记入台账，原分录保留。', '证书随年度结果更新。');
};

const reissue: Mend = async (trx, { personId, year }) => {
  if (personId === null || year === null) return GONE;
  const of = { personId, year, on: legalDay(Date.now()) };
  await lockYear(trx, of);
  await certificatesFollow(trx, [{ ...of, result: await yearNow(trx, of) }]);
  return follows('年度仍完成的，换发新证书，旧证书失效；不再完成的，撤销证书。');
};

/** In the dry run too it is only asked for: counting everything anew makes writers wait. */
const recount: Mend = async (trx) => {
  await sql`select graphile_worker.add_job('recount', '{}'::json, job_key := 'recount')`.execute(trx);
  return follows('按记录重新汇总全部统计，期间写入暂停数秒。', '台账和证书不改变。');
};

const MENDS: Readonly<Record<RepairKind, Mend>> = {
  retry,
  resignal,
  rebuild,
  reassign,
  'close-task': closeTask,
  move,
  close,
  recompute,
  reissue,
  recount,
};
