import { sql } from 'kysely';
import type { PlaceQuery, Work } from '../../contract/statistics.ts';
import { daysBetween } from '../../rules/calendar.ts';
import { codes, STAGE_KINDS, type StageKind } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { Measure } from '../tables/statistics.ts';
import type { Scope } from './scope.ts';
import { askOf, counted, narrowed } from './statistics-counts.ts';

type Item = { measure: Measure; parts: string[]; n: number };

/**
 * How the work goes in what the caller oversees: what waits and for how long, and how long the stages decided in the year took. Every
 * decided stage counts (TURN_AROUND_DEFINITION): the days are kept as a histogram, so the percentiles are exact and cost no scan.
 */
export async function readWork(db: Db, scope: Scope, asked: PlaceQuery, asOf: string): Promise<Work> {
  const ask = await askOf(db, { scope, asked, asOf });
  const { rows } = await sql<{ measure: Measure; item: string; n: number }>`
    select s.measure, s.item, sum(s.n)::float8 as n from ${counted(ask, ['waiting', 'settled', 'claims'])}
    where ${narrowed(ask)} and (s.measure <> 'claims' or s.item like '%/correction') group by 1, 2`.execute(db);
  const items = rows.map(({ measure, item, n }): Item => ({ measure, parts: item.split('/'), n }));
  const of = (measure: Measure, stage: StageKind): Item[] =>
    items.filter((item) => item.measure === measure && item.parts[0] === stage);
  return {
    year: asked.year,
    asOf,
    stages: codes(STAGE_KINDS).map((stage) => ({
      stage,
      label: STAGE_KINDS[stage],
      ...waitingOf(of('waiting', stage), asOf),
    })),
    corrections: total(items.filter((item) => item.measure === 'claims')),
    turnAround: codes(STAGE_KINDS).map((stage) => ({
      stage,
      label: STAGE_KINDS[stage],
      ...daysOf(of('settled', stage)),
    })),
  };
}

const total = (items: readonly Item[]): number => items.reduce((sum, item) => sum + item.n, 0);

/** Ages in legal days, each up to its limit. */
const AGES = [
  { label: '5 天以内', upTo: 5 },
  { label: '6～15 天', upTo: 15 },
  { label: '16～30 天', upTo: 30 },
  { label: '超过 30 天', upTo: Number.POSITIVE_INFINITY },
] as const;

function waitingOf(items: readonly Item[], asOf: string) {
  const ageOf = ({ parts: [, openedOn = asOf] }: Item): number => daysBetween(openedOn, asOf);
  return {
    waiting: total(items),
    overdue: total(items.filter(({ parts: [, , dueOn = asOf] }) => dueOn < asOf)),
    ages: AGES.map(({ label, upTo }, index) => {
      const above = AGES[index - 1]?.upTo ?? Number.NEGATIVE_INFINITY;
      return { label, waiting: total(items.filter((item) => ageOf(item) > above && ageOf(item) <= upTo)) };
    }),
  };
}

function daysOf(items: readonly Item[]) {
  const histogram = items
    .map(({ parts: [, days = '0'], n }) => ({ days: Number(days), n }))
    .sort((a, b) => a.days - b.days);
  const settled = total(items);
  return { settled, medianDays: percentile(histogram, 0.5), p90Days: percentile(histogram, 0.9) };
}

/** The nearest-rank percentile of a histogram; null of nothing. */
function percentile(histogram: readonly { days: number; n: number }[], share: number): number | null {
  const rank = Math.ceil(histogram.reduce((sum, { n }) => sum + n, 0) * share);
  let seen = 0;
  for (const { days, n } of histogram) {
    seen += n;
    if (seen >= rank && seen > 0) return days;
  }
  return null;
}
