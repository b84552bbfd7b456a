import { sql } from 'kysely';
import type { Nudged } from '../../contract/overdue.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay } from '../../rules/calendar.ts';
import { nudgeFrom, REVIEW_BASIS } from '../../rules/overdue.ts';
import type { Db } from '../connect.ts';
import { roleOf } from '../overdue.ts';
import type { ClaimRow } from '../schema.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { keyReused } from './conflicts.ts';
import { auditCte, timelineCte } from './trail.ts';

type Nudging = { claimId: string; requestKey: string };

/**
 * The declarant nudges (催办) whoever has the claim now: not before the stage's third working day, and once in three. It is kept on the
 * claim's timeline, marked in the inbox, and told to the holder, or to the pool. The same request again gives the same answer.
 * @article 14
 */
export async function nudge(
  db: Db,
  caller: Caller,
  { claimId, requestKey }: Nudging,
  now = new Date(),
): Promise<Outcomes<Nudged>> {
  const today = legalDay(now.toISOString());
  return db.transaction().execute(async (trx) => {
    const claim = await ownClaim(trx, claimId, caller.personId);
    if (!claim) return notFound('份申报');
    const again = await nudgedBefore(trx, claimId, requestKey);
    if (again) {
      if (again.person !== caller.personId) return keyReused();
      return { ok: true, value: { claimId, nudgedOn: again.on, nextOn: nudgeFrom(again.openedOn, again.on) } };
    }
    const stage = await waitingStage(trx, claimId);
    if (!stage || claim.withdrawn_at !== null) return nobodyHasIt();
    const from = nudgeFrom(legalDay(stage.opened_at.toISOString()), stage.last_on);
    if (today < from) return tooSoon(from);
    await record(trx, caller, { claim, stage: stage.seq, requestKey, today, now });
    return {
      ok: true,
      value: { claimId, nudgedOn: today, nextOn: nudgeFrom(legalDay(stage.opened_at.toISOString()), today) },
    };
  });
}

/** The claim under its lock: its declarant's alone, also one merged into them. */
const ownClaim = (trx: Db, claimId: string, personId: string) =>
  trx
    .selectFrom('claim')
    .select(['id', 'title', 'withdrawn_at'])
    .where('id', '=', claimId)
    .where('person_id', '=', personId)
    .forNoKeyUpdate()
    .executeTakeFirst();

async function nudgedBefore(trx: Db, claimId: string, requestKey: string) {
  const { rows } = await sql<{ on: string; person: string; openedOn: string }>`
    select n.nudged_on::text as on, n.nudged_by as person, (s.opened_at at time zone 'Asia/Shanghai')::date::text as "openedOn"
    from nudge n join stage s on s.claim_id = n.claim_id and s.seq = n.stage_seq
    where n.claim_id = ${claimId} and n.request_key = ${requestKey}`.execute(trx);
  return rows[0];
}

type Waiting = { seq: number; opened_at: Date; last_on: string | null };

/** The open stage with somebody to do it; a returned claim waits for its declarant, and one without a body for an administrator. */
async function waitingStage(trx: Db, claimId: string): Promise<Waiting | undefined> {
  const { rows } = await sql<Waiting>`
    select s.seq, s.opened_at, (select max(n.nudged_on)::text from nudge n where n.claim_id = s.claim_id and n.stage_seq = s.seq) as last_on
    from stage s where s.claim_id = ${claimId} and s.settled_at is null
      and exists (select from task t where t.claim_id = s.claim_id and t.stage_seq = s.seq and t.state in ('open', 'claimed'))`.execute(
    trx,
  );
  return rows[0];
}

const nobodyHasIt = () =>
  refuse(
    'nudge-not-waiting',
    '这份申报现在没有正在办理的机构，无需催办。',
    '请查看办理进度；待补正的请先补正，没有机构可办理的由管理员处理。',
    {
      provision: REVIEW_BASIS,
    },
  );

const tooSoon = (from: string) =>
  refuse('nudge-too-soon', `还不能催办：${from}起可以催办。`, '每一环节第3个工作日起可以催办，此后每3个工作日一次。', {
    provision: REVIEW_BASIS,
    more: { nextOn: from },
  });

type Recorded = {
  claim: Pick<ClaimRow, 'id' | 'title'>;
  stage: number;
  requestKey: string;
  today: string;
  now: Date;
};

async function record(trx: Db, caller: Caller, { claim, stage, requestKey, today, now }: Recorded): Promise<void> {
  await sql`
    with nudged as (
      insert into nudge (claim_id, stage_seq, nudged_by, nudged_on, nudged_at, request_key)
      values (${claim.id}, ${stage}, ${caller.personId}, ${today}::date, ${now}, ${requestKey})),
    marked as (
      update task set nudged_at = ${now} where claim_id = ${claim.id} and stage_seq = ${stage} and state in ('open', 'claimed')),
    ${timelineCte({ claimId: claim.id, at: now, kind: 'nudged', actorId: caller.personId, stageSeq: stage })},
    ${auditCte(caller, { action: 'claim.nudged', subjectKind: 'claim', subjectId: claim.id, detail: { stage } })}
    select 1`.execute(trx);
  await tellHolders(
    trx,
    { claimId: claim.id, stage, today },
    {
      kind: 'claim-nudged',
      key: `${claim.id}/${stage}/${today}`,
      detail: { title: claim.title, path: '/inbox' },
    },
  );
}

type Told = { kind: 'claim-nudged' | 'review-urged'; key: string; detail: Record<string, string> };

/**
 * Tells those who have a claim's unfinished tasks: the holder where one is at work, else the pool; stand-ins serve it too. Nobody hears of
 * their own claim, or of one they stepped back from.
 * @param taskId one task alone
 */
export async function tellHolders(
  trx: Db,
  { claimId, stage, taskId, today }: { claimId: string; stage: number; taskId?: string; today: string },
  { kind, key, detail }: Told,
): Promise<void> {
  const isAtWork = sql`h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date) and not exists (
    select from leave l where l.person_id = h.person_id and l.organisation_id = h.organisation_id and l.role = h.role
      and l.cancelled_at is null and l.from_on <= ${today}::date and l.until_on >= ${today}::date)`;
  await sql`
    with pool as (
      select distinct h.person_id, h.person_id = t.assignee_id as holds, t.id
      from task t join role_holding h on h.organisation_id = t.organisation_id
        and h.role = ${roleOf(sql.ref('t.stage_kind'))}
      where t.claim_id = ${claimId} and t.stage_seq = ${stage} and t.state in ('open', 'claimed')
        ${taskId === undefined ? sql`` : sql`and t.id = ${taskId}`} and ${isAtWork} and h.person_id <> t.declarant_id
        and not exists (select from claim_recusal r where r.claim_id = t.claim_id and r.person_id = h.person_id))
    insert into notice (person_id, kind, key, detail)
    select distinct p.person_id, ${kind}::text, ${key}::text, ${JSON.stringify(detail)}::jsonb from pool p
    where p.holds is true or not exists (select from pool o where o.id = p.id and o.holds is true)
    on conflict do nothing`.execute(trx);
}
