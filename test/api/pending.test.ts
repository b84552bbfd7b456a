import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Declared } from '../../contract/declarations.ts';
import type { PendingClaim, Year } from '../../contract/years.ts';
import { fileClaim } from '../../db/claims.ts';
import { readOpenClaims } from '../../db/read/person-years.ts';
import { readYear } from '../../db/read/years.ts';
import { conference, training } from '../support/world.ts';
import { type Bench, makeBench, returned, underReview } from './support.ts';

/** The hours of claims on their way, year by year and subject by subject, as the rules recognise them. */

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});
afterAll(() => bench.close());

const yearOf = async (person: Parameters<Bench['cookieOf']>[0], year: number): Promise<Year> =>
  (await bench.call('year', { as: person, params: { year } })).json;
const shares = ({ pending }: Year) =>
  pending.map((c: PendingClaim) => [c.title, c.publicHundredths, c.professionalHundredths]);

/** Two days of the old year, one public and one professional; one public day of the new. */
const acrossNewYear = {
  ...training('authority-training', [], '跨年培训'),
  days: [
    { on: '2025-12-31', subject: 'professional', hundredths: 700 },
    { on: '2026-01-01', subject: 'public', hundredths: 600 },
    { on: '2026-01-02', subject: 'professional', minutes: 100 },
  ],
} as Declared;

test('a public day is pending as public; each day in its own year alone', async () => {
  const person = await bench.world.declarant('emp-city');
  await underReview(bench, person, acrossNewYear);
  await underReview(bench, person, conference('会议'));
  const year = await yearOf(person, 2026);
  expect(shares(year)).toEqual([
    ['跨年培训', 600, 200],
    ['会议', 0, 1200],
  ]);
  expect(year.pendingHours).toEqual({ publicHundredths: 600, professionalHundredths: 1400, totalHundredths: 2000 });
});

test('a training across new year is pending in both years, each with its own hours', async () => {
  const person = await bench.world.declarant('emp-city');
  const { claimId } = await underReview(bench, person, conference('会议'));
  // The record of a claim of next January, which nobody can submit today.
  const declared = {
    ...training('authority-training', ['2026-12-31'], '跨年培训'),
    days: [
      { on: '2026-12-31', subject: 'professional', hundredths: 700 },
      { on: '2027-01-01', subject: 'public', hundredths: 600 },
    ],
  };
  await bench.db.transaction().execute(async (trx) => {
    const declaration = JSON.stringify(declared);
    await trx
      .updateTable('claim')
      .set({ declaration, form: declared.form, version: 2 })
      .where('id', '=', claimId)
      .execute();
    await trx
      .insertInto('claim_version')
      .values({
        claim_id: claimId,
        version: 2,
        declaration,
        evidence_ids: [],
        submitted_by: person.personId,
        submitted_at: new Date(),
      })
      .execute();
  });
  expect(shares(await yearOf(person, 2026))).toEqual([['跨年培训', 0, 700]]);
  expect(shares(await yearOf(person, 2027))).toEqual([['跨年培训', 600, 0]]);
  expect((await yearOf(person, 2028)).pending).toEqual([]);
  const of = { personIds: [person.personId] };
  const open = async (years: number[]) => [...(await readOpenClaims(bench.db, { ...of, years })).keys()];
  expect(await open([2027])).toContain(`${person.personId}/2027`);
  expect(await open([2028])).toEqual([]);
});

test('a claim filed while its year is being read does not break the reading', async () => {
  const person = await bench.world.declarant('emp-central');
  const { claimId } = await underReview(bench, person, conference('会议'));
  await bench.db.updateTable('claim').set({ act_seq: 2 }).where('id', '=', claimId).execute();
  const { db } = bench;
  // The ledger is asked last of all, when the claim has been filed.
  const late = new Proxy(db, {
    get: (of, name) => (name === 'getExecutor' ? () => filingFirst(of.getExecutor()) : Reflect.get(of, name).bind(of)),
  });
  const filingFirst = (executor: ReturnType<typeof db.getExecutor>) =>
    new Proxy(executor, {
      get: (of, name) =>
        name === 'executeQuery'
          ? async (query: Parameters<typeof executor.executeQuery>[0]) => {
              if (query.sql.includes('distinct on (source_id)'))
                await fileClaim(db, { claimId, seq: 2, on: '2026-11-23' });
              return of.executeQuery(query);
            }
          : Reflect.get(of, name).bind(of),
    });
  expect((await readYear(late, person.personId, 2026, '2026-11-23')).items).toHaveLength(1);
});

test('a claim under correction is pending as it was submitted, and a degree without hours', async () => {
  const person = await bench.world.declarant('emp-city');
  const officer = bench.world.officer('emp-city', 'first-reviewer');
  const { claimId } = await returned(bench, person, officer, conference('会议'));
  const declared = { ...conference('会议'), presentedPaper: false };
  await bench.call('saveClaim', { as: person, params: { id: claimId }, body: { declared, revision: 1 } });
  await underReview(bench, person, {
    form: 'degree',
    title: '学位',
    on: '2026-06-30',
    level: 'master',
    recognised: true,
  });
  const year = await yearOf(person, 2026);
  expect(shares(year)).toEqual([
    ['会议', 0, 1200],
    ['学位', 0, 0],
  ]);
  expect(year.pending.map((c) => c.deemedComplete)).toEqual([false, true]);
});

test('credits are said as credits (学分), to the declarant and to the reviewer; hours as hours', async () => {
  const person = await bench.world.declarant('emp-central');
  const { id: documentId } = await bench.db
    .insertInto('recognition_document')
    .values({
      number: '鄂卫发〔2026〕1号',
      level: 'provincial',
      authority_name: '湖北省卫生健康委员会',
      organisation_id: 'ind-420000-health',
      kind: 'credit-programme',
      title: '继续医学教育学分',
      subject: 'professional',
      counting: 'credits',
      ratio_hundredths: 300,
      most_hundredths: null,
      issued_on: '2026-01-10',
      from_on: '2026-01-10',
      until_on: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const declared = {
    form: 'authority-recognised',
    documentId,
    title: randomUUID(),
    on: '2026-05-30',
    subject: 'professional',
    creditsHundredths: 200,
    ratioHundredths: 300,
  } as const;
  const { claimId, taskId } = await underReview(bench, person, declared);
  const officer = bench.world.officer('emp-central', 'first-reviewer');
  const task = await bench.call('task', { as: officer, params: { id: taskId } });
  const said = { label: '填报', unit: 'credits', hundredths: 200, text: '填报 2 学分' };
  expect(task.json.years[0].item.steps[0]).toMatchObject(said);
  await bench.db.updateTable('claim').set({ act_seq: 2 }).where('id', '=', claimId).execute();
  await fileClaim(bench.db, { claimId, seq: 2, on: '2026-11-23' });
  const [item] = (await yearOf(person, 2026)).items;
  expect(item?.steps[0]).toMatchObject(said);
  expect(item?.steps.slice(1).every((step) => step.unit === 'hours')).toBe(true);
});
