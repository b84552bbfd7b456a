import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { fileClaim, loadClaim } from '../../db/claims.ts';
import { adoptPersonKeySecret } from '../../db/person-keys.ts';
import { submitted, training } from '../support/world.ts';
import { addCourses, aMachine, keyOf } from './platform.ts';
import { type Answer, type Bench, expectProblem, makeBench } from './support.ts';

/** What the provincial platform reports (Arts. 11(2), 14): idempotent, a result a row, counted at once. */
let bench: Bench;
let platform: string;
let person: Caller;
let personKey: string;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-23T04:00:00Z') });
  bench = await makeBench();
  await addCourses(bench.db);
  platform = await aMachine(bench.db, ['completions']);
});
afterAll(async () => {
  vi.useRealTimers();
  await bench.close();
});
beforeEach(async () => {
  person = await bench.world.declarant('emp-city');
  personKey = await keyOf(bench.db, person);
});

const report = (completions: unknown[], authorization = platform): Promise<Answer> =>
  bench.call('registerCompletions', { headers: { authorization }, body: { completions } });
const completion = (rest: object = {}) => ({
  personKey,
  course: 'G01',
  completedOn: '2026-09-01',
  externalId: randomUUID(),
  ...rest,
});
const statuses = (answer: Answer): string[] => answer.json.items.map((item: { status: string }) => item.status);
const totals = (of: Caller) =>
  bench.db
    .selectFrom('person_year')
    .select(['year', 'public_hundredths', 'professional_hundredths'])
    .where('person_id', '=', of.personId)
    .execute();

test('a completion counts at once with the catalogue’s hours and subject, and my year lists it', async () => {
  const answer = await report([completion(), completion({ course: 'Z01' })]);
  expect([answer.status, statuses(answer), answer.json.counts]).toEqual([
    200,
    ['registered', 'registered'],
    { registered: 2 },
  ]);
  expect(await totals(person)).toEqual([{ year: 2026, public_hundredths: 600, professional_hundredths: 1200 }]);
  const year = await bench.call('year', { as: person, params: { year: 2026 } });
  expect(year.json.platformCourses).toMatchObject([
    { course: 'G01', hundredths: 600, counted: true },
    { course: 'Z01', hundredths: 1200, counted: true },
  ]);
});

test('the batch sent again changes nothing, and the same course in the year counts once', async () => {
  const batch = [completion(), completion({ course: 'Z01' })];
  await report(batch);
  expect(statuses(await report([...batch, completion({ completedOn: '2026-10-01' })]))).toEqual([
    'already',
    'already',
    'course-counted',
  ]);
  expect(await totals(person)).toEqual([{ year: 2026, public_hundredths: 600, professional_hundredths: 1200 }]);
});

test('sent again when its course has another label, or its year is closed, it is still the one registered', async () => {
  const sent = completion();
  const [made] = (await report([sent])).json.items;
  const label = (hundredths: number) =>
    bench.db.updateTable('platform_course').set({ hundredths }).where('code', '=', 'G01').execute();
  try {
    await label(700);
    expect(statuses(await report([{ ...sent, hundredths: 600 }]))).toEqual(['already']);
    vi.setSystemTime(new Date('2027-04-01T04:00:00Z'));
    const late = await report([sent, completion()]);
    expect(late.json.items).toMatchObject([
      { status: 'already', completionId: made.completionId },
      { status: 'closed-year' },
    ]);
  } finally {
    vi.setSystemTime(new Date('2026-11-23T04:00:00Z'));
    await label(600);
  }
});

test('a number used for something else is refused, also within one batch; another client’s numbers are its own', async () => {
  const first = completion();
  expect(statuses(await report([first, { ...first, course: 'Z01' }, first]))).toEqual([
    'registered',
    'external-id-reused',
    'already',
  ]);
  const other = await aMachine(bench.db, ['completions']);
  expect(statuses(await report([{ ...first, course: 'Z01' }], other))).toEqual(['registered']);
});

test('each row has its own answer, and a refused row writes nothing', async () => {
  const rows = [
    completion({ personKey: '0'.repeat(64) }),
    completion({ course: 'NONE' }),
    completion({ hundredths: 700 }),
    completion({ completedOn: '2025-12-31' }),
    completion({ completedOn: '2026-11-24' }),
    completion({ course: 'G02', completedOn: '2026-05-31' }),
    completion({ course: 'G02', completedOn: '2026-09-01' }),
    completion({ course: 'G02', completedOn: '2026-08-31', hundredths: 450 }),
  ];
  const answer = await report(rows);
  expect(statuses(answer)).toEqual([
    'unknown-person',
    'unknown-course',
    'hours-differ',
    'before-measures',
    'future-date',
    'course-not-valid',
    'course-not-valid',
    'registered',
  ]);
  expect(await totals(person)).toEqual([{ year: 2026, public_hundredths: 450, professional_hundredths: 0 }]);
});

describe('D-10: a year is closed after 31 March of the next', () => {
  test.each([
    ['2027-03-31T15:59:00Z', 'registered'],
    ['2027-03-31T16:00:00Z', 'closed-year'],
  ])('at %s: %s', async (now, status) => {
    vi.setSystemTime(new Date(now));
    expect(statuses(await report([completion()]))).toEqual([status]);
    vi.setSystemTime(new Date('2026-11-23T04:00:00Z'));
  });
});

test('a thousand rows are taken, one more is not; nothing of a batch with a malformed row is written', async () => {
  const many = Array.from({ length: 1001 }, () => completion({ course: 'NONE' }));
  expect((await report(many.slice(0, 1000))).json.counts).toEqual({ 'unknown-course': 1000 });
  expectProblem(await report(many), 400, 'invalid-input');
  expectProblem(await report([completion(), completion({ completedOn: '2026-02-30' })]), 400, 'invalid-input');
  expectProblem(await report([completion({ extra: 1 })]), 400, 'invalid-input');
  expect(await totals(person)).toEqual([]);
});

test('only a machine with the scope may report', async () => {
  expectProblem(await report([completion()], 'Bearer nonsense'), 401, 'not-signed-in');
  expectProblem(await report([completion()], await aMachine(bench.db, ['title-review'])), 403, 'forbidden');
  expectProblem(
    await bench.call('registerCompletions', { as: person, body: { completions: [completion()] } }),
    401,
    'not-signed-in',
  );
});

test('whoever registers first, batches of the same people at once lose nothing and count nothing twice', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => bench.world.declarant('emp-city')));
  const keys = await Promise.all(people.map((each) => keyOf(bench.db, each)));
  const rows = keys.flatMap((key) => [
    completion({ personKey: key, externalId: `a-${key}` }),
    completion({ personKey: key, course: 'Z01', externalId: `b-${key}` }),
  ]);
  const answers = await Promise.all([report(rows), report(rows.toReversed()), report(rows), report(rows.toReversed())]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
  const registered = answers.reduce((sum, answer) => sum + Number(answer.json.counts.registered ?? 0), 0);
  expect(registered).toBe(12);
  for (const each of people)
    expect(await totals(each)).toEqual([{ year: 2026, public_hundredths: 600, professional_hundredths: 1200 }]);
});

test('a filing and completions of one person at once: the totals are what the ledger adds up to, and no cap breaks', async () => {
  // Four days of unit training are 32 hours; the year takes 20 (Art. 11(1)).
  const days = ['2026-09-01', '2026-09-02', '2026-09-03', '2026-09-04'];
  const claims = await Promise.all(
    days.map((day) => submitted(bench.db, person, training('unit-training', [day], `培训 ${day}`))),
  );
  const file = async (claimId: string): Promise<void> => {
    const { unapplied } = await loadClaim(bench.db, claimId);
    await fileClaim(bench.db, { claimId, seq: unapplied[0]?.seq ?? 0, on: '2026-11-23' });
  };
  await Promise.all([...claims.map(file), report([completion()]), report([completion({ course: 'Z01' })])]);
  expect(await totals(person)).toEqual([{ year: 2026, public_hundredths: 600, professional_hundredths: 3200 }]);
  const sum = await bench.db
    .selectFrom('ledger_entry')
    .select((eb) => [eb.fn.sum<string>('public_delta').as('pub'), eb.fn.sum<string>('professional_delta').as('pro')])
    .where('person_id', '=', person.personId)
    .executeTakeFirstOrThrow();
  expect([Number(sum.pub), Number(sum.pro)]).toEqual([600, 3200]);
});

test('a changed ID number gets a new key; a secret other than the one in use is refused', async () => {
  await report([completion()]);
  await bench.db
    .updateTable('person')
    .set({ id_number: `42050119900101${String(Math.floor(Math.random() * 900) + 100)}X` })
    .where('id', '=', person.personId)
    .execute();
  expect(statuses(await report([completion({ course: 'Z01' })]))).toEqual(['unknown-person']);
  personKey = await keyOf(bench.db, person);
  expect(statuses(await report([completion({ course: 'Z01' })]))).toEqual(['registered']);
  expect(await adoptPersonKeySecret(bench.db, 'x'.repeat(32))).toBe(true);
  expect(await adoptPersonKeySecret(bench.db, 'x'.repeat(32))).toBe(true);
  expect(await adoptPersonKeySecret(bench.db, 'y'.repeat(32))).toBe(false);
});

test('what was reported is on the audit by counts, with nobody’s name', async () => {
  await report([completion(), completion({ personKey: 'f'.repeat(64) })]);
  const rows = await bench.db
    .selectFrom('audit')
    .select(['action', 'subject_kind', 'detail'])
    .where('subject_kind', '=', 'machine-client')
    .orderBy('id', 'desc')
    .limit(2)
    .execute();
  expect(rows).toMatchObject([
    { action: 'completions.refused', subject_kind: 'machine-client', detail: { refused: { 'unknown-person': 1 } } },
    { action: 'completions.registered', subject_kind: 'machine-client', detail: { registered: 1 } },
  ]);
});
