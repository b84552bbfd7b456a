import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { officerAt } from './platform.ts';
import { type Bench, expectProblem, makeBench } from './support.ts';

/** Somebody else's year: who may see it, and that it leaves a trail. */

let bench: Bench;
let person: Caller;
beforeAll(async () => {
  bench = await makeBench();
  person = await bench.world.declarant('emp-city');
  await bench.db.transaction().execute((trx) =>
    recogniseInYear(
      trx,
      { personId: person.personId, year: 2026, on: '2026-11-23' },
      {
        sourceKind: 'platform',
        sourceId: randomUUID(),
        activity: { form: 'platform-course', on: '2026-06-01', course: 'C', hundredths: 700, subject: 'public' },
        loweredTo: {},
        studyArchive: true,
      },
    ),
  );
});
afterAll(() => bench.close());

const ask = (as: Caller, personId = person.personId) =>
  bench.call('personYear', { as, params: { id: personId, year: 2026 } });
const trail = () =>
  bench.db
    .selectFrom('audit')
    .select(['actor_id', 'action'])
    .where('subject_kind', '=', 'person-year')
    .where('subject_id', '=', `${person.personId}/2026`)
    .orderBy('id')
    .execute();

test('is seen by the employer’s manager and the authorities above, with every hour explained as for the person', async () => {
  const own = await bench.call('year', { as: person, params: { year: 2026 } });
  for (const organisation of ['emp-city', 'hrss-420500', 'ind-420500-health', 'hrss-420000']) {
    const seen = await ask(await officerAt(bench.world, organisation, 'administrator'));
    expect([organisation, seen.status]).toEqual([organisation, 200]);
    expect(seen.json).toMatchObject({
      items: own.json.items,
      caps: own.json.caps,
      mayRevoke: organisation !== 'emp-city',
    });
    expect(seen.json.person.idNumberMasked).toMatch(/\*/);
  }
});

test('is not there for a stranger, a foreign county or a plain colleague, and each look or try is in the trail', async () => {
  const strangers = [
    await bench.world.declarant('emp-city'),
    await officerAt(bench.world, 'hrss-420502', 'supervisor'),
    await officerAt(bench.world, 'emp-county', 'administrator'),
  ];
  const before = (await trail()).length;
  for (const stranger of strangers) {
    expectProblem(await ask(stranger), 404, 'not-found');
    expectProblem(await ask(stranger, randomUUID()), 404, 'not-found');
  }
  const manager = await officerAt(bench.world, 'emp-city', 'administrator');
  await ask(manager);
  await ask(person);
  expect((await trail()).slice(before)).toEqual([
    ...strangers.map(({ personId }) => ({ actor_id: personId, action: 'person-year.denied' })),
    { actor_id: manager.personId, action: 'person-year.read' },
  ]);
});
