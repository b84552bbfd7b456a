import { type RawBuilder, sql } from 'kysely';
import type { Cluster } from '../../bin/lib/postgres.ts';
import { addressOf, type RouteName } from '../../contract/routes.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { INDUSTRIES } from '../../db/demo/industries.ts';
import { REGIONS } from '../../db/demo/regions.ts';
import { foldStatistics } from '../../db/statistics.ts';
import { Http, now, together } from '../lib/load.ts';
import { type Cpu, costed, rounded, type Summary, summary } from '../lib/measure.ts';
import { appoint, newPeople, type SignedIn } from '../lib/people.ts';
import type { Servers } from '../lib/servers.ts';
import { say } from '../lib/settings.ts';
import { apiSecrets } from '../lib/system.ts';

/** The statistics of a province: so many people's years with an hour each, seeded through the triggers; then the page's questions. */

const PEOPLE = Number(process.env['PEOPLE'] ?? 1_000_000);
const EMPLOYERS = 10_000;
const BATCH = 100_000;
const CALLERS = 4;
const LOOKS = 200;

export interface StatisticsResult {
  people: number;
  employers: number;
  seedS: number;
  folded: number;
  foldS: number;
  looks: Record<string, Summary & { errors: number; firstErrors: string[] }>;
  cpu: Cpu;
}

export async function measureStatistics(
  servers: Servers,
  cluster: Cluster & { pid: number },
  temporalAddress: string,
): Promise<StatisticsResult> {
  const url = await servers.database(cluster, 'statistics');
  const db = kyselyOn(connectPool(url, 4));
  const began = now();
  await seedPlaces(db);
  for (let from = 1; from <= PEOPLE; from += BATCH) {
    await seedPeople(db, from, Math.min(PEOPLE, from + BATCH - 1));
    say('people', Math.min(PEOPLE, from + BATCH - 1), 'after', rounded((now() - began) / 1000), 's');
  }
  await seedWork(db);
  const seedS = rounded((now() - began) / 1000);
  const foldBegan = now();
  const folded = await foldStatistics(db);
  const foldS = rounded((now() - foldBegan) / 1000);
  await sql`vacuum analyze`.execute(db);
  const supervisors = await newPeople(db, '监督', CALLERS);
  await appoint(
    db,
    supervisors,
    supervisors.map(() => 'hrss-420000'),
    'supervisor',
  );
  const api = await servers.http('api-statistics', 'bin/api.ts', '/health/live', {
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: temporalAddress,
    ...apiSecrets(),
  });
  const http = new Http(api.base, CALLERS);
  const { value: looks, cpu } = await costed({ api: api.pid, postgres: cluster.pid }, () =>
    lookAtAll(http, supervisors),
  );
  await http.close();
  await servers.stop(api.pid);
  await db.destroy();
  return { people: PEOPLE, employers: EMPLOYERS, seedS, folded, foldS, looks, cpu };
}

/** What the page asks; the first paint is the first. */
const QUESTIONS: readonly (readonly [string, RouteName, Record<string, unknown>])[] = [
  ['province by region: first paint', 'statistics', {}],
  ['province by industry', 'statistics', { by: 'industry' }],
  ['province: how the work goes', 'statisticsWork', {}],
  ['a city by county', 'statistics', { region: '420500' }],
  ['province by employer, first page', 'statistics', { by: 'employer' }],
  ['one employer', 'statistics', { employer: 'emp-bench-00042', by: 'employer' }],
  ['people of the province, first page', 'statisticsPeople', {}],
  ['the qualified of one county', 'statisticsPeople', { region: '420502', standing: 'qualified' }],
];

async function lookAtAll(http: Http, supervisors: readonly SignedIn[]): Promise<StatisticsResult['looks']> {
  const looks: StatisticsResult['looks'] = {};
  for (const [what, route, query] of QUESTIONS) {
    const path = addressOf(route, { query: { year: 2026, ...query } });
    const ask = async (caller: number): Promise<void> => {
      const headers = supervisors[caller]?.headers ?? {};
      const answer = await http.call<{ total?: { people: number }; items?: unknown[] }>({ path, headers });
      if (answer.total?.people === 0 || answer.items?.length === 0) throw new Error(`${what}: nothing`);
    };
    const items = Array.from({ length: LOOKS }, (_, i) => i);
    await together(items.slice(0, 20), CALLERS, (_, caller) => ask(caller));
    const samples: number[] = [];
    const errors = await together(items, CALLERS, async (_, caller) => {
      const at = now();
      await ask(caller);
      samples.push(now() - at);
    });
    const result = { ...summary(samples), errors: errors.length, firstErrors: errors.slice(0, 3) };
    looks[what] = result;
    say(what, result.p50, result.p95, result.p99, result.firstErrors);
  }
  return looks;
}

async function seedPlaces(db: Db): Promise<void> {
  await db
    .insertInto('region')
    .values(REGIONS.map(({ code, name, level, parentCode }) => ({ code, name, level, parent_code: parentCode })))
    .execute();
  await db
    .insertInto('industry')
    .values(INDUSTRIES.map(({ code, name }) => ({ code, name })))
    .execute();
  await sql`
    insert into organisation (id, name, kind, level, region_code) values ('hrss-420000', '省人社厅', 'hrss', 'province', '420000')`.execute(
    db,
  );
  await sql`
    with r as (select *, row_number() over (order by code) - 1 as i, count(*) over () as all from region),
      t as (select *, row_number() over (order by code) - 1 as i, count(*) over () as all from industry)
    insert into organisation (id, name, kind, level, region_code, industry_code, unit_kind, study_archive)
    select 'emp-bench-' || lpad(n::text, 5, '0'), '基准测试单位' || n, 'employer', r.level, r.code, t.code, 'ordinary', true
    from generate_series(1, ${EMPLOYERS}::int) n
    join r on r.i = n % r.all join t on t.i = (n / r.all) % t.all`.execute(db);
}

const uuid = (kind: string, number: string): RawBuilder<unknown> =>
  sql`(${sql.lit(`000000${kind}-0000-7000-8000-`)} || lpad(to_hex(${sql.raw(number)}), 12, '0'))::uuid`;

/** People with an affiliation, a year (one in five qualified) and an entry of the ledger each. */
async function seedPeople(db: Db, from: number, to: number): Promise<void> {
  const numbers = sql`generate_series(${from}::int, ${to}::int) n`;
  await db.transaction().execute(async (trx) => {
    await sql`set local synchronous_commit = off`.execute(trx);
    // From the sixth batch on a trigger's cached plan would search an array of a hundred thousand people for each row.
    await sql`set local plan_cache_mode = force_custom_plan`.execute(trx);
    await sql`
      insert into person (id, name, id_number) select ${uuid('c1', 'n')}, '测试人员' || n, '777777' || lpad(n::text, 11, '0') || '0'
      from ${numbers}`.execute(trx);
    await sql`
      insert into affiliation (person_id, employer_id, unit_kind, level, region_code, industry_code, from_on)
      select ${uuid('c1', 'n')}, o.id, 'ordinary', o.level, o.region_code, o.industry_code, '2020-01-01'
      from ${numbers} join organisation o on o.id = 'emp-bench-' || lpad((1 + n % ${EMPLOYERS}::int)::text, 5, '0')`.execute(
      trx,
    );
    await sql`
      insert into person_year (person_id, year, public_hundredths, professional_hundredths, standing)
      select ${uuid('c1', 'n')}, 2026, 3000, case n % 5 when 0 then 6000 else 0 end, case n % 5 when 0 then 'qualified' else 'short' end
      from ${numbers}`.execute(trx);
    await sql`
      insert into ledger_entry (person_id, year, kind, source_kind, source_id, caused_by, form, activity, public_delta, professional_delta,
        counted_hundredths, deemed_complete, basis, steps, rule_version)
      select ${uuid('c1', 'n')}, 2026, 'recognition', 'platform', ${uuid('c2', 'n')}, ${uuid('c2', 'n')},
        (array['platform-course', 'authority-training', 'unit-training', 'academic-conference', 'qualification-exam'])[1 + n % 5], '{}',
        3000, case n % 5 when 0 then 6000 else 0 end, 3000, false, '{}', '[]', 'bench' from ${numbers}`.execute(trx);
  });
}

/** Claims and stages as numbers alone: what their triggers would have appended, at every employer. */
async function seedWork(db: Db): Promise<void> {
  const of = (measure: string, item: RawBuilder<unknown>, rest: RawBuilder<unknown>): RawBuilder<unknown> => sql`
    insert into statistic_delta (year, employer_id, region_code, level, industry_code, measure, item, n)
    select 2026, id, region_code, level, industry_code, ${measure}, ${item}, 1 from organisation, ${rest} where kind = 'employer'`;
  const stages = sql`unnest(array['first-review', 're-review', 'filing']) stage`;
  await of(
    'claims',
    sql`form || '/' || state`,
    sql`unnest(array['authority-training', 'unit-training', 'academic-conference', 'qualification-exam', 'degree', 'authority-recognised']) form,
      unnest(array['first-review', 're-review', 'filing', 'filed', 'rejected']) state`,
  ).execute(db);
  await of(
    'waiting',
    sql`stage || '/' || date '2026-11-20' - d || '/' || date '2026-12-10' - d`,
    sql`${stages}, generate_series(0, 9) d`,
  ).execute(db);
  await of('settled', sql`stage || '/' || d`, sql`${stages}, generate_series(0, 14) d`).execute(db);
}
