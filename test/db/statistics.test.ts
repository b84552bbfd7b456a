import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import * as record from '../../db/claims.ts';
import { activeSources, recogniseInYear, reverseInYear } from '../../db/ledger.ts';
import { foldStatistics, rebuildStatistics, statisticsDifferences } from '../../db/statistics.ts';
import { nextStep } from '../../rules/stages.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { decideAll, done, makeWorld, openTasks, submitted, training, verdict, type World } from '../support/world.ts';

/** The statistics (Art. 12) stay equal to the record, whoever changes it and however many at once. */

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

/** Applies every unapplied act, as the workflow would. */
async function advance(claimId: string): Promise<void> {
  for (;;) {
    const { plan, unapplied } = await record.loadClaim(world.db, claimId);
    const act = unapplied[0];
    if (!act) return;
    const step = nextStep(plan, act);
    const { seq } = act;
    if (step.do === 'open-stage')
      await record.openStage(world.db, { claimId, seq, stage: step.stage, dueOn: '2026-12-31', calendar: 'test' });
    else if (step.do === 'request-correction')
      await record.requestCorrection(world.db, { claimId, seq, dueAt: '2099-01-01T16:00:00Z' });
    else if (step.do === 'reopen-stage') await record.reopenStage(world.db, { claimId, seq });
    else if (step.do === 'file') await record.fileClaim(world.db, { claimId, seq, on: '2026-11-23' });
    else await record.endClaim(world.db, { claimId, seq, state: step.state });
  }
}

/** What is counted at an employer, folded or not. */
async function counted(employerId: string): Promise<Record<string, number>> {
  const rows = await world.db
    .selectFrom('statistic_now')
    .select(['year', 'measure', 'item'])
    .select(sql<number>`sum(n)::float8`.as('n'))
    .where('employer_id', '=', employerId)
    .groupBy(['year', 'measure', 'item'])
    .execute();
  return Object.fromEntries(rows.map((r) => [`${r.year} ${r.measure} ${r.item}`, r.n]));
}

const move = (personId: string, to: string, on: string) =>
  world.db.transaction().execute(async (trx) => {
    await sql`update affiliation set until_on = ${on}::date where person_id = ${personId} and until_on is null`.execute(
      trx,
    );
    await sql`
      insert into affiliation (person_id, employer_id, unit_kind, level, region_code, industry_code, from_on)
      select ${personId}, id, unit_kind, level, region_code, industry_code, ${on}::date from organisation where id = ${to}`.execute(
      trx,
    );
  });

const course = (hundredths: number, subject: 'public' | 'professional') => {
  const id = randomUUID();
  return {
    sourceKind: 'platform' as const,
    sourceId: id,
    activity: { form: 'platform-course' as const, on: '2026-09-01', course: id, hundredths, subject },
    loweredTo: {},
    studyArchive: true,
  };
};
const learn = (personId: string, hundredths: number, subject: 'public' | 'professional', year = 2026) =>
  world.db
    .transaction()
    .execute((trx) => recogniseInYear(trx, { personId, year, on: '2026-11-23' }, course(hundredths, subject)));

const none = async (): Promise<void> => expect(await statisticsDifferences(world.db)).toEqual([]);

describe('a person is counted', () => {
  test('from the year of their affiliation on, with no hours at all', async () => {
    await world.declarant('emp-new-trade');
    expect(await counted('emp-new-trade')).toEqual({ '2026 people all': 1 });
    await none();
  });

  test('with the last unit of each year: a transfer takes the year’s hours and standing along', async () => {
    const { personId } = await world.declarant('emp-hosting');
    await learn(personId, 3000, 'public');
    await learn(personId, 6000, 'professional');
    expect(await counted('emp-hosting')).toEqual({
      '2026 people all': 1,
      '2026 standing qualified': 1,
      '2026 hours platform-course/public': 3000,
      '2026 hours platform-course/professional': 6000,
    });
    await move(personId, 'emp-no-archive', '2026-10-01');
    expect(await counted('emp-hosting')).toEqual({});
    expect(await counted('emp-no-archive')).toMatchObject({ '2026 people all': 1, '2026 standing qualified': 1 });
    await move(personId, 'emp-direct', '2027-01-01');
    expect(await counted('emp-no-archive')).toMatchObject({ '2026 people all': 1, '2027 people all': -1 });
    expect(await counted('emp-direct')).toEqual({ '2027 people all': 1 });
    await sql`delete from affiliation where person_id = ${personId}`.execute(world.db);
    expect(await counted('emp-no-archive')).toEqual({});
    await none();
  });

  test('an end on New Year’s Day leaves the year before and no other', async () => {
    const { personId } = await world.declarant('emp-county');
    await sql`update affiliation set until_on = '2027-01-01' where person_id = ${personId}`.execute(world.db);
    expect(await counted('emp-county')).toEqual({ '2026 people all': 1, '2027 people all': -1 });
    await none();
  });
});

test('a claim is counted where it stands, its stages as waiting and then by the days they took', async () => {
  const person = await world.declarant('emp-direct');
  const claimId = await submitted(world.db, person, training('authority-training', ['2026-05-11']));
  expect(await counted('emp-direct')).toMatchObject({ '2026 claims authority-training/first-review': 1 });
  await advance(claimId);
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  expect(await counted('emp-direct')).toMatchObject({ [`2026 waiting first-review/${today}/2026-12-31`]: 1 });
  await sql`update stage set opened_at = opened_at - interval '3 days' where claim_id = ${claimId}`.execute(world.db);
  await decideAll(world, claimId, 'approve');
  await advance(claimId);
  const year = today.slice(0, 4);
  expect(await counted('emp-direct')).toMatchObject({
    '2026 claims authority-training/re-review': 1,
    [`${year} settled first-review/3`]: 1,
    [`2026 waiting re-review/${today}/2026-12-31`]: 1,
  });
  await decideAll(world, claimId, 'reject');
  await advance(claimId);
  expect(await counted('emp-direct')).toMatchObject({ '2026 claims authority-training/rejected': 1 });
  await none();
});

test('a withdrawn claim waits nowhere and has no days of review', async () => {
  const person = await world.declarant('emp-county');
  const claimId = await submitted(world.db, person, training('authority-training', ['2026-05-12']));
  await advance(claimId);
  done(await withdrawClaim(world.db, person, { claimId, requestKey: randomUUID() }));
  await advance(claimId);
  const now = await counted('emp-county');
  expect(now).toMatchObject({ '2026 claims authority-training/withdrawn': 1 });
  expect(Object.keys(now).filter((key) => /waiting|settled/.test(key))).toEqual([]);
  await none();
});

describe('with many at once', () => {
  /** A central unit's claim is filed on its own approval, so that each `advance` below files. */
  async function decidedClaim(person: Awaited<ReturnType<World['declarant']>>, on: string): Promise<string> {
    const claimId = await submitted(world.db, person, training('unit-training', [on], `并发 ${on}`));
    await advance(claimId);
    const [task] = await openTasks(world.db, claimId);
    done(
      await lookAndDecide(world.db, world.officer('emp-central', 'first-reviewer'), task?.id ?? '', verdict('approve')),
    );
    return claimId;
  }

  test('filings, courses, transfers, rejections and folds leave the numbers of the record', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => world.declarant('emp-central')));
    const claims: string[] = [];
    for (const person of people)
      for (const day of ['06-01', '06-02', '06-03']) claims.push(await decidedClaim(person, `2026-${day}`));
    const work = [
      ...claims.map((id) => () => advance(id)),
      ...people.flatMap(({ personId }) => [
        () => learn(personId, 3500, 'public'),
        () => learn(personId, 5800, 'professional'),
        () => move(personId, 'emp-city', '2026-11-01'),
      ]),
      ...Array.from({ length: 8 }, () => () => foldStatistics(world.db)),
    ];
    await Promise.all(shuffled(work).map((each) => each()));
    await none();
    const city = await counted('emp-city');
    expect(city).toMatchObject({
      '2026 people all': 6,
      '2026 standing qualified': 6,
      '2026 hours unit-training/professional': 6 * 2000,
    });
    // Revoked afterwards, as an act on the record does it: the hours and the standing go again.
    await Promise.all(people.map(({ personId }) => revokeAll(personId)));
    await none();
    expect(Object.keys(await counted('emp-city')).filter((key) => /hours|standing/.test(key))).toEqual([]);
  });

  /** Every source of the year reversed, as a revocation does it. */
  const revokeAll = (personId: string) =>
    world.db.transaction().execute(async (trx) => {
      const of = { personId, year: 2026, on: '2026-11-23' };
      for (const { sourceId } of await activeSources(trx, of)) {
        await reverseInYear(trx, of, { sourceId, causedBy: sourceId, basis: ['20'], reason: '抽查不符' });
      }
    });

  const shuffled = <T>(list: T[]): T[] =>
    list
      .map((x) => [Math.random(), x] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, x]) => x);

  test('nobody waits for a colleague of the same unit: a filing left open holds up no other', async () => {
    const [one, other] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
    await world.db.transaction().execute(async (trx) => {
      await recogniseInYear(trx, { personId: one.personId, year: 2026, on: '2026-11-23' }, course(100, 'public'));
      await sql`set lock_timeout = '2s'`.execute(world.db);
      await learn(other.personId, 100, 'public');
      await foldStatistics(world.db);
    });
    await none();
  });
});

describe('the check', () => {
  beforeEach(async () => {
    await rebuildStatistics(world.db);
    await none();
  });

  test('names a number that was tampered with', async () => {
    await sql`update statistic set n = n + 1 where measure = 'people' and employer_id = 'emp-city'`.execute(world.db);
    const found = await statisticsDifferences(world.db);
    expect(found[0]).toMatchObject({ of: '2026 emp-city 420500 city health people all' });
    expect(found[0]?.kept).toBe((found[0]?.counted ?? 0) + 1);
    for (const of of [
      'statistic_of_place 2026 420500 city health people all',
      'statistic_of_region 2026 420500 city people all',
      'statistic_of_industry 2026 health people all',
      'statistic_of_employer 2026 emp-city 420500 city health people',
    ])
      expect(found.filter((each) => each.of === of).length).toBe(1);
  });

  test('names a home and a standing that do not follow from the record', async () => {
    const { personId } = await world.declarant('emp-city');
    await learn(personId, 100, 'public');
    await sql`update person_home set employer_id = 'emp-county' where person_id = ${personId}`.execute(world.db);
    await sql`update person_year set standing = 'qualified' where person_id = ${personId}`.execute(world.db);
    const found = (await statisticsDifferences(world.db)).map(({ of }) => of);
    expect(found).toContain(`home ${personId}`);
    expect(found).toContain(`standing of ${personId} in 2026: qualified instead of short`);
    await sql`update person_year set standing = 'short' where person_id = ${personId}`.execute(world.db);
  });

  test('names an hour that went past the triggers', async () => {
    const { personId } = await world.declarant('emp-city');
    await learn(personId, 100, 'public');
    await sql`delete from statistic_delta where measure = 'hours'`.execute(world.db);
    const found = (await statisticsDifferences(world.db)).map(({ of }) => of);
    expect(found).toContain('2026 emp-city 420500 city health hours platform-course/public');
  });

  test('as a command lists what differs and exits 1, and 0 once counted anew', async () => {
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/aggregates.ts', ...args], {
        env: { ...process.env, DATABASE_URL: database.url },
      }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        (error: unknown) => error as { code: number; stdout: string },
      );
    await sql`update statistic set n = n + 1 where measure = 'people' and employer_id = 'emp-city'`.execute(world.db);
    const wrong = await run();
    expect([wrong.code, wrong.stdout]).toEqual([
      1,
      expect.stringContaining('2026 emp-city 420500 city health people all'),
    ]);
    const right = await run('--rebuild');
    expect([right.code, right.stdout.trim()]).toEqual([0, '统计汇总与记录一致。']);
  });
});
