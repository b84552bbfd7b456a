import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remindOfReviews } from '../../db/overdue.ts';
import { conference } from '../support/world.ts';
import { type Bench, expectProblem, makeBench, underReview } from './support.ts';

/** Late reviews over HTTP: who sees a copy, an escalation and a conflict, and what they may do with it. */

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});
afterAll(() => bench.close());

const first = (which: 0 | 1 = 0) => bench.world.officer('emp-city', 'first-reviewer', which);
const key = () => ({ 'idempotency-key': randomUUID() });

test('a copy lies in the box 抄送 of whom it was sent to, is counted, and can be read but not decided', async () => {
  const owner = await bench.world.declarant('emp-city');
  const { taskId, claimId } = await underReview(bench, owner, conference(randomUUID()));
  const officer = bench.world.officer('hrss-420500', 're-reviewer');
  const params = { id: taskId };
  expect((await bench.call('task', { as: officer, params })).status).toBe(404);
  const sent = await bench.call('copyTask', {
    as: first(),
    params,
    body: { organisationIds: ['hrss-420500'], note: '请阅' },
  });
  expect(sent.json).toEqual({ taskId, copied: 1 });
  const box = await bench.call('tasks', { as: officer, query: { box: 'cc', count: 'true' } });
  expect([box.json.items.map((item: { id: string }) => item.id), box.json.count.value]).toEqual([[taskId], 1]);
  expect((await bench.call('taskCounts', { as: officer })).json.cc).toEqual({ value: 1, more: false });
  const seen = await bench.call('task', { as: officer, params });
  expect(seen.json.permissions).toMatchObject({
    claim: false,
    decide: false,
    copy: false,
    whyNot: '抄送给您知悉，不需要办理',
  });
  expect((await bench.call('claim', { as: officer, params: { id: claimId } })).status).toBe(200);
  for (const name of ['claimTask', 'releaseTask'] as const)
    expectProblem(await bench.call(name, { as: officer, params }), 404, 'not-found');
  const other = bench.world.officer('hrss-420502', 're-reviewer');
  expect((await bench.call('tasks', { as: other, query: { box: 'cc', count: 'true' } })).json.items).toEqual([]);
  expect((await bench.call('task', { as: other, params })).status).toBe(404);
});

test('an escalated claim is in its superior’s list, readable there and urged, and in nobody else’s', async () => {
  const owner = await bench.world.declarant('emp-city');
  const { claimId, taskId } = await underReview(bench, owner, conference(randomUUID()));
  await bench.db.updateTable('task').set({ due_on: '2026-09-28' }).where('id', '=', taskId).execute();
  const superior = bench.world.officer('ind-420500-health', 're-reviewer');
  expect((await bench.call('claim', { as: superior, params: { id: claimId } })).status).toBe(404);
  await remindOfReviews(bench.db, '2026-10-11');
  const list = await bench.call('escalations', { as: superior });
  expect(list.json).toMatchObject({ open: 1, items: [{ claimId, organisationName: '单位 emp-city', mayUrge: true }] });
  expect((await bench.call('claim', { as: superior, params: { id: claimId } })).status).toBe(200);
  const params = { id: list.json.items[0].id };
  expectProblem(
    await bench.call('urge', { as: superior, params, headers: key(), body: { note: '  ' } }),
    400,
    'invalid-input',
  );
  const urged = await bench.call('urge', { as: superior, params, headers: key(), body: { note: '请办结' } });
  expect(urged.status).toBe(200);
  expectProblem(
    await bench.call('urge', { as: superior, params, headers: key(), body: { note: '再次' } }),
    409,
    'urged-today',
  );
  const inbox = await bench.call('tasks', { as: first() });
  expect(inbox.json.items.find((item: { id: string }) => item.id === taskId).urgedAt).not.toBeNull();
  expect((await bench.call('escalations', { as: first() })).json.items).toEqual([]);
  // The overseer neither claims nor decides it.
  expectProblem(await bench.call('claimTask', { as: superior, params: { id: taskId } }), 404, 'not-found');
});

test('the declarant is told from when a nudge is possible, the page says the same', async () => {
  const owner = await bench.world.declarant('emp-city');
  const { claimId } = await underReview(bench, owner, conference(randomUUID()));
  const page = await bench.call('claim', { as: owner, params: { id: claimId } });
  expect(page.json.nudge).toMatchObject({ mayNow: false, count: 0 });
  const answer = await bench.call('nudgeClaim', { as: owner, params: { id: claimId }, headers: key() });
  expectProblem(answer, 409, 'nudge-too-soon');
  expect(answer.json.more.nextOn).toBe(page.json.nudge.fromOn);
  const seenByReviewer = await bench.call('claim', { as: first(), params: { id: claimId } });
  expect(seenByReviewer.json.nudge).toBeNull();
});

test('a co-author sees why the claim is not theirs, and that they must recuse', async () => {
  await bench.db.updateTable('person').set({ name: '钟书远' }).where('id', '=', first(1).personId).execute();
  const owner = await bench.world.declarant('emp-city');
  const declared = { ...conference(randomUUID()), coAuthors: ['钟书远'] };
  const { taskId } = await underReview(bench, owner, declared);
  const params = { id: taskId };
  const seen = await bench.call('task', { as: first(1), params });
  expect(seen.json.permissions).toMatchObject({ decide: false, claim: false, recuse: true });
  expect(seen.json.permissions.whyNot).toMatch(/第二十三条.*回避/);
  expectProblem(await bench.call('claimTask', { as: first(1), params }), 403, 'co-author');
  expect((await bench.call('recuse', { as: first(1), params, body: { relation: 'co-author' } })).status).toBe(200);
  expect((await bench.call('claimTask', { as: first(), params })).status).toBe(200);
});

test('bad input: days that are none, a role that reviews nothing, an ID number with a wrong check character', async () => {
  const as = first();
  const leave = {
    organisationId: 'emp-city',
    role: 'first-reviewer',
    standInId: first(1).personId,
    fromOn: '2099-01-01',
    untilOn: '2099-01-05',
  };
  const bad = [{ fromOn: '2099-02-30' }, { role: 'auditor' }, { standInId: 'nobody' }, { organisationId: 'EMP' }];
  for (const wrong of bad)
    expectProblem(
      await bench.call('recordLeave', { as, headers: key(), body: { ...leave, ...wrong } }),
      400,
      'invalid-input',
    );
  const backwards = { ...leave, untilOn: '2098-12-31' };
  expectProblem(await bench.call('recordLeave', { as, headers: key(), body: backwards }), 422, 'leave-backwards');
  const relation = { name: '亲属', idNumber: '110105194912310021', relation: 'spouse' };
  expectProblem(await bench.call('declareRelation', { as, headers: key(), body: relation }), 400, 'invalid-input');
  for (const name of ['escalations', 'stuckStages'] as const)
    expectProblem(await bench.call(name, { as, query: { after: 'eHh4' } }), 400, 'invalid-input');
});
