import { type RawBuilder, sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import { ROLE_OF_STAGE } from '../../rules/stages.ts';
import { codes, STAGE_KINDS } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { seenBy } from '../read/evidence.ts';
import { type Caller, isInPool, notFound } from './caller.ts';

/** 已阅: which evidence of the version under review a reviewer has opened. Kept once a person, version and piece. */

/** Noted when a file is fetched: by somebody of the pool of an unfinished task of the claim; anybody else's fetch notes nothing. */
export async function noteSeen(
  db: Db,
  caller: Caller,
  { claimId, evidenceId }: { claimId: string; evidenceId: string },
): Promise<void> {
  const pools = caller.holdings.flatMap(({ organisationId, role }) =>
    codes(STAGE_KINDS)
      .filter((stage) => ROLE_OF_STAGE[stage] === role)
      .map((stage) => sql`(t.organisation_id = ${organisationId} and t.stage_kind = ${stage})`),
  );
  if (pools.length === 0) return;
  await write(db, caller, {
    tasks: sql`t.claim_id = ${claimId} and (${sql.join(pools, sql` or `)})`,
    evidenceIds: [evidenceId],
  });
}

/** Said by the desk when it shows a file, also one the browser had kept. All pieces must belong to the task's version. */
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
  if (!evidenceIds.every((id) => task.evidence_ids.includes(id))) return notFound('份证明材料');
  await write(db, caller, { tasks: sql`t.id = ${taskId}`, evidenceIds });
  return {
    ok: true,
    value: { seenByMe: await seenBy(db, caller.personId, { claimId: task.claim_id, version: task.version }) },
  };
}

type Sight = { tasks: RawBuilder<unknown>; evidenceIds: string[] };

async function write(db: Db, caller: Caller, { tasks, evidenceIds }: Sight): Promise<void> {
  await sql`
    with mine as (
      select t.claim_id, t.version, t.organisation_id from task t
      where ${tasks} and t.state in ('open', 'claimed') and t.declarant_id <> ${caller.personId} limit 1),
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
