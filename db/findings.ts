import { sql } from 'kysely';
import { CANCELLING_STATES, type DishonestyRecord } from '../rules/sanction.ts';
import type { Finding } from '../rules/verdict.ts';
import type { Db } from './connect.ts';

/** What cases of fraud (Art. 21) mean to a person's years and titles: findings in effect, and dishonesty records. */

/** The findings by which a year is cancelled; of a lifted or undecided case there is none. */
export async function findingsOf(
  db: Db,
  { personId, year }: { personId: string; year: number },
): Promise<readonly Finding[]> {
  const rows = await db
    .selectFrom('sanction')
    .select('effective_on')
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .where('state', 'in', CANCELLING_STATES)
    .execute();
  return rows.flatMap(({ effective_on }) =>
    effective_on === null ? [] : [{ kind: 'fraud', effectiveOn: effective_on }],
  );
}

/** The same for many people at once, by person and year. */
export async function findingsOfMany(
  db: Db,
  personIds: readonly string[],
): Promise<Map<string, Map<number, readonly Finding[]>>> {
  const { rows } = await sql<{ person_id: string; year: number; effective_on: string }>`
    select person_id, year, effective_on from sanction
    where person_id = any (${sql.val([...personIds])}::uuid[]) and state = any (${sql.val([...CANCELLING_STATES])}::text[])`.execute(
    db,
  );
  const findings = new Map<string, Map<number, readonly Finding[]>>();
  for (const { person_id, year, effective_on: effectiveOn } of rows) {
    const years = findings.get(person_id) ?? new Map<number, readonly Finding[]>();
    findings.set(person_id, years.set(year, [...(years.get(year) ?? []), { kind: 'fraud', effectiveOn }]));
  }
  return findings;
}

/** The dishonesty records (失信记录) of people, by person; those of lifted cases are none. Whether one is in force is for the day to say. */
export async function recordsOf(
  db: Db,
  personIds: readonly string[],
): Promise<Map<string, readonly DishonestyRecord[]>> {
  const { rows } = await sql<{ person_id: string } & DishonestyRecord>`
    select person_id, effective_on as from, ends_on as "endsOn" from sanction
    where person_id = any (${sql.val([...personIds])}::uuid[]) and state = any (${sql.val([...CANCELLING_STATES])}::text[])`.execute(
    db,
  );
  const records = new Map<string, readonly DishonestyRecord[]>();
  for (const { person_id, from, endsOn } of rows)
    records.set(person_id, [...(records.get(person_id) ?? []), { from, endsOn }]);
  return records;
}
