import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import { YEAR_STANDINGS, type YearStanding } from '../../contract/statistics.ts';
import type { UnitPeople, UnitPeopleQuery, UnitPerson } from '../../contract/unit-people.ts';
import { claimYears } from '../../rules/deadlines.ts';
import { missingHours } from '../../rules/verdict.ts';
import type { Db } from '../connect.ts';
import { maskedIdNumber } from './me.ts';
import { missingSql, ofUnit } from './shortfall.ts';
import { standingOn, standsAs } from './statistics-counts.ts';
import { shareOf } from './years.ts';

type Asked = UnitPeopleQuery & { organisationId: string };

/**
 * A unit's people on a legal day, in the order of their names, each with the year: three statements, however many people there are.
 * @param asOf the legal day
 */
export async function readUnitPeople(db: Db, asked: Asked, asOf: string): Promise<UnitPeople> {
  const [counts, page] = await Promise.all([countPeople(db, asked, asOf), pageOfPeople(db, asked, asOf)]);
  return { year: asked.year, asOf, counts, ...page };
}

type CountRow = { standing: YearStanding; people: number; missing: number };
const BEHIND: readonly YearStanding[] = ['in-progress', 'unqualified', 'deferred'];

async function countPeople(db: Db, { organisationId, year }: Asked, asOf: string): Promise<UnitPeople['counts']> {
  const { rows } = await sql<CountRow>`
    select ${standingOn(sql.ref('f.person_id'), { year, asOf })} as standing, count(*)::int as people, sum(${missingSql('y', year)})::int as missing
    from affiliation f left join person_year y on y.person_id = f.person_id and y.year = ${year}::int
    where ${ofUnit(organisationId, asOf)} group by 1`.execute(db);
  const behind = rows.filter((row) => BEHIND.includes(row.standing));
  return {
    people: rows.reduce((sum, row) => sum + row.people, 0),
    standings: (Object.keys(YEAR_STANDINGS) as YearStanding[]).map((standing) => ({
      standing,
      label: YEAR_STANDINGS[standing],
      people: rows.find((row) => row.standing === standing)?.people ?? 0,
    })),
    behind: behind.reduce((sum, row) => sum + row.people, 0),
    missingHundredths: behind.reduce((sum, row) => sum + row.missing, 0),
  };
}

type Pending = Pick<UnitPerson, 'openClaims' | 'pendingHundredths'>;
type Row = Omit<UnitPerson, 'standingLabel' | 'missing' | 'totalHundredths' | keyof Pending>;

async function pageOfPeople(db: Db, asked: Asked, asOf: string): Promise<Pick<UnitPeople, 'items' | 'next'>> {
  const { year, limit } = asked;
  const [person, on] = [sql.ref('f.person_id'), { year, asOf }];
  const { rows } = await sql<Row>`
    with page as (
      select f.person_id, f.employer_id, f.work_number, p.name, p.title, ${maskedIdNumber} as masked,
        ${standingOn(person, on)} as standing, coalesce(y.public_hundredths, 0) as public, coalesce(y.professional_hundredths, 0) as professional
      from affiliation f join person p on p.id = f.person_id
      left join person_year y on y.person_id = f.person_id and y.year = ${year}::int
      where ${ofUnit(asked.organisationId, asOf)}
        ${asked.standing === undefined ? sql`` : sql`and ${standsAs(asked.standing, person, on)}`}
        ${asked.q === undefined || asked.q === '' ? sql`` : sql`and (strpos(p.name, ${asked.q}) > 0 or f.work_number = ${asked.q})`}
        ${asked.after === undefined ? sql`` : afterPerson(asked.after)}
      order by p.name collate "zh-x-icu", p.id limit ${limit + 1})
    select page.person_id as "personId", page.name, page.title, page.masked as "idNumberMasked", page.work_number as "workNumber",
      e.name as "employerName", page.standing, page.public as "publicHundredths", page.professional as "professionalHundredths",
      d.proposals,
      (select number from certificate where person_id = page.person_id and year = ${year}::int and state = 'valid') as "certificateNumber",
      (select max(sent_on) from reminder r where r.person_id = page.person_id and r.year = ${year}::int) as "remindedOn"
    from page join organisation e on e.id = page.employer_id
    cross join lateral (
      select count(*)::int as proposals from proposal x join claim pc on pc.id = x.claim_id
      where x.person_id = page.person_id and x.objected_at is null and pc.state = 'draft' and pc.year = ${year}::int) d
    order by page.name collate "zh-x-icu", page.person_id`.execute(db);
  const found = rows.slice(0, limit);
  const pending = await pendingOf(
    db,
    found.map((row) => row.personId),
    year,
  );
  const items = found.map((row) => shown(row, year, pending.get(row.personId) ?? NOTHING_PENDING));
  return { items, next: rows.length > limit ? (items.at(-1)?.personId ?? null) : null };
}

const afterPerson = (personId: string) => sql`
  and (p.name collate "zh-x-icu", p.id) > ((select name from person where id = ${personId}::uuid) collate "zh-x-icu", ${personId}::uuid)`;

const NOTHING_PENDING: Pending = { openClaims: 0, pendingHundredths: 0 };

/** What people have on its way for a year. A training across new year is on its way in both, with each year's share (D-3). */
async function pendingOf(db: Db, personIds: readonly string[], year: number): Promise<Map<string, Pending>> {
  const { rows } = await sql<{ personId: string; declaration: Declared; archive: boolean; claimed: number }>`
    select person_id as "personId", declaration, coalesce(study_archive, false) as archive, claimed_hundredths as claimed from claim
    where person_id = any (${sql.val([...personIds])}::uuid[]) and state in ('first-review', 're-review', 'filing', 'correction')
      and (year = ${year}::int or year = ${year - 1}::int and form in ('authority-training', 'unit-training'))`.execute(
    db,
  );
  const pending = new Map<string, Pending>();
  for (const { personId, declaration, archive, claimed } of rows) {
    const activity = asActivity(declaration, true);
    const years = claimYears(activity);
    if (!years.includes(year)) continue;
    const hundredths =
      years.length === 1 ? claimed : shareOf(activity, { year, studyArchive: archive }).totalHundredths;
    const { openClaims, pendingHundredths } = pending.get(personId) ?? NOTHING_PENDING;
    pending.set(personId, { openClaims: openClaims + 1, pendingHundredths: pendingHundredths + hundredths });
  }
  return pending;
}

const NOTHING_MISSING = { public: 0, professional: 0, total: 0 };

function shown(row: Row, year: number, pending: Pending): UnitPerson {
  const totalHundredths = row.publicHundredths + row.professionalHundredths;
  const missing = BEHIND.includes(row.standing) ? missingHours(year, { ...row, totalHundredths }) : NOTHING_MISSING;
  return { ...row, ...pending, totalHundredths, standingLabel: YEAR_STANDINGS[row.standing], missing };
}
