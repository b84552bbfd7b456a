import type { AuditFacts } from '../../contract/audit-detail.ts';
import type { ChangedCourseware, Courseware, NewCourseware } from '../../contract/courseware.ts';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import { changesOf } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import { findCourseware } from '../read/courseware.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { askedBy, staleEntry, whyNotKeeper, whyNotMade } from './catalogue.ts';
import { audit } from './trail.ts';

type Lecturer = NewCourseware['lecturers'][number];
type Found = { ok: true; ids: string[] } | { ok: false; refusal: Refusal };

/** Enters a courseware in the public-subject catalogue with its lecturers (授课教师), who must be registered people (Art. 11(4)); once for each `requestKey`. */
export async function createCourseware(
  db: Db,
  caller: Caller,
  given: NewCourseware & { requestKey: string },
): Promise<Outcomes<Courseware>> {
  const barred = whyNotKeeper(caller);
  if (barred) return barred;
  const { code, title, hundredths, enteredOn, withdrawnOn, lecturers, requestKey } = given;
  return db.transaction().execute(async (trx) => {
    const found = await personsOf(trx, lecturers);
    if (!found.ok) return found;
    const made = await trx
      .insertInto('courseware')
      .values({
        code,
        title,
        hundredths,
        entered_on: enteredOn,
        withdrawn_on: withdrawnOn,
        ...askedBy(caller, requestKey),
      })
      .onConflict((c) => c.doNothing())
      .returning('code')
      .executeTakeFirst();
    if (!made) return (await whyNotMade(trx, caller, { table: 'courseware', code, requestKey })) ?? reread(trx, code);
    await setLecturers(trx, code, found.ids);
    const detail = { title, hundredths, enteredOn, lecturers: found.ids };
    await audit(trx, caller, { action: 'courseware.created', subjectKind: 'courseware', subjectId: code, detail });
    return reread(trx, code);
  });
}

/** Changes an entry; what was filed keeps the facts it was filed with. */
export async function saveCourseware(
  db: Db,
  caller: Caller,
  given: ChangedCourseware & { code: string },
): Promise<Outcomes<Courseware>> {
  const barred = whyNotKeeper(caller);
  if (barred) return barred;
  const { code, revision, title, hundredths, enteredOn, withdrawnOn, lecturers } = given;
  return db.transaction().execute(async (trx) => {
    const found = lecturers === undefined ? null : await personsOf(trx, lecturers);
    if (found?.ok === false) return found;
    const old = await findCourseware(trx, code);
    if (!old) return notFound('份课件');
    const lecturing = await lecturersOf(trx, code);
    const saved = await trx
      .updateTable('courseware')
      .set({ title, hundredths, entered_on: enteredOn, withdrawn_on: withdrawnOn, revision: revision + 1 })
      .where('code', '=', code)
      .where('revision', '=', revision)
      .returning('code')
      .executeTakeFirst();
    if (!saved) return staleEntry();
    if (found) await setLecturers(trx, code, found.ids);
    const detail = changesOf(
      { ...factsOf(old), lecturers: lecturing },
      { ...factsOf(given), lecturers: found ? found.ids.toSorted() : lecturing },
    );
    await audit(trx, caller, { action: 'courseware.saved', subjectKind: 'courseware', subjectId: code, detail });
    return reread(trx, code);
  });
}

const factsOf = ({ title, hundredths, enteredOn, withdrawnOn }: Omit<NewCourseware, 'code' | 'lecturers'>) =>
  ({ title, hundredths, enteredOn, withdrawnOn }) satisfies AuditFacts;

/** Their persons' ids, in order. */
const lecturersOf = async (trx: Db, code: string): Promise<string[]> => {
  const rows = await trx
    .selectFrom('courseware_lecturer')
    .select('person_id')
    .where('courseware_code', '=', code)
    .execute();
  return rows.map((row) => row.person_id).toSorted();
};

/** The lecturers' persons; name and number must belong together, or a slip of the pen would name a stranger. */
async function personsOf(trx: Db, lecturers: readonly Lecturer[]): Promise<Found> {
  const rows = await trx
    .selectFrom('person_identity')
    .select(['person_id as id', 'name', 'id_number'])
    .where(
      'id_number',
      'in',
      lecturers.map((each) => each.idNumber),
    )
    .execute();
  const ids = lecturers.map(({ name, idNumber }) => rows.find((p) => p.id_number === idNumber && p.name === name)?.id);
  const missing = ids.indexOf(undefined);
  const known = [...new Set(ids.filter((found) => found !== undefined))];
  if (missing === -1) return { ok: true, ids: known };
  const message = `第 ${missing + 1} 名授课教师未登记，或姓名与身份证号不一致`;
  return refuse('lecturer-unknown', `${message}。`, '请核对姓名与身份证号；未登记的人员请先由其单位登记。', {
    fields: [{ path: `lecturers.${missing}.idNumber`, message }],
  });
}

async function setLecturers(trx: Db, code: string, ids: readonly string[]): Promise<void> {
  await trx.deleteFrom('courseware_lecturer').where('courseware_code', '=', code).execute();
  await trx
    .insertInto('courseware_lecturer')
    .values(ids.map((person_id) => ({ courseware_code: code, person_id })))
    .execute();
}

async function reread(trx: Db, code: string): Promise<Outcomes<Courseware>> {
  const value = await findCourseware(trx, code);
  return value ? { ok: true, value } : notFound('份课件');
}
