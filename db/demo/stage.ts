import type { Kysely } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { Day } from '../../rules/activity.ts';
import type { Caller } from '../acts/caller.ts';
import type { Database } from '../schema.ts';

/** Who does what the demo shows; the same people whenever it is made. */
export type Cast = { admin: Caller; secondAdmin: Caller; hospital: Caller };
export type Stage = { db: Kysely<Database>; today: Day; cast: Cast; passwordHash: string };

/** What an act answered that nothing stands in the way of. */
export async function done<T>(act: Promise<Outcomes<T>>): Promise<T> {
  const answer = await act;
  if (!answer.ok) throw new Error(`the demo's act was refused: ${answer.refusal.code} ${answer.refusal.detail}`);
  return answer.value;
}
