import { type Kysely, sql } from 'kysely';

/**
 * The statistics at the size of a province (docs/decisions/0009-statistics.md): totals by region alone, by industry alone and by employer
 * alone, since a first paint that sums a hundred thousand rows takes a second; and many people moved at once in time that grows with them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [totals, moving, folding, rebuilding]) await sql.raw(part).execute(db);
  await sql`select rebuild_statistics()`.execute(db);
}

const KEY = 'year, employer_id, region_code, level, industry_code, measure, item';
const PLACE_KEY = 'year, measure, region_code, level, industry_code, item';
const REGION_KEY = 'year, measure, region_code, level, item';
const INDUSTRY_KEY = 'year, measure, industry_code, item';
const EMPLOYER_KEY = 'year, measure, employer_id, region_code, level, industry_code';

const totals = `
create table statistic_of_region (
  year smallint not null,
  region_code text not null,
  level text not null,
  measure text not null,
  item text not null,
  n bigint not null,
  primary key (${REGION_KEY})
);
create table statistic_of_industry (
  year smallint not null,
  industry_code text not null,
  measure text not null,
  item text not null,
  n bigint not null,
  primary key (${INDUSTRY_KEY})
);
-- Without the item: which units there are, and how large they are. People and claims alone.
create table statistic_of_employer (
  year smallint not null,
  employer_id text not null,
  region_code text not null,
  level text not null,
  industry_code text not null,
  measure text not null,
  n bigint not null,
  primary key (${EMPLOYER_KEY})
);
-- One industry in every place of the province: its authority's first question.
create index statistic_of_place_industry on statistic_of_place (year, industry_code, measure);
`;

const moving = `
-- As before (0009), each person looked up by itself: a list of a hundred thousand was compared with every row of the record.
create or replace function statistics_rehome(people uuid[]) returns void language plpgsql as $$
begin
  perform statistics_hold(people, true);
  insert into statistic_delta (${KEY}, n)
  with person as (select distinct p as id from unnest(people) as p),
  home as materialized (
    select -1 as sign, h.* from person cross join lateral (select * from person_home k where k.person_id = person.id) h
    union all select 1, h.* from person cross join lateral (select * from person_home_truth t where t.person_id = person.id) h),
  moved as (
    select h.*, from_year as year, 'people' as measure, 'all' as item, sign as n from home h
    union all
    select h.*, (until_year + 1)::smallint, 'people', 'all', -sign from home h where until_year is not null
    union all
    select h.*, y.year, 'standing', y.standing, sign
    from home h cross join lateral (select * from person_year k where k.person_id = h.person_id) y
    where y.standing <> 'short' and y.year between h.from_year and coalesce(h.until_year, y.year)
    union all
    select h.*, l.year, 'hours', l.form || '/' || s.subject, sign * s.delta
    from home h cross join lateral (select * from ledger_entry k where k.person_id = h.person_id) l
    cross join lateral (values ('public', l.public_delta), ('professional', l.professional_delta)) as s (subject, delta)
    where l.year between h.from_year and coalesce(h.until_year, l.year))
  select ${KEY}, sum(n) from moved group by ${KEY} having sum(n) <> 0;
  delete from person_home h using unnest(people) as p where h.person_id = p;
  insert into person_home
  select t.* from (select distinct p as id from unnest(people) as p) person
  cross join lateral (select * from person_home_truth k where k.person_id = person.id) t;
end $$;
`;

const folding = `
create or replace function fold_statistics() returns bigint language plpgsql as $$
declare folded bigint;
begin
  if not pg_try_advisory_xact_lock(20260009, 1000) then return 0; end if;
  with gone as (delete from statistic_delta returning *),
  by_employer as (
    insert into statistic as s (${KEY}, n) select ${KEY}, sum(n) from gone group by ${KEY} having sum(n) <> 0
    on conflict (year, measure, employer_id, region_code, level, industry_code, item) do update set n = s.n + excluded.n),
  by_place as (
    insert into statistic_of_place as s (${PLACE_KEY}, n)
    select ${PLACE_KEY}, sum(n) from gone group by ${PLACE_KEY} having sum(n) <> 0
    on conflict (${PLACE_KEY}) do update set n = s.n + excluded.n),
  by_region as (
    insert into statistic_of_region as s (${REGION_KEY}, n)
    select ${REGION_KEY}, sum(n) from gone group by ${REGION_KEY} having sum(n) <> 0
    on conflict (${REGION_KEY}) do update set n = s.n + excluded.n),
  by_industry as (
    insert into statistic_of_industry as s (${INDUSTRY_KEY}, n)
    select ${INDUSTRY_KEY}, sum(n) from gone group by ${INDUSTRY_KEY} having sum(n) <> 0
    on conflict (${INDUSTRY_KEY}) do update set n = s.n + excluded.n),
  size_of_employer as (
    insert into statistic_of_employer as s (${EMPLOYER_KEY}, n)
    select ${EMPLOYER_KEY}, sum(n) from gone where measure in ('people', 'claims') group by ${EMPLOYER_KEY} having sum(n) <> 0
    on conflict (${EMPLOYER_KEY}) do update set n = s.n + excluded.n)
  select count(*) into folded from gone;
  delete from statistic where n = 0;
  delete from statistic_of_place where n = 0;
  if folded > 0 then
    -- Few rows: no index of those that are nothing, which would cost each update one.
    delete from statistic_of_region where n = 0;
    delete from statistic_of_industry where n = 0;
    delete from statistic_of_employer where n = 0;
  end if;
  return folded;
end $$;
`;

const rebuilding = `
create or replace function rebuild_statistics() returns void language plpgsql as $$
begin
  lock table affiliation, person_year, ledger_entry, claim, stage in share mode;
  perform pg_advisory_xact_lock(20260009, 1000);
  delete from person_home;
  insert into person_home select * from person_home_truth;
  delete from statistic_delta;
  delete from statistic;
  delete from statistic_of_place;
  delete from statistic_of_region;
  delete from statistic_of_industry;
  delete from statistic_of_employer;
  insert into statistic_delta (${KEY}, n) select ${KEY}, n from statistic_truth;
  perform fold_statistics();
end $$;
`;
