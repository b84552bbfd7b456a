import { sql } from 'kysely';
import { ANNUAL_PROFESSIONAL, ANNUAL_PUBLIC, ANNUAL_TOTAL, inForce } from '../rules/parameters.ts';
import { CANCELLING_STATES } from '../rules/sanction.ts';
import type { Db } from './connect.ts';

/**
 * Keeping the statistics: the fold that adds the appended deltas up, and the proof that the kept numbers are those of the record.
 */

/** Adds the deltas up; does nothing while another process does. @returns how many deltas there were */
export async function foldStatistics(db: Db): Promise<number> {
  const { rows } = await sql<{ folded: number }>`select fold_statistics() as folded`.execute(db);
  return rows[0]?.folded ?? 0;
}

/** Counts everything anew from the record; writers wait meanwhile. */
export async function rebuildStatistics(db: Db): Promise<void> {
  await sql`select rebuild_statistics()`.execute(db);
}

/** A kept number that is not the record's. `of` says what kind of number it is and where. */
export type Difference = { of: string; kept: number; counted: number };

const WHERE = sql`concat_ws(' ', year, employer_id, region_code, level, industry_code, measure, item)`;

/**
 * Every kept number that differs from the record, at most `limit` of each kind. Read from one snapshot, so that it may run beside
 * filings.
 */
export async function statisticsDifferences(db: Db, limit = 1000): Promise<Difference[]> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => [
      ...(await countDifferences(trx, limit)),
      ...(await totalDifferences(trx, limit)),
      ...(await homeDifferences(trx, limit)),
      ...(await standingDifferences(trx, limit)),
    ]);
}

async function countDifferences(db: Db, limit: number): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    select ${WHERE} as of, coalesce(kept.n, 0)::float8 as kept, coalesce(counted.n, 0)::float8 as counted
    from statistic_now kept
    full join statistic_truth counted using (year, employer_id, region_code, level, industry_code, measure, item)
    where kept.n is distinct from counted.n
    order by 1 limit ${limit}::int`.execute(db);
  return rows;
}

/** What is kept beside the employers' numbers, by fewer columns. */
const TOTALS = [
  { table: 'statistic_of_place', columns: 'year, region_code, level, industry_code, measure, item' },
  { table: 'statistic_of_region', columns: 'year, region_code, level, measure, item' },
  { table: 'statistic_of_industry', columns: 'year, industry_code, measure, item' },
  {
    table: 'statistic_of_employer',
    columns: 'year, employer_id, region_code, level, industry_code, measure',
    only: ['people', 'claims'],
  },
] as const;

/** Each must add up from the employers. */
async function totalDifferences(db: Db, limit: number): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const { table, columns, ...rest } of TOTALS) {
    const only = 'only' in rest ? sql`where measure = any (${[...rest.only]}::text[])` : sql``;
    const { rows } = await sql<Difference>`
      with employers as (
        select ${sql.raw(columns)}, sum(n) as n from statistic ${only} group by ${sql.raw(columns)} having sum(n) <> 0),
      totals as (select * from ${sql.table(table)} where n <> 0)
      select concat_ws(' ', ${table}::text, ${sql.raw(columns)}) as of, coalesce(totals.n, 0)::float8 as kept, coalesce(employers.n, 0)::float8 as counted
      from totals full join employers using (${sql.raw(columns)})
      where totals.n is distinct from employers.n
      order by 1 limit ${limit}::int`.execute(db);
    found.push(...rows);
  }
  return found;
}

/** Each person's homes must follow from their affiliations. */
async function homeDifferences(db: Db, limit: number): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    select 'home ' || person_id as of, count(*) filter (where kept)::int as kept, count(*) filter (where not kept)::int as counted
    from (
      (select true as kept, * from (select * from person_home except select * from person_home_truth) as only_kept)
      union all
      (select false, * from (select * from person_home_truth except select * from person_home) as only_true)) as unequal
    group by person_id order by 1 limit ${limit}::int`.execute(db);
  return rows;
}

/** A year's standing must be what the figures in force make of its totals. A year is cancelled, with no hours, exactly while a finding of fraud is in effect. */
async function standingDifferences(db: Db, limit: number): Promise<Difference[]> {
  const years = await db.selectFrom('person_year').select('year').distinct().orderBy('year').execute();
  const found: Difference[] = [];
  for (const { year } of years) {
    const { rows } = await sql<Difference>`
      select 'standing of ' || person_id || ' in ' || year || ': ' || standing || ' instead of ' || right_one as of, 1 as kept, 0 as counted
      from (
        select *, case when exists (select from sanction s where s.person_id = y.person_id and s.year = y.year
            and s.state = any (${sql.val([...CANCELLING_STATES])}::text[])) then 'cancelled'
          when deemed_complete then 'deemed-complete'
          when public_hundredths >= ${inForce(ANNUAL_PUBLIC, year)}::int
            and professional_hundredths >= ${inForce(ANNUAL_PROFESSIONAL, year)}::int
            and public_hundredths + professional_hundredths >= ${inForce(ANNUAL_TOTAL, year)}::int then 'qualified'
          else 'short' end as right_one
        from person_year y where year = ${year}) as judged
      where standing <> right_one or (standing = 'cancelled' and public_hundredths + professional_hundredths <> 0)
      order by person_id limit ${limit}::int`.execute(db);
    found.push(...rows);
  }
  return found;
}
