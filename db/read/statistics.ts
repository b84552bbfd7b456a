import { type RawBuilder, sql } from 'kysely';
import type { Choices, Grouping, Overview, OverviewQuery } from '../../contract/statistics.ts';
import { yearOf } from '../../rules/calendar.ts';
import { MEASURES_FROM_YEAR } from '../../rules/parameters.ts';
import { CLAIM_STATES, type ClaimState, codes, FORMS, type Form, LEVELS, type Level } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { otherTradesOf, overseeing, overseenPerson, type Scope } from './scope.ts';
import {
  type Ask,
  askOf,
  byKey,
  type Count,
  counted,
  figuresOf,
  narrowed,
  readPlaces,
  sumOf,
  viewpoint,
} from './statistics-counts.ts';
import { readEmployers } from './statistics-employers.ts';

/**
 * The statistics of a year (Art. 12) in what the caller oversees: people, hours, forms and content, from kept numbers only.
 */
export async function readOverview(db: Db, scope: Scope, asked: OverviewQuery, asOf: string): Promise<Overview> {
  const ask = await askOf(db, { scope, asked, asOf });
  const [counts, content, page] = await Promise.all([
    readCounts(db, ask),
    readContent(db, ask),
    asked.by === 'employer' ? readEmployers(db, ask) : null,
  ]);
  return {
    year: asked.year,
    asOf,
    by: asked.by,
    narrowedTo: await narrowedTo(db, ask),
    total: figuresOf(counts, ask),
    rows: page?.rows ?? rowsOf(counts, ask),
    next: page?.next ?? null,
    forms: formsOf(counts),
    content,
    states: statesOf(counts),
  };
}

/** The years there is anything to see of, and the regions and trades the caller oversees. */
export async function readChoices(db: Db, scope: Scope, today: string): Promise<Choices> {
  const [{ regions, industries }, otherTrades] = await Promise.all([readPlaces(db), otherTradesOf(db, scope)]);
  const holdings = overseeing(scope);
  const isSeen = (region: Choices['regions'][number]): boolean =>
    holdings.some((h) => h.level === 'province' || [region.code, region.parentCode].includes(h.regionCode));
  const trades = [...holdings.map((h) => h.industryCode), ...otherTrades];
  const years = Array.from({ length: yearOf(today) - MEASURES_FROM_YEAR + 1 }, (_, i) => yearOf(today) - i);
  return {
    years: years.length === 0 ? [MEASURES_FROM_YEAR] : years,
    regions: regions.filter(isSeen),
    industries: trades.includes(null) ? industries : industries.filter((each) => trades.includes(each.code)),
  };
}

/** The counts of each row; in one where the rows are employers, whose own counts are read by page. */
async function readCounts(db: Db, ask: Ask): Promise<Count[]> {
  const by = ask.asked.by === 'employer' ? undefined : ask.asked.by;
  const { rows } = await sql<Count>`
    select ${by ? keyOf(by, ask) : sql`''`} as key, s.measure, s.item, sum(s.n)::float8 as n
    from ${counted(ask, ['people', 'standing', 'hours', 'claims'], by)}
    ${by === 'region' ? sql`join region r on r.code = s.region_code` : sql``}
    where ${narrowed(ask)} group by 1, 2, 3`.execute(db);
  return rows;
}

/** By what column the rows are grouped. Seen from the province a county belongs to its city. */
function keyOf(by: Exclude<Grouping, 'employer'>, ask: Ask): RawBuilder<unknown> {
  switch (by) {
    case 'region':
      return viewpoint(ask) === 'province'
        ? sql`case r.level when 'county' then r.parent_code else r.code end`
        : sql`r.code`;
    case 'industry':
      return sql`s.industry_code`;
    case 'level':
      return sql`s.level`;
  }
}

type Row = Overview['rows'][number];

/** The rows of a question that is not about employers; those with nothing in them are left out. */
function rowsOf(counts: readonly Count[], ask: Ask): Row[] {
  const by = ask.asked.by ?? 'region';
  if (by === 'employer') return [];
  const groups = byKey(counts);
  return [...groups]
    .map(([key, group]) => ({
      key,
      label: labelOf(by, key, ask),
      figures: figuresOf(group, ask),
      within: within(by, key, ask),
    }))
    .filter(
      ({ figures }) =>
        figures.people !== 0 || figures.claims !== 0 || figures.publicHundredths + figures.professionalHundredths !== 0,
    )
    .sort((a, b) => orderOf(by, a.key, ask) - orderOf(by, b.key, ask) || (a.key < b.key ? -1 : 1));
}

const orderOf = (by: Grouping, key: string, { places }: Ask): number =>
  by === 'level'
    ? codes(LEVELS).indexOf(key as Level)
    : (by === 'region' ? places.regions : places.industries).findIndex(({ code }) => code === key);

function labelOf(by: Exclude<Grouping, 'employer'>, key: string, ask: Ask): string {
  switch (by) {
    case 'region': {
      const region = ask.places.regions.find(({ code }) => code === key);
      const isOwn = region?.level === 'province' || (region?.level === 'city' && viewpoint(ask) !== 'province');
      return `${region?.name ?? key}${isOwn ? '本级' : ''}`;
    }
    case 'industry':
      return ask.places.industries.find(({ code }) => code === key)?.name ?? key;
    case 'level':
      return LEVELS[key as Level];
  }
}

/** Where a row leads: a city to its counties, everything else to its units. */
function within(by: Exclude<Grouping, 'employer'>, key: string, ask: Ask): Row['within'] {
  const { region, industry, level } = ask.asked;
  const now = { ...(region && { region }), ...(industry && { industry }), ...(level && { level }) };
  switch (by) {
    case 'region': {
      const own = ask.places.regions.find(({ code }) => code === key)?.level ?? 'county';
      if (own === 'city' && viewpoint(ask) === 'province') return { ...now, by: 'region', region: key };
      return { ...now, by: 'employer', region: key, ...(own === 'county' ? {} : { level: own }) };
    }
    case 'industry':
      return { ...now, by: 'employer', industry: key };
    case 'level':
      return { ...now, by: 'employer', level: key as Level };
  }
}

async function readContent(db: Db, ask: Ask): Promise<Overview['content']> {
  const { rows } = await sql<{ industry: string; public: number; professional: number }>`
    select s.industry_code as industry, coalesce(sum(s.n) filter (where s.item like '%/public'), 0)::float8 as public,
      coalesce(sum(s.n) filter (where s.item like '%/professional'), 0)::float8 as professional
    from ${counted(ask, ['hours'], 'industry')} where ${narrowed(ask)} group by 1 having sum(s.n) <> 0`.execute(db);
  return rows
    .map((row) => ({
      industry: row.industry,
      label: labelOf('industry', row.industry, ask),
      publicHundredths: row.public,
      professionalHundredths: row.professional,
    }))
    .sort((a, b) => b.publicHundredths + b.professionalHundredths - a.publicHundredths - a.professionalHundredths);
}

function formsOf(counts: readonly Count[]): Overview['forms'] {
  return codes(FORMS).map((form: Form) => ({
    form,
    label: FORMS[form],
    publicHundredths: sumOf(counts, 'hours', (item) => item === `${form}/public`),
    professionalHundredths: sumOf(counts, 'hours', (item) => item === `${form}/professional`),
    claims: sumOf(counts, 'claims', (item) => item.startsWith(`${form}/`)),
    filed: sumOf(counts, 'claims', (item) => item === `${form}/filed`),
  }));
}

const statesOf = (counts: readonly Count[]): Overview['states'] =>
  codes(CLAIM_STATES)
    .filter((state) => state !== 'draft')
    .map((state: ClaimState) => ({
      state,
      label: CLAIM_STATES[state],
      claims: sumOf(counts, 'claims', (item) => item.endsWith(`/${state}`)),
    }));

async function narrowedTo(db: Db, ask: Ask): Promise<Overview['narrowedTo']> {
  const { region, industry, level, employer } = ask.asked;
  const unit =
    employer === undefined
      ? undefined
      : await db
          .selectFrom('organisation as s')
          .select('s.name')
          .where('s.id', '=', employer)
          .where(ownEmployer(ask))
          .executeTakeFirst();
  const regionName = ask.places.regions.find(({ code }) => code === region)?.name;
  return [
    ...(region === undefined ? [] : [{ by: 'region' as const, key: region, label: regionName ?? region }]),
    ...(industry === undefined
      ? []
      : [{ by: 'industry' as const, key: industry, label: labelOf('industry', industry, ask) }]),
    ...(level === undefined ? [] : [{ by: 'level' as const, key: level, label: LEVELS[level] }]),
    ...(employer === undefined ? [] : [{ by: 'employer' as const, key: employer, label: unit?.name ?? employer }]),
  ];
}

/** A unit's name is told to whoever oversees it, or one of its people. */
const ownEmployer = ({ scope }: Ask): RawBuilder<boolean> => sql<boolean>`exists (
  select 1 from person_home h where h.employer_id = s.id and ${overseenPerson(scope, 'h')})`;
