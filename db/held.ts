import { type RawBuilder, sql } from 'kysely';
import { legalDay } from '../rules/calendar.ts';
import { ROLE_OF_STAGE } from '../rules/stages.ts';
import type { StageKind } from '../rules/vocabulary.ts';
import type { Db } from './connect.ts';

/**
 * Who can hold a task. A task claimed by somebody who has left the pool since (the role has ended, or the account is disabled) is as
 * good as open: it is listed in 待办, and a colleague takes it over. So is, for the stand-in alone, what somebody on leave has claimed
 * (代理); leave is judged by the day, so it begins and ends by itself.
 */

type Pool = { organisation_id: string; stage_kind: StageKind };

const todayNow = (): string => legalDay(new Date().toISOString());

/** The people who serve a pool on the day, as an SQL array of ids. */
export const servingIn = (pool: Pool, today: string): RawBuilder<string[]> => sql`array(
  select h.person_id from role_holding h left join account a on a.person_id = h.person_id
  where h.organisation_id = ${pool.organisation_id} and h.role = ${ROLE_OF_STAGE[pool.stage_kind]}
    and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date) and a.disabled_at is null)`;

/** Whether the person serves the pool today. */
export async function serves(db: Db, pool: Pool, personId: string): Promise<boolean> {
  const { rows } = await sql<{ serves: boolean }>`
    select ${personId}::uuid = any (${servingIn(pool, todayNow())}) as serves`.execute(db);
  return rows[0]?.serves ?? false;
}

/** A leave in force on the day: the row `l` of a statement. */
const inForceOn = (today: string): RawBuilder<unknown> =>
  sql`l.cancelled_at is null and l.from_on <= ${today}::date and l.until_on >= ${today}::date`;

/** Those of a pool whom the person stands in for on the day, as an SQL array of ids. */
export const stoodInBy = (personId: string, pool: Pool, today: string): RawBuilder<string[]> => sql`array(
  select l.person_id from leave l
  where l.stand_in_id = ${personId} and l.organisation_id = ${pool.organisation_id} and l.role = ${ROLE_OF_STAGE[pool.stage_kind]}
    and ${inForceOn(today)})`;

/** Those of a pool who are on leave on the day, as an SQL array of ids. */
export const awayFrom = (pool: Pool, today: string): RawBuilder<string[]> => sql`array(
  select l.person_id from leave l
  where l.organisation_id = ${pool.organisation_id} and l.role = ${ROLE_OF_STAGE[pool.stage_kind]} and ${inForceOn(today)})`;

/** Whether the person is on leave from the pool today. */
export async function isAway(db: Db, pool: Pool, personId: string): Promise<boolean> {
  const { rows } = await sql<{ away: boolean }>`
    select ${personId}::uuid = any (${awayFrom(pool, todayNow())}) as away`.execute(db);
  return rows[0]?.away ?? false;
}

/** Why a claimed task is as good as open for somebody: its holder has left the pool, or is on leave and they stand in. */
export type Freed = { vacant: boolean; standsInFor: string | null };
type HeldTask = Pool & { state: string; assignee_id: string | null };

export async function freedFor(db: Db, task: HeldTask, personId: string): Promise<Freed> {
  const holder = task.assignee_id;
  if (task.state !== 'claimed' || holder === null || holder === personId) return { vacant: false, standsInFor: null };
  const { rows } = await sql<{ serves: boolean; stands_in: boolean }>`
    select ${holder}::uuid = any (${servingIn(task, todayNow())}) as serves,
      ${holder}::uuid = any (${stoodInBy(personId, task, todayNow())}) as stands_in`.execute(db);
  const [row] = rows;
  const standsIn = row?.stands_in === true;
  return { vacant: row?.serves !== true, standsInFor: standsIn ? holder : null };
}

/** Whom the person decides a task for: whose task they take over or took over, as long as the leave lasts. */
export async function actsFor(
  db: Db,
  task: HeldTask & { standing_in_for: string | null },
  personId: string,
): Promise<string | null> {
  const absent = task.assignee_id === personId ? task.standing_in_for : task.assignee_id;
  if (absent === null) return null;
  const { rows } = await sql<{ acts: boolean }>`
    select ${absent}::uuid = any (${stoodInBy(personId, task, todayNow())}) as acts`.execute(db);
  return rows[0]?.acts === true ? absent : null;
}
