import { type RawBuilder, sql } from 'kysely';
import type { Choices, Figures, Grouping, PlaceQuery, YearStanding } from '../../contract/statistics.ts';
import { GRANTED_DEFERRALS } from '../../rules/deferral.ts';
import type { Standing } from '../../rules/verdict.ts';
import type { Level } from '../../rules/vocabulary.ts';
import { claimsCloseOn } from '../../rules/year.ts';
import type { Db } from '../connect.ts';
import type { Measure } from '../tables/statistics.ts';
import { otherTradesOf, overseeing, overseenPerson, overseenPlace, overseesPlacesOnly, type Scope } from './scope.ts';

/** What every question about the statistics stands on: the kept numbers (migration 0009) in the caller's scope, and what they mean. */

export type Places = { regions: Choices['regions']; industries: Choices['industries'] };
export type Ask = {
  scope: Scope;
  asked: PlaceQuery & { by?: Grouping };
  asOf: string;
  places: Places;
  /** Trades of direct units the caller's industry authorities supervise beside their own: only the numbers by employer tell those apart. */
  otherTrades: readonly string[];
};
export type Count = { key: string; measure: Measure; item: string; n: number };

/** A question with what answering it stands on. */
export async function askOf<A extends Ask['asked']>(
  db: Db,
  of: { scope: Scope; asked: A; asOf: string },
): Promise<Ask & { asked: A }> {
  const [places, otherTrades] = await Promise.all([readPlaces(db), otherTradesOf(db, of.scope)]);
  return { ...of, places, otherTrades };
}

/** All regions and trades, in the order people expect them. */
export async function readPlaces(db: Db): Promise<Places> {
  const [regions, industries] = await Promise.all([
    db.selectFrom('region').select(['code', 'name', 'level', 'parent_code as parentCode']).orderBy('code').execute(),
    db.selectFrom('industry').select(['code', 'name']).orderBy('code').execute(),
  ]);
  return { regions, industries };
}

/**
 * The rows that count for the question, folded or not, as `s`: from the table that tells apart what the question does and nothing else.
 * They have the columns of that table; those the question is grouped by and narrowed to are among them.
 */
export function counted(ask: Ask, measures: readonly Measure[], by?: GroupedBy): RawBuilder<unknown> {
  const { table, key } = KEPT[grainOf(ask, by)];
  const columns = sql.raw(`${key}, measure, n`);
  const sources = [sql.table(table), sql.table('statistic_delta')];
  const when = [
    sql`year = ${ask.asked.year}::int and measure in (${sql.join(measures.filter((measure) => measure !== 'people'))})`,
    // Headcounts are steps: what was added in a year stays in the later ones.
    ...(measures.includes('people') ? [sql`measure = 'people' and year <= ${ask.asked.year}::int`] : []),
  ];
  const parts = sources.flatMap((source) => when.map((each) => sql`select ${columns} from ${source} where ${each}`));
  if (measures.includes('standing')) parts.push(deferredNow(ask, columns));
  return sql`(${sql.join(parts, sql` union all `)}) as s`;
}

/** `size`: by employer without the items, people and claims only. */
type GroupedBy = Grouping | 'size';

const KEPT = {
  size: { table: 'statistic_of_employer', key: 'employer_id, region_code, level, industry_code' },
  employer: { table: 'statistic', key: 'employer_id, region_code, level, industry_code, item' },
  place: { table: 'statistic_of_place', key: 'region_code, level, industry_code, item' },
  region: { table: 'statistic_of_region', key: 'region_code, level, item' },
  industry: { table: 'statistic_of_industry', key: 'industry_code, item' },
} as const;

/** By employer for whoever oversees single units or asks for one; else by region, industry or both, as grouping, narrowing and scope need. */
function grainOf({ scope, asked, places, otherTrades }: Ask, by?: GroupedBy): keyof typeof KEPT {
  if (by === 'size') return 'size';
  const isByEmployer = !overseesPlacesOnly(scope) || otherTrades.length > 0;
  if (by === 'employer' || asked.employer !== undefined || isByEmployer) return 'employer';
  const holdings = overseeing(scope);
  const isOfRegion =
    by === 'region' ||
    by === 'level' ||
    asked.level !== undefined ||
    (asked.region !== undefined && subtree(places, asked.region) !== null) ||
    holdings.some(({ level }) => level !== 'province');
  const isOfIndustry =
    by === 'industry' ||
    asked.industry !== undefined ||
    holdings.some(({ organisationKind }) => organisationKind === 'industry-authority');
  if (isOfRegion && isOfIndustry) return 'place';
  return isOfRegion ? 'region' : 'industry';
}

/** A grant that is not past its last day on a legal day, of the deferral `d`. A revoked one is as if it had never been. */
const runs = (asOf: string): RawBuilder<boolean> =>
  sql<boolean>`(d.state = any (${sql.val(GRANTED_DEFERRALS)}::text[]) and d.until_on >= ${asOf}::date)`;

/**
 * Who of the short is deferred (Art. 17) hangs on the day, so it is not kept but counted when asked: a deferral is one person's in a
 * hundred, where that many.
 */
const deferredNow = ({ asked: { year }, asOf }: Ask, columns: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select ${columns} from (
    select h.employer_id, h.region_code, h.level, h.industry_code, 'standing' as measure, 'deferred' as item, 1 as n
    from deferral d
    join person_home h on h.person_id = d.person_id and h.from_year <= d.year and (h.until_year is null or h.until_year >= d.year)
    left join person_year y on y.person_id = d.person_id and y.year = d.year
    where d.year = ${year}::int and ${runs(asOf)} and coalesce(y.standing, 'short') = 'short') as deferred`;

/** What the caller oversees, narrowed to what was asked. */
export function narrowed({ scope, asked, places, otherTrades }: Ask, alias = 's'): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${alias}.${name}`);
  const conditions = [otherTrades.length > 0 ? overseenPerson(scope, alias) : overseenPlace(scope, alias)];
  const regions = asked.region === undefined ? null : subtree(places, asked.region);
  if (regions) conditions.push(sql<boolean>`${column('region_code')} = any(${regions}::text[])`);
  if (asked.industry) conditions.push(sql<boolean>`${column('industry_code')} = ${asked.industry}`);
  if (asked.level) conditions.push(sql<boolean>`${column('level')} = ${asked.level}`);
  if (asked.employer) conditions.push(sql<boolean>`${column('employer_id')} = ${asked.employer}`);
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

/** A region with what lies below it; null for the whole province. */
function subtree({ regions }: Places, code: string): string[] | null {
  if (regions.find((region) => region.code === code)?.level === 'province') return null;
  return regions.filter((region) => [region.code, region.parentCode].includes(code)).map((region) => region.code);
}

/** From which level of the province the caller looks at the regions. */
export function viewpoint({ scope, asked, places }: Ask): Level {
  if (asked.region !== undefined) return places.regions.find(({ code }) => code === asked.region)?.level ?? 'county';
  const levels = overseeing(scope).map((holding) => holding.level);
  return levels.includes('province') ? 'province' : levels.includes('city') ? 'city' : 'county';
}

/** The counts of each key. */
export function byKey(counts: readonly Count[]): Map<string, Count[]> {
  const groups = new Map<string, Count[]>();
  for (const count of counts) {
    const group = groups.get(count.key);
    if (group) group.push(count);
    else groups.set(count.key, [count]);
  }
  return groups;
}

export const sumOf = (
  counts: readonly Count[],
  measure: Measure,
  isWanted: (item: string) => boolean = () => true,
): number => counts.reduce((sum, c) => (c.measure === measure && isWanted(c.item) ? sum + c.n : sum), 0);

/** What a short year without a deferral is called on a day. */
const shortOn = (year: number, asOf: string): 'in-progress' | 'unqualified' =>
  asOf <= claimsCloseOn(year) ? 'in-progress' : 'unqualified';

export type OnDay = { year: number; asOf: string };

const isDeferred = (person: RawBuilder<unknown>, { year, asOf }: OnDay): RawBuilder<boolean> =>
  sql<boolean>`exists (select from deferral d where d.person_id = ${person} and d.year = ${year}::int and ${runs(asOf)})`;

/** How a person's year stands on a legal day: the recorded standing of `y` (its row may be missing), the short ones by deferral and calendar. */
export const standingOn = (person: RawBuilder<unknown>, on: OnDay): RawBuilder<YearStanding> => sql<YearStanding>`
  case when coalesce(y.standing, 'short') <> 'short' then y.standing
    when ${isDeferred(person, on)} then 'deferred' else ${shortOn(on.year, on.asOf)} end`;

/** The condition under which the year has the standing, in a form that an index can answer. */
export function standsAs(standing: YearStanding, person: RawBuilder<unknown>, on: OnDay): RawBuilder<boolean> {
  const isShort = sql`coalesce(y.standing, 'short') = 'short'`;
  switch (standing) {
    case 'deferred':
      return sql<boolean>`(${isShort} and ${isDeferred(person, on)})`;
    case 'in-progress':
    case 'unqualified':
      if (shortOn(on.year, on.asOf) !== standing) return sql<boolean>`false`;
      return sql<boolean>`(${isShort} and not ${isDeferred(person, on)})`;
    case 'qualified':
    case 'deemed-complete':
    case 'cancelled':
      return sql<boolean>`(y.standing = ${standing})`;
  }
}

/** The numbers of a place, from its counts. */
export function figuresOf(counts: readonly Count[], { asked, asOf }: Ask): Figures {
  const standing = (wanted: Standing | 'deferred'): number => sumOf(counts, 'standing', (item) => item === wanted);
  const people = sumOf(counts, 'people');
  const [qualified, deemedComplete, deferred, cancelled] = [
    standing('qualified'),
    standing('deemed-complete'),
    standing('deferred'),
    standing('cancelled'),
  ];
  const short = people - qualified - deemedComplete - deferred - cancelled;
  const isOpen = shortOn(asked.year, asOf) === 'in-progress';
  return {
    people,
    qualified,
    deemedComplete,
    deferred,
    inProgress: isOpen ? short : 0,
    unqualified: isOpen ? 0 : short,
    cancelled,
    completedPer10000: people === 0 ? null : Math.round(((qualified + deemedComplete) * 10_000) / people),
    publicHundredths: sumOf(counts, 'hours', (item) => item.endsWith('/public')),
    professionalHundredths: sumOf(counts, 'hours', (item) => item.endsWith('/professional')),
    claims: sumOf(counts, 'claims'),
    filed: sumOf(counts, 'claims', (item) => item.endsWith('/filed')),
  };
}
