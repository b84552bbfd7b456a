import { sql } from 'kysely';
import type { CloseProgress } from '../contract/year-close.ts';
import { type AnnualResult, isDeemedComplete, RULE_VERSION } from '../rules/annual.ts';
import { VERDICTS, type Verdict } from '../rules/vocabulary.ts';
import { closableYears } from '../rules/year.ts';
import { tell } from './acts/notices.ts';
import { auditJson } from './audit-detail.ts';
import type { Db } from './connect.ts';
import { keyOf, readOpenClaims, readPersonYears } from './read/person-years.ts';

/**
 * Closing a year, page by page over its people in the order of their ids. A page is one transaction that also moves the mark in
 * `year_close`, under that row's lock: whoever dies between two pages has lost nothing, and two who close at once take turns.
 */

/** The years whose claims are no longer taken and that are not closed yet, oldest first. */
export async function dueYears(db: Db, today: string): Promise<number[]> {
  const closed = await db.selectFrom('year_close').select('year').where('state', '=', 'closed').execute();
  return closableYears(today).filter((year) => !closed.some((row) => row.year === year));
}

/**
 * Begins the closing of a year, or finds it begun; the day it stands on stays that of the first beginning.
 * @throws when claims for the year are still taken
 */
export async function beginYearClose(db: Db, { year, today }: { year: number; today: string }): Promise<CloseProgress> {
  if (closableYears(today).includes(year)) {
    await db
      .insertInto('year_close')
      .values({ year, as_of: today, rule_version: RULE_VERSION, started_by: null, people_total: null, after: null })
      .onConflict((c) => c.column('year').doNothing())
      .execute();
  }
  await sql`
    update year_close set people_total = (select count(*)::int from person p where ${belongsTo(year)})
    where year = ${year} and people_total is null`.execute(db);
  return progressOf(db, year);
}

const progressOf = (db: Db, year: number): Promise<CloseProgress> =>
  db
    .selectFrom('year_close')
    .select(['year', 'state', 'people_total as peopleTotal', 'people_done as peopleDone'])
    .select(['open_claims as openClaims', 'verdicts'])
    .where('year', '=', year)
    .executeTakeFirstOrThrow();

/** Whoever had a place in the year, or hours in it. */
const belongsTo = (year: number) => sql<boolean>`(
  exists (select from affiliation a where a.person_id = p.id and a.from_on <= ${`${year}-12-31`}::date
          and (a.until_on is null or a.until_on > ${`${year}-01-01`}::date))
  or exists (select from person_year y where y.person_id = p.id and y.year = ${year}::smallint))`;

/** Closes the year for the next people; without any left, closes the year itself. */
export async function closePage(db: Db, { year, people }: { year: number; people: number }): Promise<CloseProgress> {
  return db.transaction().execute(async (trx) => {
    const close = await trx
      .selectFrom('year_close')
      .select(['state', 'as_of', 'after'])
      .where('year', '=', year)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (close.state === 'closed') return progressOf(trx, year);
    const personIds = await nextPeople(trx, { year, after: close.after, people });
    const last = personIds.at(-1);
    if (last === undefined) return finish(trx, year);
    const results = await readPersonYears(trx, { personIds, years: [year], asOf: close.as_of });
    const open = await readOpenClaims(trx, { personIds, years: [year] });
    const rows = personIds.map((personId) => verdictRow({ personId, year }, results, open));
    await keepVerdicts(trx, year, rows);
    await tell(trx, rows.map(noticeOf));
    await moveMark(trx, year, { last, rows });
    return progressOf(trx, year);
  });
}

const FIRST = '00000000-0000-0000-0000-000000000000';

async function nextPeople(
  trx: Db,
  { year, after, people }: { year: number; after: string | null; people: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select p.id from person p where p.id > ${after ?? FIRST}::uuid and ${belongsTo(year)}
    order by p.id limit ${people}`.execute(trx);
  return rows.map((row) => row.id);
}

type VerdictRow = { personId: string; year: number; result: AnnualResult; openClaims: number };

function verdictRow(
  of: { personId: string; year: number },
  results: Map<string, AnnualResult>,
  open: Map<string, number>,
): VerdictRow {
  const result = results.get(keyOf(of));
  if (!result) throw new Error(`the year ${of.year} of ${of.personId} was not read`);
  return { ...of, result, openClaims: open.get(keyOf(of)) ?? 0 };
}

/** One array a column: a thousand rows as values would be ten thousand parameters. */
async function keepVerdicts(trx: Db, year: number, rows: readonly VerdictRow[]): Promise<void> {
  const column = <T>(of: (row: VerdictRow) => T) => sql.val(rows.map(of));
  await sql`
    insert into year_verdict (year, person_id, verdict, public_hundredths, professional_hundredths, deemed_complete, open_claims, rule_version)
    select ${year}::smallint, given.*, ${RULE_VERSION}
    from unnest(${column((r) => r.personId)}::uuid[], ${column((r) => r.result.verdict)}::text[],
                ${column((r) => r.result.publicHundredths)}::int[], ${column((r) => r.result.professionalHundredths)}::int[],
                ${column((r) => isDeemedComplete(r.result))}::boolean[],
                ${column((r) => r.openClaims)}::int[]) as given
    on conflict (person_id, year) do nothing`.execute(trx);
}

const noticeOf = ({ personId, year, result, openClaims }: VerdictRow) => ({
  personId,
  kind: 'year-closed' as const,
  key: String(year),
  detail: { year, verdict: VERDICTS[result.verdict], open: openClaims },
});

async function moveMark(trx: Db, year: number, { last, rows }: { last: string; rows: readonly VerdictRow[] }) {
  const { verdicts: before } = await progressOf(trx, year);
  const verdicts: Partial<Record<Verdict, number>> = { ...before };
  for (const { result } of rows) verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1;
  await trx
    .updateTable('year_close')
    .set((eb) => ({
      after: last,
      people_done: eb('people_done', '+', rows.length),
      open_claims: eb('open_claims', '+', rows.filter((row) => row.openClaims > 0).length),
      verdicts: JSON.stringify(verdicts),
    }))
    .where('year', '=', year)
    .execute();
}

/** The system closes the year (no actor), and says under which article. */
async function finish(trx: Db, year: number): Promise<CloseProgress> {
  await trx
    .updateTable('year_close')
    .set({ state: 'closed', finished_at: sql`now()` })
    .where('year', '=', year)
    .execute();
  const progress = await progressOf(trx, year);
  const { peopleDone, openClaims, verdicts } = progress;
  await trx
    .insertInto('audit')
    .values({
      actor_id: null,
      organisation_id: null,
      action: 'year.closed',
      subject_kind: 'year-close',
      subject_id: String(year),
      request_id: null,
      detail: auditJson({ article: '4', peopleDone, openClaims, verdicts }),
    })
    .execute();
  return progress;
}
