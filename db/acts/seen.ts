import { type RawBuilder, sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import { RECONSIDERING_ROLES } from '../../rules/reconsideration.ts';
import { ROLE_OF_STAGE } from '../../rules/stages.ts';
import { codes, STAGE_KINDS } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { seenBy } from '../read/evidence.ts';
import { reconsiders } from '../reconsideration-officers.ts';
import { type Caller, isInPool, notFound, refuse } from './caller.ts';

/** 已阅: which evidence of the version under review a reviewer has opened. Kept once a person, version and piece. */

/**
 * Noted when a file is fetched for somebody to read: by a reviewer of the pool of an unfinished task of the claim, or of the body that
 * reviews its rejection (复核). Anybody else's fetch notes nothing.
 */
export async function noteSeen(
  db: Db,
  caller: Caller,
  { claimId, evidenceId }: { claimId: string; evidenceId: string },
): Promise<void> {
  const reviewed = caller.holdings.flatMap(({ organisationId, role }) => [
    ...codes(STAGE_KINDS)
      .filter((stage) => ROLE_OF_STAGE[stage] === role)
      .map((stage) =>
        unfinishedTask(
          sql`t.claim_id = ${claimId} and t.organisation_id = ${organisationId} and t.stage_kind = ${stage}`,
        ),
      ),
    ...(RECONSIDERING_ROLES.includes(role)
      ? [undecidedReview(sql`x.claim_id = ${claimId} and x.organisation_id = ${organisationId}`)]
      : []),
  ]);
  if (reviewed.length === 0) return;
  await write(db, caller, { reviewed: sql.join(reviewed, sql` union all `), evidenceIds: [evidenceId] });
}

/** Said by the desk when a file stands before its reader, also one the browser had kept. All pieces must belong to the task's version. */
export async function seeEvidence(
  db: Db,
  caller: Caller,
  { taskId, evidenceIds }: { taskId: string; evidenceIds: string[] },
): Promise<Outcomes<{ seenByMe: string[] }>> {
  const task = await db
    .selectFrom('task as t')
    .innerJoin('claim_version as v', (j) =>
      j.onRef('v.claim_id', '=', 't.claim_id').onRef('v.version', '=', 't.version'),
    )
    .select(['t.organisation_id', 't.stage_kind', 't.claim_id', 't.version', 'v.evidence_ids'])
    .where('t.id', '=', taskId)
    .executeTakeFirst();
  if (!task || !isInPool(caller, task)) return notFound('项任务');
  return see(db, caller, { ...task, evidenceIds, reviewed: unfinishedTask(sql`t.id = ${taskId}`) });
}

/** The same, said where the review of a rejection (复核) is decided. */
export async function seeForReconsideration(
  db: Db,
  caller: Caller,
  { reviewId, evidenceIds }: { reviewId: string; evidenceIds: string[] },
): Promise<Outcomes<{ seenByMe: string[] }>> {
  const review = await db
    .selectFrom('reconsideration as x')
    .innerJoin('claim as c', 'c.id', 'x.claim_id')
    .innerJoin('claim_version as v', (j) => j.onRef('v.claim_id', '=', 'c.id').onRef('v.version', '=', 'c.version'))
    .select(['x.organisation_id', 'x.claim_id', 'v.version', 'v.evidence_ids'])
    .where('x.id', '=', reviewId)
    .executeTakeFirst();
  if (!review || !reconsiders(caller, review)) return notFound('份复核');
  return see(db, caller, { ...review, evidenceIds, reviewed: undecidedReview(sql`x.id = ${reviewId}`) });
}

/** Nobody approves what they have not looked at (已阅), whoever asks for it. @param fix what to do, also when a piece cannot be opened */
export const whyUnseen = (unseen: number, fix: string) =>
  unseen === 0 ? null : refuse('evidence-unseen', `还有 ${unseen} 份证明材料没有查看，看过才能同意。`, fix);

type Sight = { reviewed: RawBuilder<unknown>; evidenceIds: string[] };

/** What a reviewer looks at the evidence for: a version of a claim, and the body. Nobody reviews a claim of their own. */
const unfinishedTask = (which: RawBuilder<unknown>) => sql`
  select t.claim_id, t.version, t.organisation_id, t.declarant_id as owner_id from task t
  where ${which} and t.state in ('open', 'claimed')`;
const undecidedReview = (which: RawBuilder<unknown>) => sql`
  select c.id, c.version, x.organisation_id, c.person_id from reconsideration x join claim c on c.id = x.claim_id
  where ${which} and x.state = 'requested'`;

type Version = { claim_id: string; version: number; evidence_ids: string[] };

async function see(db: Db, caller: Caller, { claim_id: claimId, version, evidence_ids, ...sight }: Version & Sight) {
  if (!sight.evidenceIds.every((id) => evidence_ids.includes(id))) return notFound('份证明材料');
  await write(db, caller, sight);
  return { ok: true as const, value: { seenByMe: await seenBy(db, caller.personId, { claimId, version }) } };
}

async function write(db: Db, caller: Caller, { reviewed, evidenceIds }: Sight): Promise<void> {
  await sql`
    with reviewed (claim_id, version, organisation_id, owner_id) as (${reviewed}),
    mine as (select * from reviewed where owner_id <> ${caller.personId} limit 1),
    seen as (
      insert into evidence_seen (claim_id, version, person_id, evidence_id)
      select m.claim_id, m.version, ${caller.personId}, piece
      from mine m join claim_version v on v.claim_id = m.claim_id and v.version = m.version cross join unnest(v.evidence_ids) piece
      where piece = any (${evidenceIds}::uuid[])
      on conflict do nothing returning evidence_id)
    insert into audit (actor_id, organisation_id, action, subject_kind, subject_id, request_id)
    select ${caller.personId}, m.organisation_id, 'evidence.seen', 'evidence', s.evidence_id::text, ${caller.requestId}
    from seen s cross join mine m`.execute(db);
}
