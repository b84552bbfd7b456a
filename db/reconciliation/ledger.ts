import { sql } from 'kysely';
import { legalDay } from '../../rules/calendar.ts';
import { verifyAndKeep } from '../cases.ts';
import { type Finder, lastKey } from './finding.ts';

/** Every person's years against their recomputation from the frozen inputs; each that differs has its case of the ledger (台账核对) too. */
export const findInLedger: Finder = async ({ db, now }, { after, limit }) => {
  const { rows } = await sql<{ key: string }>`
    select distinct person_id::text as key from person_year
    where ${after === null ? sql`true` : sql`person_id > ${after}::uuid`} order by key limit ${limit}`.execute(db);
  const people = rows.map((row) => row.key);
  const { wrong, years } = await verifyAndKeep(db, people, legalDay(now.getTime()));
  return {
    found: wrong.map(({ personId, year, findings }) => ({
      class: 'ledger-unequal' as const,
      subjectKind: 'person-year' as const,
      subjectId: `${personId}/${year}`,
      pageKey: personId,
      facts: { year, what: [...new Set(findings.map((each) => each.what))] },
    })),
    last: lastKey(rows, limit),
    checked: years,
    subjects: ['person-year'],
  };
};
