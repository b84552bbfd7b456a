import type { AuditFacts } from '../../contract/audit-detail.ts';
import type { ChangedCourse, Course, NewCourse } from '../../contract/courses.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { changesOf } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import { findCourse } from '../read/courses.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { askedBy, staleEntry, whyNotKeeper, whyNotMade } from './catalogue.ts';
import { audit } from './trail.ts';

/** Adds a course to the platform's catalogue, kept by the administrator of the provincial HRSS. The same `requestKey` again answers the same. */
export async function createCourse(
  db: Db,
  caller: Caller,
  given: NewCourse & { requestKey: string },
): Promise<Outcomes<Course>> {
  const barred = whyNotKeeper(caller);
  if (barred) return barred;
  const { code, fromOn, untilOn, requestKey, ...rest } = given;
  return db.transaction().execute(async (trx) => {
    const made = await trx
      .insertInto('platform_course')
      .values({ code, ...rest, from_on: fromOn, until_on: untilOn, ...askedBy(caller, requestKey) })
      .onConflict((c) => c.doNothing())
      .returning('code')
      .executeTakeFirst();
    if (!made) {
      return (await whyNotMade(trx, caller, { table: 'platform_course', code, requestKey })) ?? reread(trx, code);
    }
    const detail = factsOf({ ...rest, fromOn, untilOn });
    await audit(trx, caller, { action: 'course.created', subjectKind: 'course', subjectId: code, detail });
    return reread(trx, code);
  });
}

/** Changes a course. What was registered keeps the hours it was registered with; the change is for later completions. */
export async function saveCourse(
  db: Db,
  caller: Caller,
  { code, revision, fromOn, untilOn, ...rest }: ChangedCourse & { code: string },
): Promise<Outcomes<Course>> {
  const barred = whyNotKeeper(caller);
  if (barred) return barred;
  return db.transaction().execute(async (trx) => {
    const old = await findCourse(trx, code);
    if (!old) return notFound('门课程');
    const saved = await trx
      .updateTable('platform_course')
      .set({ ...rest, from_on: fromOn, until_on: untilOn, revision: revision + 1 })
      .where('code', '=', code)
      .where('revision', '=', revision)
      .returning('code')
      .executeTakeFirst();
    if (!saved) return staleEntry();
    const detail = changesOf(factsOf(old), factsOf({ ...rest, fromOn, untilOn }));
    await audit(trx, caller, { action: 'course.saved', subjectKind: 'course', subjectId: code, detail });
    return reread(trx, code);
  });
}

const factsOf = ({ title, subject, hundredths, fromOn, untilOn }: Omit<NewCourse, 'code'>) =>
  ({ title, subject, hundredths, fromOn, untilOn }) satisfies AuditFacts;

async function reread(trx: Db, code: string): Promise<Outcomes<Course>> {
  const value = await findCourse(trx, code);
  return value ? { ok: true, value } : refuse('not-found', '没有找到这门课程。', '请刷新列表。');
}
