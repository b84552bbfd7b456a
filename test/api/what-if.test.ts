import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import type { Activity } from '../../rules/activity.ts';
import { officerAt } from './platform.ts';
import { type Bench, expectProblem, makeBench } from './support.ts';

/** What if: the years of a place judged by other figures, and nothing written. */

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

const ask = (body: Record<string, unknown>) => bench.call('whatIf', { as: admin, body: { year: 2026, ...body } });

test('tells who gains, who loses and whose verdict changes, and writes nothing but the trail', async () => {
  const before = await bench.db.selectFrom('ledger_entry').selectAll().orderBy('id').execute();
  const { json } = await ask({ figures: { examHours: 5000 } });
  expect(json).toMatchObject({ people: 3, gain: 0, lose: 2, next: null });
  expect(json.verdicts).toMatchObject([{ from: 'qualified', to: 'in-progress', people: 1 }]);
  expect(json.items.map((item: { personId: string }) => item.personId).sort()).toEqual(people.slice(0, 2).sort());
  expect(json.items[0].after.totalHundredths).toBe(json.items[0].before.totalHundredths - 1000);
  expect(await bench.db.selectFrom('ledger_entry').selectAll().orderBy('id').execute()).toEqual(before);
  const easier = await ask({ figures: { annualTotal: 3000, annualPublic: 3000, annualProfessional: 0 } });
  expect(easier.json).toMatchObject({ gain: 0, lose: 0 });
  expect(easier.json.verdicts).toMatchObject([{ from: 'in-progress', to: 'qualified', people: 1 }]);
});

test('is asked page by page, of a place or an employer', async () => {
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const { json } = await ask({ figures: { examHours: 5000 }, people: 1, ...(after === undefined ? {} : { after }) });
    seen.push(...json.items.map((item: { personId: string }) => item.personId));
    if (json.next === null) break;
    after = json.next;
  }
  expect(seen.sort()).toEqual(people.slice(0, 2).sort());
  const county = await ask({ figures: { examHours: 5000 }, region: '420502' });
  expect(county.json).toMatchObject({ people: 1, items: [{ personId: people[1] }] });
  expect((await ask({ figures: { examHours: 5000 }, employer: 'emp-central' })).json).toMatchObject({
    people: 1,
    items: [],
  });
});

test('comes as a file with the same rows', async () => {
  const file = await bench.call('whatIfExport', { as: admin, body: { year: 2026, figures: { examHours: 5000 } } });
  expect(file.status).toBe(200);
  expect(file.body.trim().split('\r\n')).toHaveLength(3);
  expect(file.body).toContain('试算结论');
});

test('refuses figures that are none', async () => {
  for (const figures of [{}, { nothing: 1 }, { examHours: -1 }, { examHours: 1.5 }, { minutesPerHour: 0 }])
    expectProblem(await ask({ figures }), 400, 'invalid-input');
});
