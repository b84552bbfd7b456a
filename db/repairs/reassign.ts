import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { RepairWish } from '../../contract/repairs.ts';
import { legalDay } from '../../rules/calendar.ts';
import { refuse } from '../acts/caller.ts';
import { tell } from '../acts/notices.ts';
import type { Db } from '../connect.ts';
import { awayFrom, servingIn } from '../held.ts';
import type { Subject } from '../repairs.ts';
import type { TaskRow } from '../schema.ts';

/** A late task given to another eligible reviewer of the same body and role (改派). */

export type Candidate = { personId: string; name: string; openTasks: number };

/** The claim's unfinished task that the finding is about. */
export const lateTask = (db: Db, claimId: string): Promise<TaskRow | undefined> =>
  db
    .selectFrom('task')
    .selectAll()
    .where('claim_id', '=', claimId)
    .where('state', 'in', ['open', 'claimed'])
    .orderBy('due_on')
    .orderBy('organisation_id')
    .limit(1)
    .executeTakeFirst();

/** Who may decide the task and does not hold it: in its pool, not away, not the declarant or related, without another part in the claim. */
export async function candidatesFor(db: Db, task: TaskRow): Promise<Candidate[]> {
  const today = legalDay(Date.now());
  const { rows } = await sql<Candidate>`
    select p.id as "personId", p.name,
      (select count(*)::int from task t where t.assignee_id = p.id and t.state = 'claimed') as "openTasks"
    from person p
    where p.id = any (${servingIn(task, today)}) and p.id <> all (${awayFrom(task, today)}) and p.id <> ${task.declarant_id}
      and p.id is distinct from ${task.assignee_id}::uuid
      and not exists (select from claim_recusal x where x.claim_id = ${task.claim_id} and x.person_id = p.id)
      and not exists (select from declared_relation r where r.ended_at is null
                      and (r.person_id, r.other_id) in ((p.id, ${task.declarant_id}), (${task.declarant_id}, p.id)))
      and not exists (select from decision d where d.claim_id = ${task.claim_id} and d.stage_seq = ${task.stage_seq}
                      and d.decided_by = p.id and d.superseded_at is null)
      and not exists (select from reviewer_of_claim r
                      where r.claim_id = ${task.claim_id} and r.person_id = p.id and r.stage_kind <> ${task.stage_kind})
    order by "openTasks", p.name collate "zh-x-icu", p.id limit 200`.execute(db);
  return rows;
}

export async function reassign(
  trx: Db,
  { claimId }: Subject,
  { toPersonId, actor }: RepairWish & { actor: { personId: string } },
): Promise<Outcomes<string[]>> {
  const task = claimId === null ? undefined : await lateTask(trx, claimId);
  if (!task) return refuse('repair-misfit', '没有在办的任务可以改派。', '请刷新列表。');
  const to = (await candidatesFor(trx, task)).find((each) => each.personId === toPersonId);
  if (!to) return refuse('transfer-target', '该人员不能办理这项任务。', '请从名单中选择本机构可以办理的人员。');
  await sql`
    with held as (
      update task set state = 'claimed', assignee_id = ${to.personId}, claimed_at = now(), standing_in_for = null where id = ${task.id})
    insert into timeline (claim_id, at, kind, actor_id, organisation_id, stage_seq, detail)
    values (${task.claim_id}, now(), 'transferred', ${actor.personId}, ${task.organisation_id}, ${task.stage_seq},
            ${JSON.stringify({ to: to.personId })}::jsonb)`.execute(trx);
  const detail = { title: task.title, claimId: task.claim_id, path: `/inbox?box=mine` };
  await tell(trx, [{ personId: to.personId, kind: 'task-assigned', key: `${task.id}/${to.personId}`, detail }]);
  return { ok: true, value: ['办理期限不变；申报的环节和学时不改变。'] };
}
