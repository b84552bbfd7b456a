import { sql } from 'kysely';
import { asActivity } from '../../contract/declarations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type {
  ReconsiderationDecided,
  ReconsiderationDecision,
  ReconsiderationRequested,
} from '../../contract/reconsiderations.ts';
import { legalDay } from '../../rules/calendar.ts';
import { claimYears, stageDueOn } from '../../rules/deadlines.ts';
import {
  RECONSIDERATION_BASIS,
  RECONSIDERATION_OUTCOMES,
  RECONSIDERATION_REFUSALS,
  RECONSIDERATION_STATES,
  type ReconsiderationRefusal,
  reconsiderationDueOn,
  whyNotReconsider,
} from '../../rules/reconsideration.ts';
import { CANCELLING_STATES } from '../../rules/sanction.ts';
import { settle } from '../../rules/stages.ts';
import type { Outcome } from '../../rules/vocabulary.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import { declaredBy } from '../declared.ts';
import { reconsiderationOfficers, reconsiders } from '../reconsideration-officers.ts';
import { isEndedBySanction, type Rejection, rejectionOf } from '../rejection.ts';
import type { ClaimRow } from '../schema.ts';
import { unseenOf } from '../seen.ts';
import type { ReconsiderationRow } from '../tables/reconsiderations.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { becauseOfConduct } from './conduct.ts';
import { absorbed, duplicateOpenClaim, isOneOpenClaim } from './conflicts.ts';
import { giveBack } from './give-back.ts';
import { tell } from './notices.ts';
import { whyUnseen } from './seen.ts';
import { auditCte, caseEventCte, lookAt, ring } from './trail.ts';

/**
 * Review of a rejection (复核): the declarant asks once, the next higher body decides, another officer. What overturns the rejection takes
 * its place: the claim goes on from the stage that had rejected it, with those who had not approved yet; nobody is asked twice.
 */

/** The declarant asks for the review of the rejection. Sent again with the same `requestKey` it answers the same. */
export async function requestReconsideration(
  db: Db,
  caller: Caller,
  { claimId, grounds, requestKey }: { claimId: string; grounds: string; requestKey: string },
  now = new Date(),
): Promise<Outcomes<ReconsiderationRequested>> {
  try {
    return await db.transaction().execute(async (trx) => {
      const claim = await lockClaim(trx, claimId);
      if (!claim || claim.person_id !== caller.personId) return notFound('份申报');
      const earlier = await byClaim(trx, claimId);
      if (earlier?.request_key === requestKey) return { ok: true, value: answerOf(earlier) };
      if ((await holdPerson(trx, claim.person_id)) !== claim.person_id) return absorbed();
      const rejection = claim.state === 'rejected' ? await rejectionOf(trx, claimId) : undefined;
      const today = legalDay(now.getTime());
      const rejectedOn = rejection && claim.ended_at ? legalDay(claim.ended_at.getTime()) : null;
      const isSanctioned = await isEndedBySanction(trx, claimId);
      const refused = whyNotReconsider({ rejectedOn, asked: earlier !== undefined, isSanctioned, today });
      if (refused) return refuseBy(refused);
      if (!rejection?.reviewedBy) return noBody();
      const body = rejection.reviewedBy.id;
      return {
        ok: true,
        value: answerOf(await open(trx, caller, { claim, rejection, body, grounds, requestKey, now })),
      };
    });
  } catch (error) {
    if (isOneOpenClaim(error)) return duplicateOpenClaim();
    throw error;
  }
}

type Request = {
  claim: ClaimRow;
  rejection: Rejection;
  body: string;
  grounds: string;
  requestKey: string;
  now: Date;
};

async function open(
  trx: Db,
  caller: Caller,
  { claim, rejection, body, grounds, requestKey, now }: Request,
): Promise<ReconsiderationRow> {
  const today = legalDay(now.getTime());
  const { dueOn, escalateOn, calendar } = reconsiderationDueOn(today);
  const row = await trx
    .insertInto('reconsideration')
    .values({
      claim_id: claim.id,
      person_id: claim.person_id,
      rejection_id: rejection.decisionId,
      closing_seq: rejection.closedSeq,
      rejected_by: rejection.organisationId,
      stage_kind: rejection.stageKind,
      organisation_id: body,
      grounds,
      request_key: requestKey,
      requested_at: now,
      due_on: dueOn,
      escalate_on: escalateOn,
      calendar,
      decision_id: null,
      decided_by: null,
      reason: null,
      article: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const detail = { dueOn, organisation: rejection.reviewedBy?.name ?? '' };
  await sql`
    with moved as (update claim set reconsidering = true, updated_at = ${now} where id = ${claim.id}),
    noted as (
      insert into timeline (claim_id, at, kind, actor_id, stage_seq, detail)
      values (${claim.id}, ${now}, 'reconsideration-requested', ${caller.personId}, ${claim.stage_seq}, ${JSON.stringify(detail)}::jsonb)),
    ${caseEventCte({ caseKind: 'reconsideration', caseId: row.id, kind: 'requested', actorId: caller.personId, detail: { dueOn } })},
    ${auditCte(caller, { action: 'reconsideration.requested', subjectKind: 'reconsideration', subjectId: row.id, organisationId: body, detail: { claimId: claim.id } })}
    ${lookAt('reconsideration', row.id)}`.execute(trx);
  await tellOfficers(trx, { claim, rejection, row });
  return row;
}

async function tellOfficers(
  trx: Db,
  { claim, rejection, row }: Pick<Request, 'claim' | 'rejection'> & { row: ReconsiderationRow },
): Promise<void> {
  const today = legalDay(row.requested_at.getTime());
  const officers = await reconsiderationOfficers(trx, {
    claimId: claim.id,
    organisationId: row.organisation_id,
    today,
  });
  await tell(
    trx,
    officers.map((personId) => ({
      personId,
      kind: 'reconsideration-to-decide' as const,
      key: row.id,
      detail: {
        title: claim.title,
        organisation: rejection.organisationName,
        due: row.due_on,
        path: '/reconsiderations',
      },
    })),
  );
}

/** The higher body upholds the rejection, or overturns it, with the reason and the article. Sent again with the same `decisionId` it answers the same. */
export async function decideReconsideration(
  db: Db,
  caller: Caller,
  { id, ...decision }: ReconsiderationDecision & { id: string },
  now = new Date(),
): Promise<Outcomes<ReconsiderationDecided>> {
  try {
    return await db.transaction().execute(async (trx) => {
      const found = await trx.selectFrom('reconsideration').select('claim_id').where('id', '=', id).executeTakeFirst();
      const claim = found && (await lockClaim(trx, found.claim_id));
      const review = claim && (await byClaim(trx, claim.id));
      if (!claim || !review || !reconsiders(caller, review)) return notFound('份复核');
      if (review.state !== 'requested') return sameAnswer(caller, review, decision) ?? alreadyDecided(trx, review);
      const barred = await whyNotDecide(trx, caller, { claim, review, outcome: decision.outcome });
      if (barred) return barred;
      const deed = { claim, review, decision, now };
      await write(trx, caller, deed);
      if (decision.outcome === 'overturn') await (review.closing_seq === null ? goOn : reopen)(trx, caller, deed);
      await tellResult(trx, deed);
      const state = STATE_AFTER[decision.outcome];
      return { ok: true, value: { id, claimId: claim.id, state, decidedAt: now.toISOString() } };
    });
  } catch (error) {
    return becauseOfConduct(error);
  }
}

type Asked = Pick<Deed, 'claim' | 'review'> & { outcome: ReconsiderationDecision['outcome'] };

/**
 * Who may not decide whatever their office (Art. 23); a year that is cancelled (Art. 21) takes no claim back into review; and what stands
 * for an approval asks the evidence looked at like any other.
 */
async function whyNotDecide(trx: Db, caller: Caller, { claim, review, outcome }: Asked) {
  const matter = { kind: 'reconsideration', personId: claim.person_id, claimIds: [claim.id] } as const;
  const refusal = await whyBarred(trx, [caller.personId], matter);
  if (refusal) return { ok: false as const, refusal };
  if (outcome === 'uphold') return null;
  if (await isOfCancelledYears(trx, claim))
    return refuse(
      'year-cancelled',
      '该年度的学时已因弄虚作假取消，撤销不予认定后这份申报也不能认定学时。',
      '请维持原决定；当事人已对处理申诉的，请等申诉答复后再决定。',
      { provision: '21' },
    );
  const unseen = await unseenOfRejection(trx, review, caller.personId);
  return whyUnseen(unseen, '请逐份打开证明材料后再撤销原决定；打不开或看不清的，请维持原决定并写明。');
}

/** How many pieces of the rejected version the officer has not opened; none of a closing, whose overturning approves nothing. */
async function unseenOfRejection(trx: Db, { rejection_id }: ReconsiderationRow, personId: string): Promise<number> {
  const { rows } = await sql<{ unseen: number }>`
    select ${unseenOf('d', personId)} as unseen from decision d where d.id = ${rejection_id}`.execute(trx);
  return rows[0]?.unseen ?? 0;
}

/** Whether every year the claim is for is cancelled; a decision on the person's fraud at the same moment is waited for. */
async function isOfCancelledYears(trx: Db, claim: ClaimRow): Promise<boolean> {
  const personId = await holdPerson(trx, claim.person_id);
  const rows = await trx
    .selectFrom('sanction')
    .select('year')
    .where('person_id', '=', personId)
    .where('state', 'in', CANCELLING_STATES)
    .execute();
  const cancelled = new Set(rows.map((row) => row.year));
  return claimYears(asActivity(declaredBy(claim), true)).every((year) => cancelled.has(year));
}

/** Who is meant by a registration, held until the end: a merge or a decision on their fraud waits, as it does for a submission. */
async function holdPerson(trx: Db, registration: string): Promise<string> {
  const identity = () =>
    trx.selectFrom('person_identity').select('person_id').where('own_id', '=', registration).executeTakeFirstOrThrow();
  const before = await identity();
  await trx.selectFrom('person').select('id').where('id', '=', before.person_id).forShare().execute();
  return (await identity()).person_id;
}

const STATE_AFTER = { uphold: 'upheld', overturn: 'overturned' } as const;

type Deed = { claim: ClaimRow; review: ReconsiderationRow; decision: ReconsiderationDecision; now: Date };

/**
 * The decision on record. The officer's part in the claim is inserted plainly: somebody who has had one fails on its key, so that nobody
 * decides who acted on the claim before, and who decides acts at no other stage of it.
 */
async function write(trx: Db, caller: Caller, { claim, review, decision, now }: Deed): Promise<void> {
  const state = STATE_AFTER[decision.outcome];
  const { reason, article } = decision;
  const of = { organisationId: review.organisation_id, detail: { article } };
  await sql`
    insert into reviewer_of_claim (claim_id, person_id, stage_kind) values (${claim.id}, ${caller.personId}, ${review.stage_kind})`.execute(
    trx,
  );
  await sql`
    with decided as (
      update reconsideration set state = ${state}, decision_id = ${decision.decisionId}, decided_by = ${caller.personId}, decided_at = ${now},
        reason = ${reason}, article = ${article}
      where id = ${review.id}),
    moved as (
      update claim set reconsidering = false, updated_at = ${now},
        state = case when ${state === 'overturned'} then ${review.stage_kind} else state end,
        ended_at = case when ${state === 'overturned'} then null else ended_at end
      where id = ${claim.id}),
    noted as (
      insert into timeline (claim_id, at, kind, actor_id, organisation_id, stage_seq, detail)
      values (${claim.id}, ${now}, ${`rejection-${state}`}, ${caller.personId}, ${review.organisation_id}, ${claim.stage_seq},
              ${JSON.stringify({ reason, article, ...(review.closing_seq !== null && { closing: true }) })}::jsonb)),
    ${caseEventCte({ caseKind: 'reconsideration', caseId: review.id, kind: state, actorId: caller.personId, organisationId: review.organisation_id, detail: { article } })},
    ${auditCte(caller, { action: `reconsideration.${state}`, subjectKind: 'reconsideration', subjectId: review.id, ...of })}
    ${lookAt('reconsideration', review.id)}`.execute(trx);
}

/**
 * The overturned rejection is superseded by the higher body's approval of the same task; the stage's other tasks open again, with a due
 * date of their own, or the stage is settled when nobody is left. The claim's workflow, which had ended, starts again by the ring.
 */
async function goOn(trx: Db, caller: Caller, { claim, review, decision, now }: Deed): Promise<void> {
  const { due, settled } = await replaceRejection(trx, caller, { claim, review, decision, now });
  const seq = claim.act_seq + 1;
  const last = settled ? seq + 1 : seq;
  await sql`
    with reopened as (
      update task set state = 'open', assignee_id = null, claimed_at = null, ended_at = null, due_on = ${due.dueOn}::date
      where claim_id = ${claim.id} and stage_seq = ${claim.stage_seq} and state = 'closed'),
    unsettled as (
      update stage set settled_at = ${settled ? now : null}, outcome = ${settled ? 'approved' : null}, due_on = ${due.dueOn}::date, calendar = ${due.calendar}
      where claim_id = ${claim.id} and seq = ${claim.stage_seq}),
    moved as (update claim set act_seq = ${last} where id = ${claim.id}),
    done as (
      insert into act (claim_id, seq, kind, stage_seq, outcome, actor_id, at)
      select ${claim.id}, x.seq, x.kind, ${claim.stage_seq}, x.outcome, ${caller.personId}, ${now}
      from (values (${seq}::int, 'overturned', null), (${seq + 1}::int, 'stage-settled', 'approved')) as x(seq, kind, outcome)
      where x.seq <= ${last}::int)
    ${ring(claim.id, { seq, kind: 'overturned', stageKind: review.stage_kind, outcome: null })}`.execute(trx);
}

/** An overturned closing: nobody had judged the claim, so it goes on as it stood, to those who had it then (D-54). */
async function reopen(trx: Db, caller: Caller, { claim, review, now }: Deed): Promise<void> {
  const closed = await trx
    .selectFrom('claim_closing')
    .selectAll()
    .where('claim_id', '=', claim.id)
    .where('closed_seq', '=', sql<number>`${review.closing_seq}`)
    .executeTakeFirstOrThrow();
  await giveBack(trx, caller, closed, {
    now,
    organisationId: review.organisation_id,
    because: { article: RECONSIDERATION_BASIS, interpretation: 'D-54', reconsiderationId: review.id },
  });
}

async function replaceRejection(trx: Db, caller: Caller, { claim, review, decision, now }: Deed) {
  await trx.updateTable('decision').set({ superseded_at: now }).where('id', '=', review.rejection_id).execute();
  await sql`
    insert into decision (id, task_id, claim_id, stage_seq, stage_kind, version, declarant_id, decided_by, organisation_id, capacity,
                          outcome, comment, decided_at)
    select ${decision.decisionId}, task_id, claim_id, stage_seq, stage_kind, version, declarant_id, ${caller.personId}, ${review.organisation_id},
           capacity, 'approve', ${decision.reason}, ${now}
    from decision where id = ${review.rejection_id}`.execute(trx);
  const { rows } = await sql<{ outcome: Outcome | null }>`
    select d.outcome from task t left join decision d on d.task_id = t.id and d.superseded_at is null
    where t.claim_id = ${claim.id} and t.stage_seq = ${claim.stage_seq}`.execute(trx);
  const settled = settle(rows.map((row) => row.outcome)) === 'approved';
  return { settled, due: stageDueOn(review.stage_kind, legalDay(now.getTime())) };
}

/** The declarant learns the result, and so does whoever rejected. */
async function tellResult(trx: Db, { claim, review, decision }: Deed): Promise<void> {
  const state = STATE_AFTER[decision.outcome];
  const { rows } = await sql<{ name: string; rejecter: string }>`
    select o.name, coalesce((select decided_by from decision where id = ${review.rejection_id}::uuid),
      (select proposed_by from claim_closing where claim_id = ${claim.id} and closed_seq = ${review.closing_seq}::int)) as rejecter
    from organisation o where o.id = ${review.organisation_id}`.execute(trx);
  const [names] = rows;
  if (!names) throw new Error('a review without its body');
  const detail = {
    claimId: claim.id,
    title: claim.title,
    organisation: names.name,
    outcome: RECONSIDERATION_OUTCOMES[decision.outcome],
  };
  await tell(trx, [
    { personId: claim.person_id, kind: `rejection-${state}` as const, key: review.id, detail },
    { personId: names.rejecter, kind: 'rejection-reviewed', key: review.id, detail },
  ]);
}

const lockClaim = (trx: Db, id: string): Promise<ClaimRow | undefined> =>
  trx.selectFrom('claim').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

const byClaim = (trx: Db, claimId: string): Promise<ReconsiderationRow | undefined> =>
  trx.selectFrom('reconsideration').selectAll().where('claim_id', '=', claimId).forNoKeyUpdate().executeTakeFirst();

const answerOf = ({ id, claim_id, state, due_on }: ReconsiderationRow): ReconsiderationRequested => ({
  id,
  claimId: claim_id,
  state,
  dueOn: due_on,
});

const refuseBy = (code: ReconsiderationRefusal) =>
  refuse(code, RECONSIDERATION_REFUSALS[code].message, RECONSIDERATION_REFUSALS[code].fix, {
    provision: RECONSIDERATION_BASIS,
  });

const noBody = () =>
  refuse('no-reviewing-body', '没有找到可受理复核的上一级机构。', '请联系省人力资源和社会保障厅登记该机构。', {
    provision: RECONSIDERATION_BASIS,
  });

function sameAnswer(
  caller: Caller,
  review: ReconsiderationRow,
  { decisionId }: ReconsiderationDecision,
): Outcomes<ReconsiderationDecided> | null {
  if (review.decision_id !== decisionId || review.decided_by !== caller.personId || review.decided_at === null)
    return null;
  const { id, claim_id: claimId, state, decided_at } = review;
  return { ok: true, value: { id, claimId, state, decidedAt: decided_at.toISOString() } };
}

async function alreadyDecided(trx: Db, { state, decided_by, decided_at }: ReconsiderationRow) {
  const officer = await trx.selectFrom('person').select('name').where('id', '=', decided_by).executeTakeFirst();
  const at = decided_at?.toISOString() ?? '';
  return refuse(
    'case-moved',
    `${officer?.name ?? ''}已于${legalDay(at)}办结这份复核：${RECONSIDERATION_STATES[state]}。`,
    '请刷新列表，办理下一份；您填写的意见仍保留在页面上。',
    { more: { by: officer?.name ?? '', at, state } },
  );
}
