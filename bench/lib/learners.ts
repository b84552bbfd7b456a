import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import { giveMissingKeys } from '../../db/person-keys.ts';
import { PERSON_KEY_SECRET } from './system.ts';

/** People who finish the platform's courses: made by SQL, numbered, and known to the platform by their keys. */

export const COURSES = ['BX1', 'BX2', 'BX3', 'BX4'] as const;
const BATCH = 50_000;

/** The name and ID number of the learner with a number. */
export const learner = (n: number): { name: string; idNumber: string } => ({
  name: `学员${String(n)}`,
  idNumber: `45${String(n).padStart(15, '0')}X`,
});

export async function addCourses(db: Db): Promise<void> {
  const rows = COURSES.map((code) => ({
    code,
    title: `课程${code}`,
    subject: 'public' as const,
    hundredths: 300,
    from_on: '2026-01-01',
    until_on: null,
  }));
  await db
    .insertInto('platform_course')
    .values(rows)
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Learners `from` to `to`, with a place each. */
export async function addLearners(db: Db, from: number, to: number): Promise<void> {
  for (let first = from; first <= to; first += BATCH) {
    const numbers = sql`generate_series(${first}::int, ${Math.min(to, first + BATCH - 1)}::int) n`;
    await db.transaction().execute(async (trx) => {
      await sql`set local synchronous_commit = off`.execute(trx);
      await sql`
        with fresh as (
          insert into person (name, id_number) select '学员' || n, '45' || lpad(n::text, 15, '0') || 'X' from ${numbers} returning id)
        insert into affiliation (person_id, employer_id, unit_kind, level, region_code, industry_code, from_on)
        select id, 'emp-city', 'ordinary', 'city', '420500', 'health', '2020-01-01' from fresh`.execute(trx);
    });
  }
  await giveMissingKeys(db, PERSON_KEY_SECRET);
  await sql`vacuum analyze person, affiliation, person_home`.execute(db);
}
