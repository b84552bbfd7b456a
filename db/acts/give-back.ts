import { type RawBuilder, sql } from 'kysely';
import type { AuditFacts } from '../../contract/audit-detail.ts';
import { legalDay } from '../../rules/calendar.ts';
import { restoredUntil } from '../../rules/sanction.ts';
import type { Db } from '../connect.ts';
import type { ClosingRow } from '../tables/sanctions.ts';
import type { Caller } from './caller.ts';
import { auditCte, ring, timelineCte } from './trail.ts';

/** Gives back a claim that was ended without being judged: by a sanction that is lifted (D-44), or by an administrator's closing that is overturned (D-54). */

type Closed = Omit<ClosingRow, 'sanction_id'>;
type Because = { article: string; interpretation: 'D-44' | 'D-54' } & Pick<
  AuditFacts,
  'sanctionId' | 'reconsiderationId'
>;

/**
 * The claim as it stood, its stage or correction with a period of its own. Acts that nobody had carried out yet when it was closed are
 * repeated after this one, in their order.
 * @returns until when a correction may be made, where the claim stood in one
 */
export async function giveBack(
  trx: Db,
  caller: Caller,
  closed: Closed,
  { now, organisationId, because }: { now: Date; organisationId: string; because: Because },
): Promise<{ correctionDueAt: string | null }> {
  const { claim_id: claimId, state, stage_seq: stageSeq } = closed;
  const until = restoredUntil(state, legalDay(now.getTime()));
  const correctionDueAt = 'correctionDueAt' in until ? until.correctionDueAt : null;
  const term = stageSeq !== null && 'dueOn' in until ? { seq: stageSeq, ...until } : null;
  const restored = closed.closed_seq + 1;
  const pending = closed.closed_seq - 1 - closed.applied_seq;
  const shift = restored - closed.applied_seq;
  const detail = {
    interpretation: because.interpretation,
    ...(correctionDueAt !== null && { dueAt: correctionDueAt }),
    ...(term !== null && { dueOn: term.dueOn }),
  };
  await sql`
    with moved as (
      update claim set state = ${state}, act_seq = ${restored + pending}, applied_seq = ${restored}, ended_at = null,
        correction_due_at = ${correctionDueAt}::timestamptz, updated_at = ${now},
        taken_back_seq = case when taken_back_seq > ${closed.applied_seq} then taken_back_seq + ${shift}::int else taken_back_seq end
      where id = ${claimId}),
    ${term === null ? sql`` : reopeningCtes(claimId, term)}
    done as (
      insert into act (claim_id, seq, kind, actor_id, at) values (${claimId}, ${restored}, 'restored', ${caller.personId}, ${now})),
    again as (
      insert into act (claim_id, seq, kind, stage_seq, outcome, actor_id, at)
      select claim_id, seq + ${shift}::int, kind, stage_seq, outcome, actor_id, at from act
      where claim_id = ${claimId} and seq > ${closed.applied_seq} and seq < ${closed.closed_seq}),
    ${timelineCte({ claimId, at: now, kind: 'restored', actorId: caller.personId, organisationId, stageSeq: term?.seq, detail })},
    ${auditCte(caller, {
      action: 'claim.restored',
      subjectKind: 'claim',
      subjectId: claimId,
      organisationId,
      detail: { ...because, state },
    })}
    ${ring(claimId, { seq: restored, kind: 'restored', stageKind: null, outcome: null })}`.execute(trx);
  return { correctionDueAt };
}

const reopeningCtes = (
  claimId: string,
  { seq, dueOn, calendar }: { seq: number; dueOn: string; calendar: string },
): RawBuilder<unknown> => sql`
    reopened as (
      update task set state = 'open', assignee_id = null, claimed_at = null, standing_in_for = null, ended_at = null, due_on = ${dueOn}::date
      where claim_id = ${claimId} and stage_seq = ${seq} and state = 'closed'),
    unsettled as (
      update stage set settled_at = null, outcome = null, due_on = ${dueOn}::date, calendar = ${calendar}
      where claim_id = ${claimId} and seq = ${seq}),`;
