import { sql } from 'kysely';
import { YEAR_STANDINGS, type YearStanding } from '../../contract/statistics.ts';
import type { UnitPeople, UnitPeopleQuery, UnitPerson } from '../../contract/unit-people.ts';
import { missingHours } from '../../rules/verdict.ts';
import type { Db } from '../connect.ts';
import { maskedIdNumber } from './me.ts';
import { missingSql, ofUnit } from './shortfall.ts';
import { standingOn, standsAs } from './statistics-counts.ts';

type Asked = UnitPeopleQuery & { organisationId: string };

/**
 * A unit's people on a legal day, in the order of their names, each with the year: two statements, however many people there are.
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

type Row = Omit<UnitPerson, 'standingLabel' | 'missing' | 'totalHundredths'>;

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
      c.open as "openClaims", c.pending as "pendingHundredths", d.proposals,
      (select number from certificate where person_id = page.person_id and year = ${year}::int and state = 'valid') as "certificateNumber",
      (select max(sent_on) from reminder r where r.person_id = page.person_id and r.year = ${year}::int) as "remindedOn"
    from page join organisation e on e.id = page.employer_id
    cross join lateral (
      select count(*)::int as open, coalesce(sum(claimed_hundredths), 0)::int as pending from claim
      where person_id = page.person_id and year = ${year}::int and state in ('first-review', 're-review', 'filing', 'correction')) c
    cross join lateral (
      select count(*)::int as proposals from proposal x join claim pc on pc.id = x.claim_id
      where x.person_id = page.person_id and x.objected_at is null and pc.state = 'draft' and pc.year = ${year}::int) d
    order by page.name collate "zh-x-icu", page.person_id`.execute(db);
  const items = rows.slice(0, limit).map((row) => shown(row, year));
  return { items, next: rows.length > limit ? (items.at(-1)?.personId ?? null) : null };
}

const afterPerson = (personId: string) => sql`
  and (p.name collate "zh-x-icu", p.id) > ((select name from person where id = ${personId}::uuid) collate "zh-x-icu", ${personId}::uuid)`;

const NOTHING_MISSING = { public: 0, professional: 0, total: 0 };

function shown(row: Row, year: number): UnitPerson {
  const totalHundredths = row.publicHundredths + row.professionalHundredths;
  const missing = BEHIND.includes(row.standing) ? missingHours(year, { ...row, totalHundredths }) : NOTHING_MISSING;
  return { ...row, totalHundredths, standingLabel: YEAR_STANDINGS[row.standing], missing };
}
