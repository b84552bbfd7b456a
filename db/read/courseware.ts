import { sql } from 'kysely';
import type { CatalogueQuery } from '../../contract/courses.ts';
import type { Courseware } from '../../contract/courseware.ts';
import type { Db } from '../connect.ts';
import { likeOf, nameOf, placeOf } from './catalogue.ts';

const lecturerNames = sql<string[]>`coalesce((
  select array_agg(p.name order by p.name, p.id) from courseware_lecturer l join person p on p.id = l.person_id
  where l.courseware_code = c.code), '{}')`;

const entries = (db: Db) =>
  db
    .selectFrom('courseware as c')
    .select(['c.code', 'c.title', 'c.hundredths', 'c.entered_on as enteredOn', 'c.withdrawn_on as withdrawnOn'])
    .select(['c.revision', lecturerNames.as('lecturerNames')]);

/** The public-subject courseware by code, also found by a part of code, title or lecturer's name. */
export async function listCourseware(
  db: Db,
  { q, limit, after }: CatalogueQuery,
): Promise<{ items: Courseware[]; next: string | null }> {
  const like = likeOf(q);
  const rows = await entries(db)
    .$if(after !== undefined, (some) => some.where('c.code', '>', nameOf(after ?? '')))
    .$if(q !== undefined && q !== '', (some) =>
      some.where(
        sql<boolean>`(c.code ilike ${like} or c.title ilike ${like} or exists (
          select from courseware_lecturer l join person p on p.id = l.person_id where l.courseware_code = c.code and p.name ilike ${like}))`,
      ),
    )
    .orderBy('c.code')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? placeOf(items.at(-1)?.code ?? '') : null };
}

/** What somebody lectures in: what they can declare (Art. 11(4)), newest first. */
export const coursewareOf = (db: Db, personId: string): Promise<Courseware[]> =>
  entries(db)
    .innerJoin('courseware_lecturer as mine', 'mine.courseware_code', 'c.code')
    .where('mine.person_id', '=', personId)
    .orderBy('c.entered_on', 'desc')
    .orderBy('c.code')
    .execute();

export const findCourseware = (db: Db, code: string): Promise<Courseware | undefined> =>
  entries(db).where('c.code', '=', code).executeTakeFirst();
