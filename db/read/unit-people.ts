import { sql } from 'kysely';
import { YEAR_STANDINGS, type YearStanding } from '../../contract/statistics.ts';
import type { UnitPeople, UnitPeopleQuery, UnitPerson } from '../../contract/unit-people.ts';
import { missingHours, type Standing } from '../../rules/verdict.ts';
import type { Db } from '../connect.ts';
import { maskedIdNumber } from './me.ts';
import { missingSql, ofUnit } from './shortfall.ts';
import { recordedStanding, shortOn } from './statistics-counts.ts';

type Asked = UnitPeopleQuery & { organisationId: string };

/**
 * A unit's people on a legal day, in the order of their names, each with the year: two statements, however many people there are.
 * @param asOf the legal day
 */
export async function readUnitPeople(db: Db, asked: Asked, asOf: string): Promise<UnitPeople> {
  const [counts, page] = await Promise.all([countPeople(db, asked, asOf), pageOfPeople(db, asked, asOf)]);
  return { year: asked.year, asOf, counts, ...page };
}

type CountRow = { standing: Standing; people: number; missing: number };

async function countPeople(db: Db, { organisationId, year }: Asked, asOf: string): Promise<UnitPeople['counts']> {
  const { rows } = await sql<CountRow>`
    select coalesce(y.standing, 'short') as standing, count(*)::int as people, sum(${missingSql('y', year)})::int as missing
    from affiliation f left join person_year y on y.person_id = f.person_id and y.year = ${year}::int
    where ${ofUnit(organisationId, asOf)} group by 1`.execute(db);
  const short = rows.find((row) => row.standing === 'short');
  const peopleOf = (standing: YearStanding): number =>
    rows.find((row) => row.standing === recordedStanding(standing, year, asOf))?.people ?? 0;
  return {
    people: rows.reduce((sum, row) => sum + row.people, 0),
    standings: (Object.keys(YEAR_STANDINGS) as YearStanding[]).map((standing) => ({
      standing,
      label: YEAR_STANDINGS[standing],
      people: peopleOf(standing),
    })),
    behind: short?.people ?? 0,
    missingHundredths: short?.missing ?? 0,
  };
}

type Row = Omit<UnitPerson, 'standing' | 'standingLabel' | 'missing' | 'totalHundredths'> & { recorded: Standing };

async function pageOfPeople(db: Db, asked: Asked, asOf: string): Promise<Pick<UnitPeople, 'items' | 'next'>> {
  const { year, limit } = asked;
  const recorded = asked.standing === undefined ? undefined : recordedStanding(asked.standing, year, asOf);
  if (recorded === null) return { items: [], next: null };
  const { rows } = await sql<Row>`
    with page as (
      select f.person_id, f.employer_id, f.work_number, p.name, p.title, ${maskedIdNumber} as masked,
        coalesce(y.standing, 'short') as recorded, coalesce(y.public_hundredths, 0) as public, coalesce(y.professional_hundredths, 0) as professional
      from affiliation f join person p on p.id = f.person_id
      left join person_year y on y.person_id = f.person_id and y.year = ${year}::int
      where ${ofUnit(asked.organisationId, asOf)}
        ${recorded === undefined ? sql`` : sql`and coalesce(y.standing, 'short') = ${recorded}`}
        ${asked.q === undefined || asked.q === '' ? sql`` : sql`and (strpos(p.name, ${asked.q}) > 0 or f.work_number = ${asked.q})`}
        ${asked.after === undefined ? sql`` : afterPerson(asked.after)}
      order by p.name collate "zh-x-icu", p.id limit ${limit + 1})
    select page.person_id as "personId", page.name, page.title, page.masked as "idNumberMasked", page.work_number as "workNumber",
      e.name as "employerName", page.recorded, page.public as "publicHundredths", page.professional as "professionalHundredths",
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
  const items = rows.slice(0, limit).map((row) => shown(row, year, asOf));
  return { items, next: rows.length > limit ? (items.at(-1)?.personId ?? null) : null };
}

const afterPerson = (personId: string) => sql`
  and (p.name collate "zh-x-icu", p.id) > ((select name from person where id = ${personId}::uuid) collate "zh-x-icu", ${personId}::uuid)`;

const NOTHING_MISSING = { public: 0, professional: 0, total: 0 };

function shown({ recorded, ...row }: Row, year: number, asOf: string): UnitPerson {
  const totalHundredths = row.publicHundredths + row.professionalHundredths;
  const standing = recorded === 'short' ? shortOn(year, asOf) : recorded;
  const missing = recorded === 'short' ? missingHours(year, { ...row, totalHundredths }) : NOTHING_MISSING;
  return { ...row, totalHundredths, standing, standingLabel: YEAR_STANDINGS[standing], missing };
}
