import { sql } from 'kysely';
import type { CompletionStatus } from '../contract/completions.ts';
import { yearOf } from '../rules/calendar.ts';
import { isGoverned } from '../rules/parameters.ts';
import type { Subject } from '../rules/vocabulary.ts';
import { claimsCloseOn } from '../rules/year.ts';
import { OvertakenError } from './again.ts';
import type { Db } from './connect.ts';
import { lockYears } from './ledger.ts';
import { type Brought, recogniseInYears } from './ledger-many.ts';
import type { PersonYear } from './person-year.ts';

/** A course of the catalogue, as a completion is judged by it. */
export type LabelledCourse = {
  code: string;
  title: string;
  subject: Subject;
  hundredths: number;
  from_on: string;
  until_on: string | null;
};

/** A completion that may be registered: its person and course are known. `externalId`: the number it was reported under. */
export type Completion = { personId: string; course: LabelledCourse; completedOn: string; externalId: string | null };

export type Registration = { status: CompletionStatus; completionId: string | null };

/** So many completions a transaction: a person-year is locked for a part of a second, and a crash loses at most this much of an answer. */
export const COMPLETIONS_A_PAGE = 250;

/** `source`: who reports them, whose numbers they are; `on`: the legal day the years are judged on. */
type Page = { source: string; on: string; completions: readonly Completion[] };

/**
 * Registers a page of completions and counts their hours at once, without review (Art. 14): with all their person-years locked, what is
 * registered already is read, each is judged in its order, and the new ones are written together. The same number of the same source
 * again, or the same course in the year, changes nothing.
 * @returns one result a completion, in their order
 * @throws OvertakenError when another transaction has just used a number; the whole is then to be run `again`
 */
export async function registerPage(trx: Db, { source, on, completions }: Page): Promise<Registration[]> {
  if (completions.length === 0) return [];
  const reported = await asOfToday(trx, completions);
  await lockYears(trx, reported.map(ownYear));
  const known = await knownOf(trx, source, reported);
  const judged = reported.map((each) => ({ ...each, registration: register(known, each) }));
  const fresh = judged.filter(({ registration }) => registration.status === 'registered');
  if (fresh.length > 0) {
    await insert(trx, source, fresh);
    await recogniseInYears(trx, fresh.map(asBrought), on);
  }
  return judged.map(({ registration }) => registration);
}

/** With the id it gets when it is new. */
type Reported = Completion & { id: string };

/** Those of a person who has been merged since are the kept person's (曾用登记号). */
async function asOfToday(trx: Db, completions: readonly Completion[]): Promise<Reported[]> {
  const { rows } = await sql<{ id: string; person_id: string }>`
    select uuidv7() as id, i.person_id
    from unnest(${completions.map(({ personId }) => personId)}::uuid[]) with ordinality as c (own_id, at)
    join person_identity i using (own_id) order by c.at`.execute(trx);
  return completions.map((completion, at) => {
    const row = rows[at];
    if (!row) throw new Error('a completion of nobody');
    return { ...completion, id: row.id, personId: row.person_id };
  });
}

const ownYear = ({ personId, completedOn }: Completion): PersonYear => ({ personId, year: yearOf(completedOn) });

/** What is registered before a completion: under the source's numbers, and for the people's courses (the completion's id). */
type Known = { numbers: Map<string, Registered>; courses: Map<string, string> };

async function knownOf(trx: Db, source: string, reported: readonly Reported[]): Promise<Known> {
  const numbers = reported.flatMap(({ externalId }) => externalId ?? []);
  const people = reported.map(({ personId }) => personId);
  return {
    numbers: numbers.length > 0 ? await registeredBefore(trx, source, numbers) : new Map<string, Registered>(),
    courses: await coursesCounted(trx, people),
  };
}

/** Judges a completion by what is known before it, and makes a new one known to those after it. */
function register({ numbers, courses }: Known, { id, externalId, ...reported }: Reported): Registration {
  const { personId, course, completedOn } = reported;
  const facts = { personId, course: course.code, completedOn };
  const sameNumber = externalId === null ? undefined : numbers.get(externalId);
  if (sameNumber?.is(facts)) return { status: 'already', completionId: sameNumber.id };
  if (sameNumber) return { status: 'external-id-reused', completionId: null };
  const key = courseOfYear(personId, course.code, yearOf(completedOn));
  const sameCourse = courses.get(key);
  if (sameCourse !== undefined) return { status: 'course-counted', completionId: sameCourse };
  courses.set(key, id);
  if (externalId !== null) numbers.set(externalId, asRegistered({ id, ...facts }));
  return { status: 'registered', completionId: id };
}

/** In the order of their numbers, so that two pages with the same numbers do not wait for each other crosswise. */
async function insert(trx: Db, source: string, fresh: readonly Reported[]): Promise<void> {
  const values = fresh.map(({ id, personId, course, completedOn, externalId }) => {
    const { code, title, subject, hundredths } = course;
    const labelled = { course: code, title, subject, hundredths };
    return { id, personId, year: yearOf(completedOn), ...labelled, completedOn, externalId };
  });
  const { rows } = await sql<{ id: string }>`
    insert into platform_completion (id, person_id, year, course, title, subject, hundredths, completed_on, source, external_id)
    select id, "personId", year, course, title, subject, hundredths, "completedOn", ${source}, "externalId"
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as c (
      id uuid, "personId" uuid, year smallint, course text, title text, subject text, hundredths int, "completedOn" date, "externalId" text)
    order by "externalId"
    on conflict (source, external_id) do nothing returning id`.execute(trx);
  if (rows.length < fresh.length) throw new OvertakenError('a number was used by another transaction meanwhile');
}

const asBrought = ({ id, course, ...completion }: Reported): Brought => ({
  ...ownYear({ course, ...completion }),
  source: {
    sourceKind: 'platform',
    sourceId: id,
    activity: {
      form: 'platform-course',
      on: completion.completedOn,
      course: course.code,
      hundredths: course.hundredths,
      subject: course.subject,
    },
    loweredTo: {},
    studyArchive: true,
  },
});

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

type Facts = { personId: string | undefined; course: string; completedOn: string };
type Registered = { id: string; is(facts: Facts): boolean };

const asRegistered = ({ id, ...own }: Facts & { id: string }): Registered => ({
  id,
  is: ({ personId, course, completedOn }) =>
    own.personId === personId && own.course === course && own.completedOn === completedOn,
});

/**
 * What the numbers of a source were registered for, and for whom as of today (曾用登记号). Asked before a completion is judged: one sent
 * again is the same one, also when its course has another label since or its year is closed.
 */
export async function registeredBefore(
  db: Db,
  source: string,
  externalIds: readonly string[],
): Promise<Map<string, Registered>> {
  const rows = await db
    .selectFrom('platform_completion as c')
    .innerJoin('person_identity as i', 'i.own_id', 'c.person_id')
    .select(['c.id', 'c.external_id', 'i.person_id as personId', 'c.course', 'c.completed_on as completedOn'])
    .where('c.source', '=', source)
    .where('c.external_id', '=', sql<string>`any(${[...externalIds]}::text[])`)
    .execute();
  return new Map(rows.map(({ external_id, ...found }) => [external_id ?? '', asRegistered(found)]));
}

/**
 * The completions by which courses of some people are registered already, as `courseOfYear` names them: a course counts once a year
 * (rules/duplicates), and the registered one stays unless it was revoked as wrong.
 */
export async function coursesCounted(db: Db, personIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('platform_completion')
    .select(['id', 'person_id', 'year', 'course'])
    .where('person_id', '=', sql<string>`any(${[...new Set(personIds)]}::uuid[])`)
    .where(sql<boolean>`not exists (select from revocation r where r.source_id = platform_completion.id)`)
    .execute();
  return new Map(rows.map((row) => [courseOfYear(row.person_id, row.course, row.year), row.id]));
}

export const courseOfYear = (personId: string, course: string, year: number): string => `${personId} ${course} ${year}`;
