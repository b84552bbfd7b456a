import { type RawBuilder, sql } from 'kysely';
import type { Choices, Figures, Grouping, PlaceQuery, YearStanding } from '../../contract/statistics.ts';
import type { Standing } from '../../rules/verdict.ts';
import type { Level } from '../../rules/vocabulary.ts';
import { claimsCloseOn } from '../../rules/year.ts';
import type { Db } from '../connect.ts';
import type { Measure } from '../tables/statistics.ts';
import { overseeing, overseenPlace, overseesPlacesOnly, type Scope } from './scope.ts';

/** What every question about the statistics stands on: the kept numbers (migration 0009) in the caller's scope, and what they mean. */

export type Places = { regions: Choices['regions']; industries: Choices['industries'] };
export type Ask = { scope: Scope; asked: PlaceQuery & { by?: Grouping }; asOf: string; places: Places };
export type Count = { key: string; measure: Measure; item: string; n: number };

/** All regions and trades, in the order people expect them. */
export async function readPlaces(db: Db): Promise<Places> {
  const [regions, industries] = await Promise.all([
    db.selectFrom('region').select(['code', 'name', 'level', 'parent_code as parentCode']).orderBy('code').execute(),
    db.selectFrom('industry').select(['code', 'name']).orderBy('code').execute(),
  ]);
  return { regions, industries };
}

/**
 * The rows that count for the question, folded or not, as `s`: of the places, which are few, for authorities; by employer for whoever
 * oversees single units, or asks for one.
 */
export function counted(ask: Ask, measures: readonly Measure[], byEmployer = false): RawBuilder<unknown> {
  const needsEmployer = byEmployer || ask.asked.employer !== undefined || !overseesPlacesOnly(ask.scope);
  const columns = sql.raw(`${needsEmployer ? 'employer_id, ' : ''}region_code, level, industry_code, measure, item, n`);
  const sources = [sql.table(needsEmployer ? 'statistic' : 'statistic_of_place'), sql.table('statistic_delta')];
  const when = [
    sql`year = ${ask.asked.year}::int and measure in (${sql.join(measures.filter((measure) => measure !== 'people'))})`,
    // Headcounts are steps: what was added in a year stays in the later ones.
    ...(measures.includes('people') ? [sql`measure = 'people' and year <= ${ask.asked.year}::int`] : []),
  ];
  const parts = sources.flatMap((source) => when.map((each) => sql`select ${columns} from ${source} where ${each}`));
  return sql`(${sql.join(parts, sql` union all `)}) as s`;
}

/** What the caller oversees, narrowed to what was asked. */
export function narrowed({ scope, asked, places }: Ask, alias = 's'): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${alias}.${name}`);
  const conditions = [overseenPlace(scope, alias)];
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

/** What a short year is called on a day. */
export const shortOn = (year: number, asOf: string): 'in-progress' | 'unqualified' =>
  asOf <= claimsCloseOn(year) ? 'in-progress' : 'unqualified';

/** The standing that the record has for one that is asked for; null where no year can have it on the day. */
export function recordedStanding(standing: YearStanding, year: number, asOf: string): Standing | null {
  if (standing === 'in-progress' || standing === 'unqualified')
    return shortOn(year, asOf) === standing ? 'short' : null;
  return standing;
}

/** The numbers of a place, from its counts. */
export function figuresOf(counts: readonly Count[], { asked, asOf }: Ask): Figures {
  const standing = (wanted: Standing): number => sumOf(counts, 'standing', (item) => item === wanted);
  const people = sumOf(counts, 'people');
  const [qualified, deemedComplete, cancelled] = [
    standing('qualified'),
    standing('deemed-complete'),
    standing('cancelled'),
  ];
  const short = people - qualified - deemedComplete - cancelled;
  const isOpen = shortOn(asked.year, asOf) === 'in-progress';
  return {
    people,
    qualified,
    deemedComplete,
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
