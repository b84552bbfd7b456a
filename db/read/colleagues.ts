import { sql } from 'kysely';
import type { Colleague } from '../../contract/organisations.ts';
import { ROLE_OF_STAGE } from '../../rules/stages.ts';
import { isInPool } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import type { Scope } from './scope.ts';

/**
 * Who a task can be transferred to: same organisation and role, not the declarant, nobody who acted at another kind of stage of the claim.
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
    from role_holding h join person p on p.id = h.person_id
    where h.organisation_id = ${task.organisation_id} and h.role = ${ROLE_OF_STAGE[task.stage_kind]}
      and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)
      and p.id not in (${scope.personId}, ${task.declarant_id})
      and not exists (select 1 from reviewer_of_claim r
        where r.claim_id = ${task.claim_id} and r.person_id = p.id and r.stage_kind <> ${task.stage_kind})
    order by "openTasks", p.name collate "zh-x-icu", p.id limit 200`.execute(db);
  return { items: rows };
}
