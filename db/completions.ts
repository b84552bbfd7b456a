import { sql } from 'kysely';
import type { CompletionStatus } from '../contract/completions.ts';
import { yearOf } from '../rules/calendar.ts';
import { isGoverned } from '../rules/parameters.ts';
import type { Subject } from '../rules/vocabulary.ts';
import { claimsCloseOn } from '../rules/year.ts';
import type { Db } from './connect.ts';
import { lockYear, recogniseInYear } from './ledger.ts';

/** A course of the catalogue, as a completion is judged by it. */
export type LabelledCourse = {
  code: string;
  title: string;
  subject: Subject;
  hundredths: number;
  from_on: string;
  until_on: string | null;
};

/** A completion that may be registered: its person and course are known. `source` and `externalId`: who reported it, under which number. */
export type Completion = {
  personId: string;
  course: LabelledCourse;
  completedOn: string;
  source: string;
  externalId: string | null;
};

export type Registration = { status: CompletionStatus; completionId: string | null };

/** The courses of some codes. */
export async function coursesOf(db: Db, codes: readonly string[]): Promise<Map<string, LabelledCourse>> {
  const rows = await db
    .selectFrom('platform_course')
    .select(['code', 'title', 'subject', 'hundredths', 'from_on', 'until_on'])
    .where('code', '=', sql<string>`any(${[...new Set(codes)]}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.code, row]));
}

/**
 * Why a reported completion is not registered, by its own facts; undefined when it may be.
 * @param reported what the reporter believes the course is worth, if it says so
 * Articles 11(2) (labelled hours), 18 (in its year only), 25; D-4, D-10.
 */
export function whyNotRegistered(
  course: LabelledCourse,
  { completedOn, hundredths: reported }: { completedOn: string; hundredths?: number | undefined },
  today: string,
): CompletionStatus | undefined {
  const year = yearOf(completedOn);
  if (completedOn > today) return 'future-date';
  if (!isGoverned(year)) return 'before-measures';
  if (today > claimsCloseOn(year)) return 'closed-year';
  if (completedOn < course.from_on || (course.until_on !== null && completedOn > course.until_on))
    return 'course-not-valid';
  return reported !== undefined && reported !== course.hundredths ? 'hours-differ' : undefined;
}

/** In the order in which person-years are locked, so that no two transactions wait for each other. */
export const byPersonYear = (a: Completion, b: Completion): number =>
  compare(a.personId, b.personId) || yearOf(a.completedOn) - yearOf(b.completedOn);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Registers a completion and counts its hours at once, without review (Art. 14), under its person-year's lock. The same number of the
 * same source again, or the same course in the year, changes nothing.
 * @param on the day the year is judged on
 */
export async function registerCompletion(trx: Db, completion: Completion, on: string): Promise<Registration> {
  const { personId, course, completedOn } = completion;
  const year = yearOf(completedOn);
  await lockYear(trx, { personId, year });
  const known = (await sameNumber(trx, completion)) ?? (await sameCourse(trx, completion, year));
  if (known) return known;
  const made = await insert(trx, completion, year);
  // Another transaction, of another person's year, has just used the number.
  if (!made) return (await sameNumber(trx, completion)) ?? { status: 'external-id-reused', completionId: null };
  await recogniseInYear(
    trx,
    { personId, year, on },
    {
      sourceKind: 'platform',
      sourceId: made.id,
      activity: {
        form: 'platform-course',
        on: completedOn,
        course: course.code,
        hundredths: course.hundredths,
        subject: course.subject,
      },
      loweredTo: {},
      studyArchive: true,
    },
  );
  return { status: 'registered', completionId: made.id };
}

async function sameNumber(trx: Db, completion: Completion): Promise<Registration | null> {
  if (completion.externalId === null) return null;
  const found = (await registeredBefore(trx, completion.source, [completion.externalId])).get(completion.externalId);
  if (!found) return null;
  const { personId, course, completedOn } = completion;
  return found.is({ personId, course: course.code, completedOn })
    ? { status: 'already', completionId: found.id }
    : { status: 'external-id-reused', completionId: null };
}

type Facts = { personId: string | undefined; course: string; completedOn: string };

/**
 * What the numbers of a source were registered for. Asked before a completion is judged: one sent again is the same one, also when its
 * course has another label since or its year is closed.
 */
export async function registeredBefore(
  db: Db,
  source: string,
  externalIds: readonly string[],
): Promise<Map<string, { id: string; is(facts: Facts): boolean }>> {
  const rows = await db
    .selectFrom('platform_completion')
    .select(['id', 'external_id', 'person_id', 'course', 'completed_on'])
    .where('source', '=', source)
    .where('external_id', '=', sql<string>`any(${[...externalIds]}::text[])`)
    .execute();
  return new Map(
    rows.map(({ id, external_id, ...found }) => [
      external_id ?? '',
      {
        id,
        is: ({ personId, course, completedOn }: Facts) =>
          found.person_id === personId && found.course === course && found.completed_on === completedOn,
      },
    ]),
  );
}

/** A course counts once a year (rules/duplicates): the registered one stays, unless it was revoked as wrong. */
async function sameCourse(trx: Db, { personId, course }: Completion, year: number): Promise<Registration | null> {
  const found = await trx
    .selectFrom('platform_completion')
    .select('id')
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .where('course', '=', course.code)
    .where(notRevoked)
    .executeTakeFirst();
  return found ? { status: 'course-counted', completionId: found.id } : null;
}

const notRevoked = sql<boolean>`not exists (select from revocation r where r.source_id = platform_completion.id)`;

/** Which courses of some people are registered already, as `courseOfYear` names them: what a second completion will meet. */
export async function coursesCounted(db: Db, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('platform_completion')
    .select(['person_id', 'year', 'course'])
    .where('person_id', '=', sql<string>`any(${[...new Set(personIds)]}::uuid[])`)
    .where(notRevoked)
    .execute();
  return new Set(rows.map((row) => courseOfYear(row.person_id, row.course, row.year)));
}

export const courseOfYear = (personId: string, course: string, year: number): string => `${personId} ${course} ${year}`;

const insert = (trx: Db, { personId, course, completedOn, source, externalId }: Completion, year: number) =>
  trx
    .insertInto('platform_completion')
    .values({
      person_id: personId,
      year,
      course: course.code,
      title: course.title,
      subject: course.subject,
      hundredths: course.hundredths,
      completed_on: completedOn,
      source,
      external_id: externalId,
    })
    .onConflict((c) => c.columns(['source', 'external_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
