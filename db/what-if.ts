import { type RawBuilder, sql } from 'kysely';
import type { AnnualResult } from '../rules/annual.ts';
import { supposing } from '../rules/parameters.ts';
import { again } from './again.ts';
import type { Db } from './connect.ts';
import { judgeLedger, ledgersOf } from './ledger-years.ts';

/**
 * The job of a what-if: the years of a place judged twice from the ledger's frozen inputs, by the law and by the law as supposed, page by
 * page in the order of the people's ids. It can be cut short anywhere and called again: the mark moves with the page it ends, under the
 * what-if's row lock.
 */

const PEOPLE_AT_ONCE = 500;

/** Works on a what-if for a while. @returns `again` when there is more */
export async function continueWhatIf(
  db: Db,
  whatIfId: string,
  { budgetMs = 8_000 }: { budgetMs?: number } = {},
): Promise<'again' | 'ended'> {
  const until = performance.now() + budgetMs;
  while (await again(() => judgePage(db, whatIfId))) if (performance.now() >= until) return 'again';
  return 'ended';
}

/** One page in one transaction; false when there is nothing left, or the what-if was cancelled. */
const judgePage = (db: Db, whatIfId: string): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const whatIf = await trx
      .selectFrom('what_if')
      .selectAll()
      .where('id', '=', whatIfId)
      .where('state', '=', 'running')
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!whatIf) return false;
    const people = await nextPeople(trx, whatIf);
    const last = people.at(-1);
    if (!last) {
      await end(trx, whatIfId);
      return false;
    }
    const changes = await changesOf(trx, people, whatIf);
    await keep(trx, whatIfId, changes);
    await moveMark(trx, whatIf, { last: last.id, people: people.length, changes });
    return true;
  });

/** People with a ledger in the year, of the place they belonged to on its last day (today, while it runs): `from` and `where` of a statement. */
export function peopleOfPlace({ year, region_code, employer_id, as_of }: Place): RawBuilder<unknown> {
  const lastDay = `${year}-12-31` < as_of ? `${year}-12-31` : as_of;
  return sql`
    from person_year y
    left join affiliation a on a.person_id = y.person_id and a.from_on <= ${lastDay}::date and (a.until_on is null or a.until_on > ${lastDay}::date)
    where y.year = ${year}
      ${employer_id === null ? sql`` : sql`and a.employer_id = ${employer_id}`}
      ${region_code === null || region_code === PROVINCE ? sql`` : sql`and a.region_code in (select code from region where ${region_code} in (code, parent_code))`}`;
}

const PROVINCE = '420000';

export type Place = { year: number; region_code: string | null; employer_id: string | null; as_of: string };
type Running = Place & {
  id: string;
  figures: Parameters<typeof supposing>[0];
  after: string | null;
  verdicts: Record<string, number>;
};
type Person = { id: string; employerId: string | null };

async function nextPeople(trx: Db, whatIf: Running): Promise<Person[]> {
  const { rows } = await sql<Person>`
    select y.person_id as id, a.employer_id as "employerId" ${peopleOfPlace(whatIf)}
      ${whatIf.after === null ? sql`` : sql`and y.person_id > ${whatIf.after}::uuid`}
    order by y.person_id limit ${PEOPLE_AT_ONCE}`.execute(trx);
  return rows;
}

type Change = Person & { before: AnnualResult; after: AnnualResult };

async function changesOf(trx: Db, people: readonly Person[], { year, as_of, figures }: Running): Promise<Change[]> {
  const ledgers = await ledgersOf(
    trx,
    people.map((person) => person.id),
    { until: year },
  );
  const law = supposing(figures);
  const of = { on: as_of, years: [year] };
  return people.flatMap((person) => {
    const ledger = ledgers.get(person.id);
    const before = judgeLedger(ledger, of).get(year);
    const after = judgeLedger(ledger, { ...of, law }).get(year);
    return before && after && !isAlike(before, after) ? [{ ...person, before, after }] : [];
  });
}

const isAlike = (a: AnnualResult, b: AnnualResult): boolean =>
  a.verdict === b.verdict &&
  a.publicHundredths === b.publicHundredths &&
  a.professionalHundredths === b.professionalHundredths;

/** One array a column. */
async function keep(trx: Db, whatIfId: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const column = <T>(of: (change: Change) => T) => sql.val(changes.map(of));
  await sql`
    insert into what_if_change (what_if_id, person_id, employer_id, public_before, professional_before, verdict_before,
                                public_after, professional_after, verdict_after)
    select ${whatIfId}::uuid, given.*
    from unnest(${column((c) => c.id)}::uuid[], ${column((c) => c.employerId)}::text[],
                ${column((c) => c.before.publicHundredths)}::int[], ${column((c) => c.before.professionalHundredths)}::int[],
                ${column((c) => c.before.verdict)}::text[],
                ${column((c) => c.after.publicHundredths)}::int[], ${column((c) => c.after.professionalHundredths)}::int[],
                ${column((c) => c.after.verdict)}::text[]) as given`.execute(trx);
}

type Page = { last: string; people: number; changes: readonly Change[] };

async function moveMark(trx: Db, { id, verdicts: before }: Running, { last, people, changes }: Page): Promise<void> {
  const verdicts = { ...before };
  for (const { before: from, after: to } of changes) {
    if (from.verdict === to.verdict) continue;
    const key = `${from.verdict} ${to.verdict}`;
    verdicts[key] = (verdicts[key] ?? 0) + 1;
  }
  const gain = changes.filter((c) => c.after.totalHundredths > c.before.totalHundredths).length;
  const lose = changes.filter((c) => c.after.totalHundredths < c.before.totalHundredths).length;
  await trx
    .updateTable('what_if')
    .set((eb) => ({
      after: last,
      people_done: eb('people_done', '+', people),
      changed: eb('changed', '+', changes.length),
      gain: eb('gain', '+', gain),
      lose: eb('lose', '+', lose),
      verdicts: JSON.stringify(verdicts),
    }))
    .where('id', '=', id)
    .execute();
}

/** The people there were when it began may be others at its end. */
async function end(trx: Db, whatIfId: string): Promise<void> {
  await sql`
    with ended as (
      update what_if set state = 'done', ended_at = now(), people_total = people_done where id = ${whatIfId} returning *)
    insert into audit (actor_id, action, subject_kind, subject_id, detail)
    select null, 'what-if.done', 'what-if', id::text,
      jsonb_build_object('people', people_done, 'changed', changed, 'gain', gain, 'lose', lose) from ended`.execute(
    trx,
  );
}

/** Results are for the question of the day: they name people, and go. */
export const dropOldWhatIfs = (db: Db, after: string) =>
  sql`delete from what_if where state <> 'running' and created_at < now() - ${after}::interval`.execute(db);
