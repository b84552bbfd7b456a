import { sql } from 'kysely';
import type { Colleague } from '../../contract/organisations.ts';
import { isInPool } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import { awayFrom, servingIn } from '../held.ts';
import type { Scope } from './scope.ts';

/**
 * Who a task can be transferred to: same organisation and role, not the declarant, nobody who acted at another kind of
 * stage of the claim or stepped back from it, nobody on leave.
 * @returns null when the task is not the caller's to see
 */
export async function colleaguesFor(
  db: Db,
  scope: Scope,
  taskId: string,
  today: string,
): Promise<{ items: Colleague[] } | null> {
  const task = await db
    .selectFrom('task')
    .select(['organisation_id', 'stage_kind', 'claim_id', 'declarant_id'])
    .where('id', '=', taskId)
    .executeTakeFirst();
  if (!task || !isInPool(scope, task)) return null;
  const { rows } = await sql<Colleague>`
    select p.id as "personId", p.name, p.title,
      (select count(*)::int from task t
        where t.assignee_id = p.id and t.state = 'claimed' and t.organisation_id = ${task.organisation_id}) as "openTasks"
    from person p
    where p.id = any (${servingIn(task, today)}) and p.id <> all (${awayFrom(task, today)}) and p.id not in (${scope.personId}, ${task.declarant_id})
      and not exists (select 1 from claim_recusal x where x.claim_id = ${task.claim_id} and x.person_id = p.id)
      and not exists (select 1 from reviewer_of_claim r
        where r.claim_id = ${task.claim_id} and r.person_id = p.id and r.stage_kind <> ${task.stage_kind})
    order by "openTasks", p.name collate "zh-x-icu", p.id limit 200`.execute(db);
  return { items: rows };
}
