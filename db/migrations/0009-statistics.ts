import { type Kysely, sql } from 'kysely';
import { ANNUAL_PROFESSIONAL, ANNUAL_PUBLIC, ANNUAL_TOTAL, inForce } from '../../rules/parameters.ts';

/**
 * Statistics (统计, Art. 12) kept up in the transaction of every change, whoever makes it: triggers append what changed to
 * `statistic_delta`, so that concurrent filings of one employer never wait for each other's row, and a fold adds the deltas up now and
 * then. What is read is always the folded rows and the deltas together, hence exact at any moment. docs/decisions/0009-statistics.md
 * gives the reasons.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [standing, homes, counts, lookups, maintenance, folding, truth, rebuilding]) {
    await sql.raw(part).execute(db);
  }
  await backfill(db);
}

const standing = `
-- What of a year's verdict does not depend on the day it is asked on: 'short' is in progress, deferred or unqualified by the calendar.
alter table person_year add column standing text not null default 'short'
  check (standing in ('cancelled', 'deemed-complete', 'qualified', 'short'));
create index person_year_standing on person_year (year, standing, person_id) where standing <> 'short';
`;

const homes = `
-- To which unit a person's years belong: that of the last affiliation within each year. Follows from affiliation; kept because the
-- statistics must know where a person was counted before a change. No year before the measures is ever asked for (Art. 25).
create table person_home (
  person_id uuid not null,
  from_year smallint not null,
  until_year smallint,
  employer_id text not null,
  region_code text not null,
  level text not null,
  industry_code text not null,
  primary key (person_id, from_year)
);
create index person_home_employer on person_home (employer_id, person_id);
create index person_home_region on person_home (region_code, person_id);

create view person_home_truth as
select person_id, from_year, until_year, employer_id, region_code, level, industry_code
from (
  select a.*, greatest(extract(year from from_on), 2026)::smallint as from_year,
    least(extract(year from until_on - 1),
          extract(year from lead(from_on) over (partition by person_id order by from_on)) - 1)::smallint as until_year
  from affiliation a) as spans
where until_year is null or until_year >= from_year;
`;

const KEY = 'year, employer_id, region_code, level, industry_code, measure, item';
const PLACE_KEY = 'year, measure, region_code, level, industry_code, item';

/**
 * What each stage of a source counts as: waiting under its claim's year, or settled in the year of the decision. A withdrawn one was
 * not decided. Legal days are those of Asia/Shanghai.
 */
const stagesCounted = (source: string): string => `
  select case when s.settled_at is null then c.year else extract(year from s.settled_at at time zone 'Asia/Shanghai')::smallint end as year,
    c.employer_id, c.region_code, c.level, c.industry_code,
    case when s.settled_at is null then 'waiting' else 'settled' end as measure,
    s.kind || '/' || case when s.settled_at is null then (s.opened_at at time zone 'Asia/Shanghai')::date || '/' || s.due_on
      else ((s.settled_at at time zone 'Asia/Shanghai')::date - (s.opened_at at time zone 'Asia/Shanghai')::date)::text end as item
  from ${source} as s join claim c on c.id = s.claim_id
  where s.outcome is distinct from 'withdrawn'`;

const counts = `
-- One number a place, measure and item:
--   people    'all'                   people whose home this is, as steps: what was added in a year stays in the later ones
--   standing  a standing              people whose year has it; 'short' is the rest
--   hours     form/subject            counted hours in hundredths
--   claims    form/state              claims ever submitted, where they stand now
--   waiting   stage/opened on/due on  open stages
--   settled   stage/days              stages decided in the year, by legal days from opening to decision
create table statistic_delta (
  year smallint not null,
  employer_id text not null,
  region_code text not null,
  level text not null,
  industry_code text not null,
  measure text not null check (measure in ('people', 'standing', 'hours', 'claims', 'waiting', 'settled')),
  item text not null,
  n bigint not null
);
create table statistic (
  like statistic_delta including constraints,
  primary key (year, measure, employer_id, region_code, level, industry_code, item)
);
create index statistic_nothing on statistic (year) where n = 0;
-- The same without the employer, for places with very many of them.
create table statistic_of_place (
  year smallint not null,
  region_code text not null,
  level text not null,
  industry_code text not null,
  measure text not null,
  item text not null,
  n bigint not null,
  primary key (${PLACE_KEY})
);
create index statistic_of_place_nothing on statistic_of_place (year) where n = 0;

create view statistic_now as
select ${KEY}, sum(n)::bigint as n
from (select ${KEY}, n from statistic union all select ${KEY}, n from statistic_delta) as parts
group by ${KEY} having sum(n) <> 0;
`;

const lookups = `
-- A drill-down from a number to its claims is one range of this.
create index claim_of_place on claim (year, region_code, id) where employer_id is not null;
`;

const maintenance = `
-- A change of a person's home moves what was counted for them, so it must not overlap with a change of their hours: the first holds
-- exclusively, the second with others. Few locks for many people, always taken in the same order.
create function statistics_hold(people uuid[], alone boolean) returns void language plpgsql as $$
declare bucket int;
begin
  for bucket in select distinct hashtext(p::text) & 255 from unnest(people) as p order by 1 loop
    if alone then perform pg_advisory_xact_lock(20260009, bucket);
    else perform pg_advisory_xact_lock_shared(20260009, bucket);
    end if;
  end loop;
end $$;

create function statistics_rehome(people uuid[]) returns void language plpgsql as $$
begin
  perform statistics_hold(people, true);
  insert into statistic_delta (${KEY}, n)
  with home as (
    select -1 as sign, * from person_home where person_id = any(people)
    union all select 1, * from person_home_truth where person_id = any(people)),
  moved as (
    select h.*, from_year as year, 'people' as measure, 'all' as item, sign as n from home h
    union all
    select h.*, (until_year + 1)::smallint, 'people', 'all', -sign from home h where until_year is not null
    union all
    select h.*, y.year, 'standing', y.standing, sign from home h join person_year y using (person_id)
    where y.standing <> 'short' and y.year between h.from_year and coalesce(h.until_year, y.year)
    union all
    select h.*, l.year, 'hours', l.form || '/' || s.subject, sign * s.delta from home h join ledger_entry l using (person_id)
    cross join lateral (values ('public', l.public_delta), ('professional', l.professional_delta)) as s (subject, delta)
    where l.year between h.from_year and coalesce(h.until_year, l.year))
  select ${KEY}, sum(n) from moved group by ${KEY} having sum(n) <> 0;
  delete from person_home where person_id = any(people);
  insert into person_home select * from person_home_truth where person_id = any(people);
end $$;

create function statistics_of_affiliation() returns trigger language plpgsql as $$
declare people uuid[];
begin
  if tg_op = 'INSERT' then people := array(select distinct person_id from new_rows);
  elsif tg_op = 'DELETE' then people := array(select distinct person_id from old_rows);
  else people := array(select person_id from old_rows union select person_id from new_rows);
  end if;
  if people <> '{}' then perform statistics_rehome(people); end if;
  return null;
end $$;
create trigger affiliation_counted_in after insert on affiliation referencing new table as new_rows
  for each statement execute function statistics_of_affiliation();
create trigger affiliation_counted_anew after update on affiliation referencing old table as old_rows new table as new_rows
  for each statement execute function statistics_of_affiliation();
create trigger affiliation_counted_out after delete on affiliation referencing old table as old_rows
  for each statement execute function statistics_of_affiliation();

create function statistics_of_entries() returns trigger language plpgsql as $$
begin
  perform statistics_hold(array(select distinct person_id from new_rows), false);
  insert into statistic_delta (${KEY}, n)
  select l.year, h.employer_id, h.region_code, h.level, h.industry_code, 'hours', l.form || '/' || s.subject, sum(s.delta)
  from new_rows l
  join person_home h on h.person_id = l.person_id and l.year between h.from_year and coalesce(h.until_year, l.year)
  cross join lateral (values ('public', l.public_delta), ('professional', l.professional_delta)) as s (subject, delta)
  group by 1, 2, 3, 4, 5, 7 having sum(s.delta) <> 0;
  return null;
end $$;
create trigger ledger_entry_counted after insert on ledger_entry referencing new table as new_rows
  for each statement execute function statistics_of_entries();

create function statistics_of_years() returns trigger language plpgsql as $$
begin
  perform statistics_hold(array(select distinct person_id from new_rows where standing <> 'short'), false);
  insert into statistic_delta (${KEY}, n)
  select y.year, h.employer_id, h.region_code, h.level, h.industry_code, 'standing', y.standing, count(*)
  from new_rows y join person_home h on h.person_id = y.person_id and y.year between h.from_year and coalesce(h.until_year, y.year)
  where y.standing <> 'short' group by 1, 2, 3, 4, 5, 7;
  return null;
end $$;
create trigger person_year_counted_in after insert on person_year referencing new table as new_rows
  for each statement execute function statistics_of_years();

create function statistics_of_year() returns trigger language plpgsql as $$
begin
  perform statistics_hold(array[old.person_id], false);
  insert into statistic_delta (${KEY}, n)
  select old.year, h.employer_id, h.region_code, h.level, h.industry_code, 'standing', x.standing, x.n
  from person_home h, (values (old.standing, -1), (case tg_op when 'UPDATE' then new.standing else 'short' end, 1)) as x (standing, n)
  where h.person_id = old.person_id and old.year between h.from_year and coalesce(h.until_year, old.year) and x.standing <> 'short';
  return null;
end $$;
create trigger person_year_counted_anew after update on person_year for each row
  when (old.standing is distinct from new.standing) execute function statistics_of_year();
create trigger person_year_counted_out after delete on person_year for each row
  when (old.standing <> 'short') execute function statistics_of_year();

create function statistics_of_new_claims() returns trigger language plpgsql as $$
begin
  insert into statistic_delta (${KEY}, n)
  select year, employer_id, region_code, level, industry_code, 'claims', form || '/' || state, count(*)
  from new_rows where employer_id is not null group by 1, 2, 3, 4, 5, 7;
  return null;
end $$;
create trigger claim_counted_in after insert on claim referencing new table as new_rows
  for each statement execute function statistics_of_new_claims();

create function statistics_of_claim() returns trigger language plpgsql as $$
begin
  insert into statistic_delta (${KEY}, n)
  select c.year, c.employer_id, c.region_code, c.level, c.industry_code, 'claims', c.form || '/' || c.state, c.n
  from (values (old.year, old.employer_id, old.region_code, old.level, old.industry_code, old.form, old.state, -1),
               (new.year, new.employer_id, new.region_code, new.level, new.industry_code, new.form, new.state, 1))
    as c (year, employer_id, region_code, level, industry_code, form, state, n)
  where c.employer_id is not null;
  return null;
end $$;
create trigger claim_counted_anew after update on claim for each row
  when ((old.state, old.form, old.year, old.employer_id, old.region_code, old.level, old.industry_code)
    is distinct from (new.state, new.form, new.year, new.employer_id, new.region_code, new.level, new.industry_code))
  execute function statistics_of_claim();

create function statistics_of_new_stages() returns trigger language plpgsql as $$
begin
  insert into statistic_delta (${KEY}, n)
  select ${KEY}, count(*) from (${stagesCounted('new_rows')}) as counted group by ${KEY};
  return null;
end $$;
create trigger stage_counted_in after insert on stage referencing new table as new_rows
  for each statement execute function statistics_of_new_stages();

create function statistics_of_stage() returns trigger language plpgsql as $$
begin
  insert into statistic_delta (${KEY}, n)
  select ${KEY}, -1 from (${stagesCounted('(select old.*)')}) as before
  union all select ${KEY}, 1 from (${stagesCounted('(select new.*)')}) as after;
  return null;
end $$;
create trigger stage_counted_anew after update on stage for each row
  when ((old.settled_at, old.outcome, old.opened_at, old.due_on) is distinct from (new.settled_at, new.outcome, new.opened_at, new.due_on))
  execute function statistics_of_stage();
`;

const folding = `
-- Adds the deltas up. One at a time; filings go on meanwhile, as nobody but the fold touches the folded rows.
create function fold_statistics() returns bigint language plpgsql as $$
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
    on conflict (${PLACE_KEY}) do update set n = s.n + excluded.n)
  select count(*) into folded from gone;
  delete from statistic where n = 0;
  delete from statistic_of_place where n = 0;
  return folded;
end $$;
`;

const truth = `
-- The same numbers counted from the record itself: what the kept ones are checked against, and rebuilt from.
create view statistic_truth as
with home as materialized (select * from person_home_truth)
select ${KEY}, sum(n)::bigint as n from (
  select from_year as year, employer_id, region_code, level, industry_code, 'people' as measure, 'all' as item, 1 as n from home
  union all
  select (until_year + 1)::smallint, employer_id, region_code, level, industry_code, 'people', 'all', -1 from home
  where until_year is not null
  union all
  select y.year, employer_id, region_code, level, industry_code, 'standing', y.standing, 1
  from person_year y join home h on h.person_id = y.person_id and y.year between h.from_year and coalesce(h.until_year, y.year)
  where y.standing <> 'short'
  union all
  select l.year, employer_id, region_code, level, industry_code, 'hours', l.form || '/' || s.subject, s.delta
  from ledger_entry l join home h on h.person_id = l.person_id and l.year between h.from_year and coalesce(h.until_year, l.year)
  cross join lateral (values ('public', l.public_delta), ('professional', l.professional_delta)) as s (subject, delta)
  union all
  select year, employer_id, region_code, level, industry_code, 'claims', form || '/' || state, 1 from claim where employer_id is not null
  union all
  select ${KEY}, 1 from (${stagesCounted('stage')}) as counted
) as counted group by ${KEY} having sum(n) <> 0;
`;

const rebuilding = `
-- Counts everything anew while nobody writes.
create function rebuild_statistics() returns void language plpgsql as $$
begin
  lock table affiliation, person_year, ledger_entry, claim, stage in share mode;
  perform pg_advisory_xact_lock(20260009, 1000);
  delete from person_home;
  insert into person_home select * from person_home_truth;
  delete from statistic_delta;
  delete from statistic;
  delete from statistic_of_place;
  insert into statistic_delta (${KEY}, n) select ${KEY}, n from statistic_truth;
  perform fold_statistics();
end $$;
`;

/** The standing of the years that are there already, by the figures in force in each, and the first count. */
async function backfill(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ year: number }>`select distinct year from person_year order by year`.execute(db);
  for (const { year } of rows) {
    await sql`
      update person_year set standing = case when deemed_complete then 'deemed-complete' else 'qualified' end
      where year = ${year} and (deemed_complete or (public_hundredths >= ${inForce(ANNUAL_PUBLIC, year)}::int
        and professional_hundredths >= ${inForce(ANNUAL_PROFESSIONAL, year)}::int
        and public_hundredths + professional_hundredths >= ${inForce(ANNUAL_TOTAL, year)}::int))`.execute(db);
  }
  await sql`select rebuild_statistics()`.execute(db);
}
