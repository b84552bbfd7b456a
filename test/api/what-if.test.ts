import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { continueWhatIf } from '../../db/what-if.ts';
import { sweep } from '../../relay/relay.ts';
import type { Activity } from '../../rules/activity.ts';
import { officerAt } from './platform.ts';
import { type Answer, type Bench, expectProblem, makeBench } from './support.ts';

/** What if: the years of a place judged by other figures as a job, and nothing of the record written. */

let bench: Bench;
let admin: Caller;
const people: string[] = [];
const exam: Activity = { form: 'qualification-exam', on: '2026-06-01', ownProfession: true, passed: true };
const course: Activity = {
  form: 'platform-course',
  on: '2026-06-01',
  course: 'C',
  hundredths: 3000,
  subject: 'public',
};
beforeAll(async () => {
  bench = await makeBench();
  admin = await officerAt(bench.world, 'hrss-420000', 'administrator');
  for (const [employer, activities] of [
    ['emp-city', [exam, course]],
    ['emp-county', [exam]],
    ['emp-central', [course]],
  ] as const) {
    const { personId } = await bench.world.declarant(employer);
    people.push(personId);
    for (const activity of activities) {
      const source = {
        sourceKind: 'platform' as const,
        sourceId: randomUUID(),
        activity,
        loweredTo: {},
        studyArchive: true,
      };
      await bench.db
        .transaction()
        .execute((trx) => recogniseInYear(trx, { personId, year: 2026, on: '2026-11-23' }, source));
    }
  }
});
afterAll(() => bench.close());

const start = (body: Record<string, unknown>, key = randomUUID()): Promise<Answer> =>
  bench.call('startWhatIf', { as: admin, headers: { 'idempotency-key': key }, body: { year: 2026, ...body } });
const show = async (id: string) => (await bench.call('whatIf', { as: admin, params: { id } })).json;
const changesOf = async (id: string, query: Record<string, unknown> = {}) =>
  (await bench.call('whatIfChanges', { as: admin, params: { id }, query })).json;
const finish = async (id: string, budgetMs = 60_000): Promise<number> => {
  let jobs = 1;
  while ((await continueWhatIf(bench.db, id, { budgetMs })) === 'again') jobs += 1;
  return jobs;
};
/** Started, worked off, and shown. */
const tried = async (body: Record<string, unknown>) => {
  const { status, json } = await start(body);
  expect([status, json.state]).toEqual([201, 'running']);
  await finish(json.id);
  return show(json.id);
};
const recordNow = async () => [
  await bench.db.selectFrom('ledger_entry').selectAll().orderBy('id').execute(),
  await bench.db.selectFrom('person_year').selectAll().orderBy('person_id').execute(),
];

test('tells who gains, who loses and whose verdict changes, and writes nothing of the record', async () => {
  const before = await recordNow();
  const shown = await tried({ figures: { examHours: 5000 } });
  expect(shown).toMatchObject({ state: 'done', peopleTotal: 3, peopleDone: 3, changed: 2, gain: 0, lose: 2 });
  expect(shown.verdicts).toMatchObject([{ from: 'qualified', to: 'in-progress', people: 1 }]);
  const { items } = await changesOf(shown.id);
  expect(items.map((item: { personId: string }) => item.personId).sort()).toEqual(people.slice(0, 2).sort());
  expect(items[0].after.totalHundredths).toBe(items[0].before.totalHundredths - 1000);
  expect(await recordNow()).toEqual(before);
  const easier = await tried({ figures: { annualTotal: 3000, annualPublic: 3000, annualProfessional: 0 } });
  expect(easier).toMatchObject({ gain: 0, lose: 0 });
  expect(easier.verdicts).toMatchObject([{ from: 'in-progress', to: 'qualified', people: 1 }]);
});

test('is of a place or an employer, which must be there; its list comes in pages', async () => {
  const county = await tried({ figures: { examHours: 5000 }, region: '420502' });
  expect(county).toMatchObject({ peopleDone: 1, changed: 1 });
  expect((await changesOf(county.id)).items).toMatchObject([{ personId: people[1] }]);
  expect(await tried({ figures: { examHours: 5000 }, employer: 'emp-central' })).toMatchObject({
    peopleDone: 1,
    changed: 0,
  });
  expectProblem(await start({ figures: { examHours: 1 }, region: '999999' }), 400, 'invalid-input');
  expectProblem(await start({ figures: { examHours: 1 }, employer: 'hrss-420000' }), 400, 'invalid-input');
  const whole = await tried({ figures: { examHours: 5000 } });
  const seen: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await changesOf(whole.id, { limit: 1, ...(after === undefined ? {} : { after }) });
    seen.push(...page.items.map((item: { personId: string }) => item.personId));
    after = page.next;
  }
  expect(seen).toEqual(people.slice(0, 2).sort());
});

test('comes as a file with the same rows; whoever looks leaves a trail that names nobody', async () => {
  const { id } = await tried({ figures: { examHours: 5000 } });
  const file = await bench.call('whatIfExport', { as: admin, params: { id } });
  expect(file.status).toBe(200);
  expect(file.body.trim().split('\r\n')).toHaveLength(3);
  expect(file.body).toContain('试算结论');
  await changesOf(id);
  const trail = await bench.db.selectFrom('audit').selectAll().where('subject_id', '=', id).orderBy('id').execute();
  expect(trail.map(({ action }) => action)).toEqual([
    'what-if.started',
    'what-if.done',
    'what-if.export',
    'what-if.read',
  ]);
  expect(JSON.stringify(trail)).not.toContain('申报人');
});

test('the same request again is the same what-if; another waits until the first has ended', async () => {
  const key = randomUUID();
  const first = await start({ figures: { examHours: 5000 } }, key);
  expect((await start({ figures: { examHours: 5000 } }, key)).json.id).toBe(first.json.id);
  expectProblem(await start({ figures: { examHours: 4000 } }), 409, 'what-if-running');
  await finish(first.json.id);
  // At the same moment too: neither is told that another runs.
  const twice = randomUUID();
  const both = await Promise.all(Array.from({ length: 6 }, () => start({ figures: { examHours: 5000 } }, twice)));
  expect(new Set(both.map(({ status, json }) => `${status} ${json.id}`)).size).toBe(1);
  expect(both[0]?.status).toBe(201);
  await finish(both[0]?.json.id);
  expect((await tried({ figures: { examHours: 4000 } })).state).toBe('done');
});

test('cut short after each page and worked on by two jobs at once, everybody is judged once', async () => {
  await crowd(1_100);
  const { json } = await start({ figures: { examHours: 5000 } });
  expect(await continueWhatIf(bench.db, json.id, { budgetMs: 0 })).toBe('again');
  expect(await show(json.id)).toMatchObject({ state: 'running', peopleTotal: 1_103, peopleDone: 500 });
  await Promise.all([finish(json.id, 0), finish(json.id, 0), finish(json.id)]);
  expect(await show(json.id)).toMatchObject({ state: 'done', peopleDone: 1_103, changed: 2 });
});

test('cancelled in the middle it stops there and keeps no list; done, it cannot be cancelled', async () => {
  const { json } = await start({ figures: { examHours: 5000 } });
  await continueWhatIf(bench.db, json.id, { budgetMs: 0 });
  const cancel = (id: string) => bench.call('cancelWhatIf', { as: admin, params: { id } });
  expect((await cancel(json.id)).json).toMatchObject({ state: 'cancelled', peopleDone: 500 });
  expect(await finish(json.id)).toBe(1);
  expect((await cancel(json.id)).json).toMatchObject({ state: 'cancelled', peopleDone: 500 });
  expect((await changesOf(json.id)).items).toEqual([]);
  expectProblem(await cancel((await tried({ figures: { examHours: 5000 } })).id), 409, 'what-if-ended');
  expectProblem(await cancel(randomUUID()), 404, 'not-found');
});

test('what is a month old is dropped with its names', async () => {
  const { id } = await tried({ figures: { examHours: 5000 } });
  const age = (days: number) =>
    sql`update what_if set created_at = now() - make_interval(days => ${days}) where id = ${id}`.execute(bench.db);
  await age(29);
  await sweep(bench.db);
  expect(await show(id)).toMatchObject({ state: 'done' });
  await age(31);
  await sweep(bench.db);
  expectProblem(await bench.call('whatIf', { as: admin, params: { id } }), 404, 'not-found');
});

test('refuses figures that are none', async () => {
  for (const figures of [{}, { nothing: 1 }, { examHours: -1 }, { examHours: 1.5 }, { minutesPerHour: 0 }])
    expectProblem(await start({ figures }), 400, 'invalid-input');
});

/** People with a year and no hours. */
const crowd = (count: number) =>
  sql`
    with people as (
      insert into person (name, id_number)
      select '旁人' || n, '43' || lpad(n::text, 15, '0') || 'X' from generate_series(1, ${count}::int) n returning id)
    insert into person_year (person_id, year) select id, 2026 from people`.execute(bench.db);
