import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueCertificate } from '../../db/acts/certificates.ts';
import { confirmMerge, proposeMerge } from '../../db/acts/merges.ts';
import { type Completion, type Registration, registerPage } from '../../db/completions.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { verifyPeople } from '../../db/verify-ledger.ts';
import type { Activity } from '../../rules/activity.ts';
import { completeYear } from '../support/certificates.ts';
import { registered } from '../support/completions.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { done, makeWorld, type World } from '../support/world.ts';

/** Completions registered by pages: the same as one by one, whoever else works on the same years. */

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

const ON = '2027-02-20';
const newPerson = async (): Promise<string> => (await world.declarant('emp-city')).personId;
const newPeople = (count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, newPerson));

const completion = (personId: string, code: string, rest: Partial<Completion> & { hundredths?: number } = {}) => {
  const { hundredths = 300, ...others } = rest;
  const course = {
    code,
    title: `课程${code}`,
    subject: 'professional' as const,
    hundredths,
    from_on: '2026-01-01',
    until_on: null,
  };
  return { personId, course, completedOn: '2026-06-01', externalId: randomUUID(), ...others };
};
const register = (completions: readonly Completion[]) => registered(world.db, completions, { on: ON });
const statuses = (all: readonly Registration[]): string[] => all.map(({ status }) => status);

/** Eight hours a day of the employer's training, of which the year takes twenty (Art. 11(1)). */
const training = (on: string): Activity => ({
  form: 'unit-training',
  organiser: 'own-employer',
  proof: true,
  mode: 'offline',
  days: [{ on, subject: 'professional', hundredths: 800 }],
});
const file = (personId: string, activity: Activity) =>
  world.db
    .transaction()
    .execute((trx) =>
      recogniseInYear(
        trx,
        { personId, year: 2026, on: ON },
        { sourceKind: 'claim', sourceId: randomUUID(), activity, loweredTo: {}, studyArchive: true },
      ),
    );

const totalOf = async (personId: string, year = 2026): Promise<number> => {
  const row = await world.db
    .selectFrom('person_year')
    .select('professional_hundredths')
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .executeTakeFirst();
  return row?.professional_hundredths ?? 0;
};
const isWhole = async (people: readonly string[]): Promise<void> => {
  const verified = await verifyPeople(world.db, people, ON);
  expect(verified.flatMap((year) => year.findings)).toEqual([]);
};

/** Everything the ledger says of some people, with places for ids. */
async function ledgerOf(people: readonly string[]) {
  const { rows } = await sql<{ person_id: string; source_id: string; caused_by: string }>`
    select person_id, year, kind, source_id, caused_by, round, activity - 'course' as activity, public_delta, professional_delta,
      counted_hundredths, basis, steps, refusal
    from ledger_entry where person_id = any (${sql.val([...people])}::uuid[]) order by person_id, year, id`.execute(
    world.db,
  );
  return people.map((person) =>
    rows
      .filter((row) => row.person_id === person)
      .map(({ person_id: _person, source_id, caused_by, ...entry }) => ({ ...entry, own: source_id === caused_by })),
  );
}

test('a page is what its rows are one by one: the same answers, entries and totals', async () => {
  const row = fc.record({
    who: fc.nat({ max: 2 }),
    course: fc.constantFrom('A', 'B', 'C'),
    completedOn: fc.constantFrom('2026-05-04', '2026-12-31', '2027-01-05'),
    number: fc.option(fc.nat({ max: 6 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 14 }), async (rows) => {
      const [paged, single] = [await newPeople(3), await newPeople(3)];
      for (const person of [paged[0], single[0]])
        for (const day of ['2026-03-01', '2026-03-02', '2026-03-03']) await file(person ?? '', training(day));
      const of = (people: readonly string[]) => {
        const run = randomUUID();
        return rows.map(({ who, course, completedOn, number }) =>
          completion(people[who] ?? '', course, {
            completedOn,
            externalId: number === null ? null : `${run} ${number}`,
          }),
        );
      };
      const together = await register(of(paged));
      const apart: Registration[] = [];
      for (const each of of(single)) apart.push(...(await register([each])));
      expect(statuses(together)).toEqual(statuses(apart));
      expect(together.map(({ completionId }) => together.findIndex((r) => r.completionId === completionId))).toEqual(
        apart.map(({ completionId }) => apart.findIndex((r) => r.completionId === completionId)),
      );
      expect(await ledgerOf(paged)).toEqual(await ledgerOf(single));
      for (const [at, person] of paged.entries())
        for (const year of [2026, 2027])
          expect(await totalOf(person, year)).toBe(await totalOf(single[at] ?? '', year));
      await isWhole([...paged, ...single]);
    }),
    { numRuns: 12, seed: 20261123 },
  );
});

test('many rows of one person in one page, sent again in another order: each counts once', async () => {
  const personId = await newPerson();
  const rows = Array.from({ length: 200 }, (_, n) => completion(personId, `M${n}`, { hundredths: 100 }));
  expect(new Set(statuses(await register(rows)))).toEqual(new Set(['registered']));
  expect(await totalOf(personId)).toBe(20_000);
  expect(new Set(statuses(await register(rows.toReversed())))).toEqual(new Set(['already']));
  expect(await totalOf(personId)).toBe(20_000);
  await isWhole([personId]);
});

test('pages of the same people at once, with filings over a cap among them, count every course once and break no cap', async () => {
  for (let round = 0; round < 4; round += 1) {
    const people = await newPeople(8);
    const rows = people.flatMap((personId) => ['P', 'Q', 'R'].map((code) => completion(personId, code)));
    const days = ['2026-09-01', '2026-09-02', '2026-09-03', '2026-09-04'];
    const answers = await Promise.all([
      register(rows),
      register(rows.toReversed()),
      register(rows.map((each) => ({ ...each, externalId: null }))),
      ...people.flatMap((personId) => days.map((day) => file(personId, training(day)))),
    ]);
    const all = answers.slice(0, 3).flat() as Registration[];
    expect(all.filter(({ status }) => status === 'registered')).toHaveLength(rows.length);
    for (const personId of people) expect(await totalOf(personId)).toBe(900 + 2000);
    await isWhole(people);
  }
});

test('a number that another transaction uses in the same moment for somebody else is told, and nothing of that row is written', async () => {
  const [first, second] = (await newPeople(2)) as [string, string];
  const [mine, theirs] = [completion(first, 'N'), completion(second, 'N')];
  const other = { ...theirs, externalId: mine.externalId };
  const good = completion(second, 'O');
  let late: Promise<Registration[]> | undefined;
  await world.db.transaction().execute(async (trx) => {
    await registerPage(trx, { source: 'test', on: ON, completions: [mine] });
    late = register([other, good]);
    // It waits for this transaction, by its number.
    await expect.poll(() => waiting()).toBe(1);
  });
  expect(statuses((await late) ?? [])).toEqual(['external-id-reused', 'registered']);
  expect([await totalOf(first), await totalOf(second)]).toEqual([300, 300]);
});

const waiting = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    world.db,
  );
  return rows[0]?.n ?? 0;
};

test('what hangs on a year follows for each of a page: the certificate of one, nothing of the other', async () => {
  const [certified, plain] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
  await completeYear(world.db, certified.personId);
  done(await issueCertificate(world.db, certified, { personId: certified.personId, year: 2026, on: ON }));
  await register([completion(certified.personId, 'S'), completion(plain.personId, 'S')]);
  const issued = await world.db
    .selectFrom('certificate')
    .select(['person_id', 'state', 'statement'])
    .where('person_id', 'in', [certified.personId, plain.personId])
    .orderBy('issue')
    .execute();
  expect(issued).toMatchObject([
    { person_id: certified.personId, state: 'superseded' },
    { person_id: certified.personId, state: 'valid', statement: { totalHundredths: 9300 } },
  ]);
  const { rows } = await sql<{ person_id: string }>`
    select person_id from person_year where standing = 'qualified'
    and person_id in (${certified.personId}, ${plain.personId})`.execute(world.db);
  expect(rows).toEqual([{ person_id: certified.personId }]);
});

test('somebody merged since they were looked up: the hours are those of the person who is kept', async () => {
  const administrators = [
    await world.appoint('hrss-420000', 'administrator'),
    await world.appoint('hrss-420000', 'administrator'),
  ];
  const [kept, absorbed] = (await newPeople(2)) as [string, string];
  const before = completion(absorbed, 'T');
  await register([before]);
  const named = async (id: string) => {
    const person = world.db.selectFrom('person').select(['name', 'id_number as idNumber']).where('id', '=', id);
    return person.executeTakeFirstOrThrow();
  };
  const pair = { kept: await named(kept), absorbed: await named(absorbed), reason: '重复登记' };
  const [first, second] = administrators;
  if (!first || !second) throw new Error('nobody to merge');
  const { id } = done(await proposeMerge(world.db, first, { ...pair, requestKey: randomUUID() }));
  done(await confirmMerge(world.db, second, { id, today: ON }));
  expect(statuses(await register([before, completion(absorbed, 'U')]))).toEqual(['already', 'registered']);
  expect([await totalOf(kept), await totalOf(absorbed)]).toEqual([600, 0]);
  await isWhole([kept, absorbed]);
});
