import { sql } from 'kysely';
import type { CatalogueQuery, Course } from '../../contract/courses.ts';
import type { Db } from '../connect.ts';
import { likeOf, nameOf, placeOf } from './catalogue.ts';

const COLUMNS = [
  'code',
  'title',
  'subject',
  'hundredths',
  'from_on as fromOn',
  'until_on as untilOn',
  'revision',
] as const;

/** The platform's courses by code, also found by a part of code or title. */
export async function listCourses(
  db: Db,
  { q, limit, after }: CatalogueQuery,
): Promise<{ items: Course[]; next: string | null }> {
  const rows = await db
    .selectFrom('platform_course')
    .select(COLUMNS)
    .$if(after !== undefined, (some) => some.where('code', '>', nameOf(after ?? '')))
    .$if(q !== undefined && q !== '', (some) =>
      some.where(sql<boolean>`(code ilike ${likeOf(q)} or title ilike ${likeOf(q)})`),
    )
    .orderBy('code')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? placeOf(items.at(-1)?.code ?? '') : null };
}

export const findCourse = (db: Db, code: string): Promise<Course | undefined> =>
  db.selectFrom('platform_course').select(COLUMNS).where('code', '=', code).executeTakeFirst();
