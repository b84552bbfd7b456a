import { sql } from 'kysely';
import { tell } from './acts/notices.ts';
import type { Db } from './connect.ts';
import { someWithAYear, type VerifiedYear, verifyPeople } from './verify-ledger.ts';

/** Cases of the ledger (台账核对): a year that does not agree with its recomputation stays open until it does, or until somebody closes it. */

const PEOPLE_AT_ONCE = 200;

export type SampleOutcome = { years: number; mismatches: number; older: number };

/** Verifies a sample of the ledger, and the years with an open case. */
export async function verifySample(db: Db, { count, on }: { count: number; on: string }): Promise<SampleOutcome> {
  const people = [...(await someWithAYear(db, count)), ...(await openCases(db))];
  const waiting = [...new Set(people)];
  const outcome = { years: 0, mismatches: 0, older: 0 };
  while (waiting.length > 0) {
    const { years, wrong, older } = await verifyAndKeep(db, waiting.splice(0, PEOPLE_AT_ONCE), on);
    outcome.years += years;
    outcome.mismatches += wrong.length;
    outcome.older += older;
  }
  return outcome;
}

/** Verifies all years of some people and keeps their cases: opens one for a mismatch, once, and closes those that agree again. */
export async function verifyAndKeep(
  db: Db,
  people: readonly string[],
  on: string,
): Promise<{ years: number; wrong: readonly VerifiedYear[]; older: number }> {
  const verified = await verifyPeople(db, people, on);
  const wrong = verified.filter(isMismatch);
  await keepCases(db, { verified, wrong, on });
  return { years: verified.length, wrong, older: verified.filter((year) => year.olderVersions.length > 0).length };
}

/** A year computed by older rules may differ by the rules alone: only its sums must still agree. */
export const isMismatch = ({ findings, olderVersions }: VerifiedYear): boolean =>
  olderVersions.length === 0
    ? findings.length > 0
    : findings.some((each) => each.what === 'sum' || each.what === 'inputs');

const openCases = async (db: Db): Promise<string[]> =>
  (await db.selectFrom('ledger_case').select('person_id').where('closed_at', 'is', null).execute()).map(
    (row) => row.person_id,
  );

type Seen = { verified: readonly VerifiedYear[]; wrong: readonly VerifiedYear[]; on: string };

async function keepCases(db: Db, { verified, wrong, on }: Seen): Promise<void> {
  const opened = wrong.map(({ personId, year, findings }) => ({ person_id: personId, year, findings }));
  const agreed = verified
    .filter((year) => !wrong.includes(year))
    .map(({ personId, year }) => ({ person_id: personId, year }));
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string; year: number; action: string }>`
      with seen as (
        insert into ledger_case (person_id, year, findings)
        select person_id, year, findings from jsonb_to_recordset(${JSON.stringify(opened)}::jsonb) as x(person_id uuid, year smallint, findings jsonb)
        on conflict (person_id, year) where closed_at is null do update set seen_at = now(), findings = excluded.findings
        returning id, year, opened_at = seen_at as is_new),
      closed as (
        update ledger_case c set closed_at = now(), note = '复核一致，系统结案'
        from jsonb_to_recordset(${JSON.stringify(agreed)}::jsonb) as x(person_id uuid, year smallint)
        where c.person_id = x.person_id and c.year = x.year and c.closed_at is null
        returning c.id, c.year),
      news as (
        select 'ledger-case.opened' as action, id, year from seen where is_new union all select 'ledger-case.closed', id, year from closed),
      noted as (
        insert into audit (action, subject_kind, subject_id, detail)
        select action, 'ledger-case', id::text, '{"actor": "system"}'::jsonb from news)
      select id, year, action from news`.execute(trx);
    await tellProvince(
      trx,
      rows.filter((row) => row.action === 'ledger-case.opened'),
      on,
    );
  });
}

/** The province's administrators, once for each case; of the person only that there is one. */
async function tellProvince(trx: Db, opened: readonly { id: string; year: number }[], on: string): Promise<void> {
  if (opened.length === 0) return;
  const { rows } = await sql<{ id: string }>`
    select distinct person_id as id from role_holding
    where organisation_id = 'hrss-420000' and role = 'administrator' and from_on <= ${on}::date and (until_on is null or until_on > ${on}::date)`.execute(
    trx,
  );
  const told = rows.flatMap(({ id: personId }) =>
    opened.map(({ id, year }) => ({
      personId,
      kind: 'ledger-mismatch' as const,
      key: id,
      detail: { year, path: '/admin/ledger' },
    })),
  );
  await tell(trx, told);
}
