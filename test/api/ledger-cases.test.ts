import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { verifySample } from '../../db/cases.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { officerAt } from './platform.ts';
import { type Bench, expectProblem, makeBench } from './support.ts';

/** A year that does not agree with its recomputation comes before somebody. */

let bench: Bench;
let province: Caller;
beforeAll(async () => {
  bench = await makeBench();
  province = await officerAt(bench.world, 'hrss-420000', 'administrator');
});
afterAll(() => bench.close());

const TODAY = '2026-11-23';
const check = () => verifySample(bench.db, { count: 10_000, on: TODAY });

async function tampered(person: Caller): Promise<void> {
  const activity = {
    form: 'platform-course',
    on: '2026-06-01',
    course: 'C',
    hundredths: 700,
    subject: 'public',
  } as const;
  await bench.db
    .transaction()
    .execute((trx) =>
      recogniseInYear(
        trx,
        { personId: person.personId, year: 2026, on: TODAY },
        { sourceKind: 'platform', sourceId: randomUUID(), activity, loweredTo: {}, studyArchive: true },
      ),
    );
  const of = bench.db.updateTable('person_year').where('person_id', '=', person.personId);
  await of.set({ public_hundredths: 9000 }).execute();
}
const list = (as: Caller) => bench.call('ledgerCases', { as });
const close = (as: Caller, id: string, reason = '已查明：误操作') =>
  bench.call('closeLedgerCase', { as, params: { id }, body: { reason } });

test('a mismatch is told to the province’s administrators once, shown with both figures, and closed with a reason', async () => {
  const person = await bench.world.declarant('emp-city');
  await tampered(person);
  const supervisor = await officerAt(bench.world, 'hrss-420000', 'supervisor');
  for (let night = 0; night < 2; night += 1) await check();
  const { items } = (await list(province)).json;
  expect(items).toMatchObject([{ year: 2026, personName: '申报人', findings: 1, closedAt: null }]);
  const [{ id }] = items;
  const told = await bench.db
    .selectFrom('notice')
    .select(['person_id', 'key', 'detail'])
    .where('kind', '=', 'ledger-mismatch')
    .execute();
  expect(told).toEqual([{ person_id: province.personId, key: id, detail: { year: 2026, path: '/admin/ledger' } }]);
  const detail = await bench.call('ledgerCase', { as: province, params: { id } });
  expect(detail.json.findings).toEqual([
    {
      what: 'sum',
      label: '年度合计（公需、专业）',
      source: null,
      recorded: '公需 90 学时，专业 0 学时',
      recomputed: '公需 7 学时，专业 0 学时',
    },
  ]);
  expect(detail.json.idNumberMasked).toMatch(/\*/);
  for (const stranger of [supervisor, person, await officerAt(bench.world, 'hrss-420500', 'administrator')]) {
    expectProblem(await list(stranger), 403, 'forbidden');
    expectProblem(await bench.call('ledgerCase', { as: stranger, params: { id } }), 403, 'forbidden');
    expectProblem(await close(stranger, id), 403, 'forbidden');
  }
  expectProblem(await close(province, randomUUID()), 404, 'not-found');
  expectProblem(await close(province, id, ' '), 400, 'invalid-input');
  expect((await close(province, id)).status).toBe(200);
  expectProblem(await close(province, id), 409, 'case-moved');
  const trail = await bench.db
    .selectFrom('audit')
    .select('action')
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();
  expect(trail.map((each) => each.action)).toEqual(['ledger-case.opened', 'ledger-case.read', 'ledger-case.closed']);
  // Still wrong: the next check opens another, and tells of it.
  await check();
  expect((await list(province)).json.items).toMatchObject([
    { closedAt: null },
    { id, note: '已查明：误操作', closedBy: '申报人' },
  ]);
});

test('what differs is told in words, with hours as everywhere', async () => {
  const person = await bench.world.declarant('emp-city');
  await tampered(person);
  const steps = JSON.stringify([{ step: 'raw', hundredths: 800, text: '申报 8 学时' }, { text: '计入 8 学时' }]);
  const findings = [
    { what: 'public', sourceId: null, recorded: '450', recomputed: '0' },
    { what: 'counted', sourceId: null, recorded: '[300,-150]', recomputed: '[0,0]' },
    { what: 'deemed-complete', sourceId: null, recorded: 'true', recomputed: 'false' },
    { what: 'refusal', sourceId: null, recorded: 'not-offline', recomputed: 'null' },
    { what: 'steps', sourceId: null, recorded: steps, recomputed: steps.slice(0, -4) },
    { what: 'inputs', sourceId: null, recorded: 'entries differ', recomputed: 'one' },
  ];
  const { id } = await bench.db
    .insertInto('ledger_case')
    .values({ person_id: person.personId, year: 2026, findings: JSON.stringify(findings) })
    .returning('id')
    .executeTakeFirstOrThrow();
  const detail = await bench.call('ledgerCase', { as: province, params: { id } });
  const told = detail.json.findings.map((each: { recorded: string; recomputed: string }) => [
    each.recorded,
    each.recomputed,
  ]);
  expect(told).toEqual([
    ['4.5 学时', '0 学时'],
    ['公需 3 学时，专业 -1.5 学时', '公需 0 学时，专业 0 学时'],
    ['视为完成', '不视为完成'],
    ['非线下培训', '没有'],
    ['申报 8 学时；计入 8 学时', '申报 8 学时'],
    ['先后记录的内容不一致', '内容一致'],
  ]);
});

test('nobody closes a case about their own year', async () => {
  const own = await officerAt(bench.world, 'hrss-420000', 'administrator');
  await tampered(own);
  await check();
  const { id } = await bench.db
    .selectFrom('ledger_case')
    .select('id')
    .where('person_id', '=', own.personId)
    .executeTakeFirstOrThrow();
  expectProblem(await close(own, id), 403, 'own-claim');
  expect((await close(province, id)).status).toBe(200);
});
