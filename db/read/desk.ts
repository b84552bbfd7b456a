import { sql } from 'kysely';
import type { SavedReply, SavedView } from '../../contract/desk.ts';
import type { Db } from '../connect.ts';
import { bound, found } from './inbox.ts';
import type { Scope } from './scope.ts';

/** The caller's own views in the order they were kept, each with how many tasks it shows now: one statement for all of them. */
export async function readViews(db: Db, scope: Scope, today: string): Promise<SavedView[]> {
  const views = await db
    .selectFrom('saved_view')
    .select(['id', 'name', 'filter'])
    .where('person_id', '=', scope.personId)
    .orderBy('id')
    .execute();
  if (views.length === 0) return [];
  const counts = views.map(({ filter: { overdue, ...filter } }) =>
    found(scope, { ...filter, overdue: overdue === true ? 'true' : undefined, today }),
  );
  const { rows } = await sql<{ found: number[] }>`select array[${sql.join(counts)}] as found`.execute(db);
  return views.map((view, index) => ({ ...view, count: bound(rows[0]?.found[index] ?? 0) }));
}

/** The caller's own replies; the first nine are those with a key. */
export const readReplies = (db: Db, personId: string): Promise<SavedReply[]> =>
  db
    .selectFrom('saved_reply')
    .select(['id', 'text', 'code', 'article'])
    .where('person_id', '=', personId)
    .orderBy('id')
    .execute();
