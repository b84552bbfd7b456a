import { type RawBuilder, sql } from 'kysely';
import { legalDay } from '../rules/calendar.ts';
import { ROLE_OF_STAGE } from '../rules/stages.ts';
import type { StageKind } from '../rules/vocabulary.ts';
import type { Db } from './connect.ts';

/**
 * Who can hold a task. A task claimed by somebody who has left the pool since (the role has ended, or the account is disabled) is as
 * good as open: it is listed in 待办, and a colleague takes it over.
 */

type Pool = { organisation_id: string; stage_kind: StageKind };

/** The people who serve a pool on the day, as an SQL array of ids. */
export const servingIn = (pool: Pool, today: string): RawBuilder<string[]> => sql`array(
  select h.person_id from role_holding h left join account a on a.person_id = h.person_id
  where h.organisation_id = ${pool.organisation_id} and h.role = ${ROLE_OF_STAGE[pool.stage_kind]}
    and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date) and a.disabled_at is null)`;

/** Whether the person serves the pool today. */
export async function serves(db: Db, pool: Pool, personId: string): Promise<boolean> {
  const today = legalDay(new Date().toISOString());
  const { rows } = await sql<{ serves: boolean }>`
    select ${personId}::uuid = any (${servingIn(pool, today)}) as serves`.execute(db);
  return rows[0]?.serves ?? false;
}

/** Whether a claimed task's holder has left its pool. */
export const isVacant = async (db: Db, task: Pool & { state: string; assignee_id: string | null }): Promise<boolean> =>
  task.state === 'claimed' && task.assignee_id !== null && !(await serves(db, task, task.assignee_id));
