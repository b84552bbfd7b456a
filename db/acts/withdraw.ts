import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import { mayWithdraw } from '../../rules/stages.ts';
import type { ClaimState } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { actOfKey, keyReused } from './conflicts.ts';
import { auditCte, ring, timelineCte } from './trail.ts';

/**
 * The declarant takes the claim back (撤回): until the first review is decided, or instead of a correction. The open stage is settled
 * here and now; the workflow ends the claim when it hears of it.
 */
export async function withdrawClaim(
  db: Db,
  caller: Caller,
  { claimId, requestKey }: { claimId: string; requestKey: string },
  now = new Date(),
): Promise<Outcomes<{ claimId: string; state: ClaimState }>> {
  return db.transaction().execute(async (trx) => {
    const claim = await trx
      .selectFrom('claim')
      .select(['id', 'state', 'act_seq', 'applied_seq', 'stage_seq', 'withdrawn_at'])
      .where('id', '=', claimId)
      .where('person_id', '=', caller.personId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!claim) return notFound('份申报');
    const known = await actOfKey(trx, claimId, requestKey);
    if (known !== undefined && known !== 'withdrawn') return keyReused();
    if (claim.withdrawn_at !== null) return { ok: true, value: { claimId, state: claim.state } };
    const standing = await standingOf(trx, claim);
    if (standing === null || !mayWithdraw(standing)) return tooLate(claim.state);
    const seq = claim.act_seq + 1;
    await sql`
      with moved as (update claim set act_seq = ${seq}, withdrawn_at = ${now}, updated_at = ${now} where id = ${claimId}),
      settled as (
        update stage set settled_at = ${now}, outcome = 'withdrawn' where claim_id = ${claimId} and settled_at is null),
      closed as (
        update task set state = 'closed', ended_at = ${now}
        where claim_id = ${claimId} and stage_seq = ${claim.stage_seq} and state in ('open', 'claimed')),
      done as (
        insert into act (claim_id, seq, kind, actor_id, request_key, at)
        values (${claimId}, ${seq}, 'withdrawn', ${caller.personId}, ${requestKey}, ${now})),
      ${timelineCte({ claimId, at: now, kind: 'withdrawn', actorId: caller.personId })},
      ${auditCte(caller, { action: 'claim.withdrawn', subjectKind: 'claim', subjectId: claimId })}
      ${ring(claimId, { seq, kind: 'withdrawn', stageKind: null, outcome: null })}`.execute(trx);
    return { ok: true, value: { claimId, state: claim.state } };
  });
}

/**
 * Where the claim stands with the acts that its workflow has yet to carry out: a stage that has settled is decided, one whose decision
 * was taken back is at its reviewers again.
 * @returns null while a settled stage waits to be carried out
 */
async function standingOf(
  trx: Db,
  claim: { id: string; state: ClaimState; act_seq: number; applied_seq: number },
): Promise<ClaimState | null> {
  if (claim.act_seq === claim.applied_seq) return claim.state;
  const last = await trx
    .selectFrom('act as a')
    .leftJoin('stage as s', (j) => j.onRef('s.claim_id', '=', 'a.claim_id').onRef('s.seq', '=', 'a.stage_seq'))
    .select(['a.kind', 's.kind as stageKind'])
    .where('a.claim_id', '=', claim.id)
    .where('a.seq', '=', claim.act_seq)
    .executeTakeFirst();
  if (last?.kind === 'stage-settled') return null;
  return last?.kind === 'taken-back' && last.stageKind !== null ? last.stageKind : claim.state;
}

const tooLate = (state: ClaimState) =>
  state === 'draft'
    ? refuse('withdrawal-too-late', '草稿尚未提交，无需撤回。', '不需要时可直接删除草稿。')
    : refuse('withdrawal-too-late', '初审已经办结，不能再撤回。', '如内容有误，请联系正在审核的机构，由其退回补正。', {
        provision: '14',
      });
