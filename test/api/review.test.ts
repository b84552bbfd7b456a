import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { conference, training } from '../support/world.ts';
import {
  aPdf,
  approval,
  type Bench,
  expectProblem,
  lookAndCall,
  makeBench,
  openNext,
  seeAll,
  underReview,
  upload,
} from './support.ts';

let bench: Bench;
let person: Caller;
let officer: Caller;
let colleague: Caller;
beforeAll(async () => {
  bench = await makeBench();
  person = await bench.world.declarant('emp-city');
  officer = bench.world.officer('emp-city', 'first-reviewer');
  colleague = bench.world.officer('emp-city', 'first-reviewer', 1);
});
afterAll(() => bench.close());

const fresh = async (declared = conference(randomUUID())) =>
  underReview(bench, await bench.world.declarant('emp-city'), declared);
const bulk = async (as: Caller, taskIds: string[]) =>
  bench.call('decideMany', {
    as,
    body: { decisions: taskIds.map((taskId) => ({ taskId, decisionId: randomUUID(), version: 1 })) },
  });
type Item = { ok: boolean; problem?: { code: string; detail: string } };
const codes = (items: Item[]) => items.map((item) => item.problem?.code ?? 'ok');
const seenByMe = async (as: Caller, taskId: string): Promise<string[]> =>
  (await bench.call('task', { as, params: { id: taskId } })).json.seenByMe;
const todo = async (as: Caller): Promise<{ id: string; state: string }[]> =>
  (await bench.call('tasks', { as, query: { limit: 100 } })).json.items;

describe('已阅', () => {
  test('is noted when the file is fetched or the desk says so, by reviewer and version', async () => {
    const { taskId, claimId, evidenceId } = await fresh();
    expect(await seenByMe(officer, taskId)).toEqual([]);
    await seeAll(bench, officer, { claimId, evidenceId });
    expect(await seenByMe(officer, taskId)).toEqual([evidenceId]);
    expect(await seenByMe(colleague, taskId)).toEqual([]);
    const said = { as: colleague, params: { id: taskId }, body: { evidenceIds: [evidenceId] } };
    for (let i = 0; i < 2; i++)
      expect((await bench.call('seeEvidence', said)).json).toEqual({ seenByMe: [evidenceId] });
    const audit = await bench.db.selectFrom('audit').selectAll().where('action', '=', 'evidence.seen').execute();
    expect(audit.filter((row) => row.subject_id === evidenceId)).toHaveLength(2);
  });

  test('is not noted for a supervisor, nor for evidence of another claim', async () => {
    const { taskId, claimId, evidenceId } = await fresh();
    const other = await fresh();
    const wrong = { as: officer, params: { id: taskId }, body: { evidenceIds: [other.evidenceId] } };
    expectProblem(await bench.call('seeEvidence', wrong), 404, 'not-found');
    const supervisor = await bench.world.declarant('emp-county');
    await bench.db
      .insertInto('role_holding')
      .values({
        person_id: supervisor.personId,
        organisation_id: 'hrss-420500',
        role: 'supervisor',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    await seeAll(bench, supervisor, { claimId, evidenceId });
    const { rows } = await sql`select 1 from evidence_seen where claim_id = ${claimId}`.execute(bench.db);
    expect(rows).toEqual([]);
  });
});

describe('an approval', () => {
  const decideOn = (taskId: string, body: object, as = officer) =>
    bench.call('decide', { as, params: { id: taskId }, body: { ...approval(), ...body } });
  const looked = (taskId: string, evidenceIds: string[], as = officer) =>
    bench.call('seeEvidence', { as, params: { id: taskId }, body: { evidenceIds } });

  test('needs every piece of evidence looked at by who gives it, also with fewer hours', async () => {
    const {
      taskId,
      pieces: [first, second],
    } = await twoPieces();
    const hours = [{ line: 0, hundredths: 600, reason: '证明只有 6 学时' }];
    const blind = await decideOn(taskId, {});
    expectProblem(blind, 409, 'evidence-unseen');
    expect(blind.json.detail).toBe('还有 2 份证明材料没有查看，看过才能同意。');
    expect(blind.json.fix).toContain('请逐份打开证明材料后再同意');
    await looked(taskId, [first]);
    const half = await decideOn(taskId, { hours });
    expectProblem(half, 409, 'evidence-unseen');
    expect(half.json.detail).toContain('还有 1 份');
    await looked(taskId, [second], colleague);
    expectProblem(await decideOn(taskId, { hours }), 409, 'evidence-unseen');
    await looked(taskId, [second]);
    expect((await decideOn(taskId, { hours })).status).toBe(200);
  });

  test('of another version asks for it anew', async () => {
    const { taskId, claimId, evidenceId } = await fresh();
    await looked(taskId, [evidenceId]);
    await resubmittedWith(claimId, taskId, [evidenceId]);
    expectProblem(await decideOn(taskId, { version: 2 }), 409, 'evidence-unseen');
    await looked(taskId, [evidenceId]);
    expect((await decideOn(taskId, { version: 2 })).status).toBe(200);
  });

  test('of a claim without evidence needs none', async () => {
    const { taskId, claimId } = await fresh();
    await resubmittedWith(claimId, taskId, []);
    expect((await decideOn(taskId, { version: 2 })).status).toBe(200);
  });

  test.each(['return', 'reject'] as const)('is what needs it: to %s needs no look', async (outcome) => {
    const { taskId } = await fresh();
    const reasons = [{ code: 'other', text: '材料打不开', article: '11' }];
    expect((await decideOn(taskId, { outcome, reasons })).status).toBe(200);
  });
});

/** Under first review with two pieces of evidence. */
async function twoPieces() {
  const as = await bench.world.declarant('emp-city');
  const { id, revision } = (await bench.call('createClaim', { as, body: { declared: conference(randomUUID()) } })).json;
  const attach = async (): Promise<string> =>
    (await bench.call('uploadEvidence', { as, params: { id }, ...upload(aPdf(randomUUID())) })).json.id;
  const pieces = [await attach(), await attach()] as const;
  const headers = { 'idempotency-key': randomUUID() };
  expect((await bench.call('submitClaim', { as, params: { id }, headers, body: { revision } })).status).toBe(200);
  return { taskId: await openNext(bench.db, id), pieces };
}

/** As a correction leaves it that changed nothing but the evidence. */
async function resubmittedWith(claimId: string, taskId: string, evidenceIds: string[]): Promise<void> {
  await sql`
    insert into claim_version (claim_id, version, declaration, evidence_ids, submitted_by, submitted_at)
    select claim_id, 2, declaration, ${evidenceIds}::uuid[], submitted_by, now() from claim_version where claim_id = ${claimId}`.execute(
    bench.db,
  );
  await bench.db.updateTable('claim').set({ version: 2 }).where('id', '=', claimId).execute();
  await bench.db.updateTable('task').set({ version: 2 }).where('id', '=', taskId).execute();
}

describe('many approvals at once', () => {
  test('leave out what has evidence the reviewer has not opened', async () => {
    const [a, b] = [await fresh(), await fresh()];
    await seeAll(bench, officer, a);
    await seeAll(bench, colleague, b);
    const { items } = (
      await bench.call('decideMany', {
        as: officer,
        body: { decisions: [a, b].map(({ taskId }) => ({ taskId, decisionId: randomUUID(), version: 1 })) },
      })
    ).json;
    expect(codes(items)).toEqual(['ok', 'bulk-not-clean']);
    expect(items[1].problem.detail).toContain('没有查看');
  });

  test('answer a foreign task like an unknown one, and are not refused for its form', async () => {
    const mine = await fresh();
    await seeAll(bench, officer, mine);
    const elsewhere = await bench.world.declarant('emp-county');
    const foreign = await underReview(bench, elsewhere, training('authority-training', ['2026-10-20'], randomUUID()));
    const answer = await bulk(officer, [foreign.taskId, randomUUID(), mine.taskId]);
    expect(answer.status).toBe(200);
    expect(codes(answer.json.items)).toEqual(['not-found', 'not-found', 'ok']);
    const [first, second] = answer.json.items;
    expect(first.problem).toEqual(second.problem);
  });

  test('leave out a person’s own second use of a file', async () => {
    const tasks: string[] = [];
    for (let i = 0; i < 2; i++) {
      const made = await bench.call('createClaim', { as: person, body: { declared: conference(randomUUID()) } });
      const params = { id: made.json.id };
      const file = await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf('own twice')) });
      await bench.call('submitClaim', {
        as: person,
        params,
        headers: { 'idempotency-key': randomUUID() },
        body: { revision: 1 },
      });
      tasks.push(await openNext(bench.db, params.id));
      await seeAll(bench, officer, { claimId: params.id, evidenceId: file.json.id });
    }
    expect(codes((await bulk(officer, tasks)).json.items)).toEqual(['bulk-not-clean', 'bulk-not-clean']);
  });

  test('leave out trainings whose days overlap', async () => {
    const who = await bench.world.declarant('emp-city');
    const trainings = [
      await underReview(bench, who, training('authority-training', ['2026-09-08'], '甲培训')),
      await underReview(bench, who, training('authority-training', ['2026-09-08', '2026-09-09'], '乙培训')),
    ];
    for (const one of trainings) await seeAll(bench, officer, one);
    const { items } = (
      await bulk(
        officer,
        trainings.map(({ taskId }) => taskId),
      )
    ).json;
    expect(codes(items)).toEqual(['bulk-not-clean', 'bulk-not-clean']);
    expect(items[0].problem.detail).toContain('重叠');
  });

  test('leave out an activity the person has had filed already', async () => {
    const who = await bench.world.declarant('emp-city');
    const one = await underReview(bench, who, conference('同一届年会'));
    await bench.db
      .updateTable('claim')
      .set({ state: 'filed', ended_at: new Date() })
      .where('id', '=', one.claimId)
      .execute();
    const again = await underReview(bench, who, conference('同一届年会'));
    await seeAll(bench, officer, again);
    const { items } = (await bulk(officer, [again.taskId])).json;
    expect(codes(items)).toEqual(['bulk-not-clean']);
    expect(items[0].problem.detail).toContain('同一活动');
  });

  test('sent again give the same receipts', async () => {
    const one = await fresh();
    await seeAll(bench, officer, one);
    const body = { decisions: [{ taskId: one.taskId, decisionId: randomUUID(), version: 1 }] };
    const first = await bench.call('decideMany', { as: officer, body });
    expect(codes(first.json.items)).toEqual(['ok']);
    expect((await bench.call('decideMany', { as: officer, body })).json).toEqual(first.json);
  });
});

describe('a task whose holder has left the pool', () => {
  test('is listed and counted in 待办 as open, and is anybody’s of the pool', async () => {
    const { taskId } = await fresh();
    const leaver = await bench.world.declarant('emp-county');
    const holding = {
      person_id: leaver.personId,
      organisation_id: 'emp-city',
      role: 'first-reviewer' as const,
      from_on: '2026-01-01',
      until_on: null,
    };
    await bench.db.insertInto('role_holding').values(holding).execute();
    expect((await bench.call('claimTask', { as: leaver, params: { id: taskId } })).status).toBe(200);
    expect((await todo(officer)).map(({ id }) => id)).not.toContain(taskId);
    const before: number = (await bench.call('taskCounts', { as: officer })).json.todo.value;
    await bench.db
      .updateTable('role_holding')
      .set({ until_on: '2026-02-01' })
      .where('person_id', '=', leaver.personId)
      .execute();
    expect((await todo(officer)).find(({ id }) => id === taskId)).toMatchObject({ state: 'open' });
    expect((await bench.call('taskCounts', { as: officer })).json.todo.value).toBe(before + 1);
    const seen = (await bench.call('task', { as: officer, params: { id: taskId } })).json;
    expect(seen).toMatchObject({ task: { state: 'open' }, permissions: { claim: true, decide: true, whyNot: null } });
    expect((await lookAndCall(bench, { as: officer, params: { id: taskId }, body: approval() })).status).toBe(200);
  });
});

describe('a recusal', () => {
  test('takes the task off the person’s list and leaves it on the others’', async () => {
    const { taskId } = await fresh();
    const listed = async (as: Caller) => (await todo(as)).some(({ id }) => id === taskId);
    const before: number = (await bench.call('taskCounts', { as: officer })).json.todo.value;
    expect(await listed(officer)).toBe(true);
    const answer = await bench.call('recuse', { as: officer, params: { id: taskId }, body: { relation: 'co-author' } });
    expect([answer.status, answer.json.state]).toEqual([200, 'open']);
    expect([await listed(officer), await listed(colleague)]).toEqual([false, true]);
    expect((await bench.call('taskCounts', { as: officer })).json.todo.value).toBe(before - 1);
    const seen = (await bench.call('task', { as: officer, params: { id: taskId } })).json;
    expect(seen.permissions).toMatchObject({ decide: false, claim: false, recuse: false, whyNot: '您已回避这份申报' });
    expectProblem(await bench.call('claimTask', { as: officer, params: { id: taskId } }), 403, 'recused');
    const colleagues = (await bench.call('colleagues', { as: colleague, params: { id: taskId } })).json.items;
    expect(colleagues.map((c: { personId: string }) => c.personId)).not.toContain(officer.personId);
  });
});

describe('a decision taken back', () => {
  test('is off 已办, and the task is the decider’s again', async () => {
    const { taskId, claimId } = await fresh();
    const params = { id: taskId };
    await lookAndCall(bench, { as: officer, params, body: approval() });
    expect((await bench.call('task', { as: officer, params })).json.permissions.takeBack).toBe(true);
    expect((await bench.call('task', { as: colleague, params })).json.permissions.takeBack).toBe(false);
    await openNext(bench.db, claimId);
    expect((await bench.call('takeBack', { as: officer, params })).json).toMatchObject({ state: 'claimed' });
    await openNext(bench.db, claimId);
    const done = (await bench.call('tasks', { as: officer, query: { box: 'done', limit: 100 } })).json.items;
    expect(done.map(({ id }: { id: string }) => id)).not.toContain(taskId);
    expect((await bench.call('task', { as: officer, params })).json).toMatchObject({
      task: { state: 'claimed' },
      permissions: { decide: true, takeBack: false },
      claim: { state: 'first-review', way: [{ status: 'current' }, { status: 'next' }, { status: 'next' }] },
    });
  });
});

describe('what the reviewer is told', () => {
  test('is what the bodies before left of a line', async () => {
    const { taskId, claimId } = await fresh();
    const hours = [{ line: 0, hundredths: 600, reason: '证明只有 6 学时' }];
    await lookAndCall(bench, { as: officer, params: { id: taskId }, body: { ...approval(), hours } });
    const next = await openNext(bench.db, claimId);
    const task = await bench.db.selectFrom('task').selectAll().where('id', '=', next).executeTakeFirstOrThrow();
    const as = bench.world.officer(task.organisation_id, 're-reviewer');
    expect((await bench.call('task', { as, params: { id: next } })).json.left).toEqual([{ line: 0, hundredths: 600 }]);
  });
});

test('a rejection cites an article that exists', async () => {
  const { taskId } = await fresh();
  const reasons = [{ code: 'other', text: '不符合', article: '99' }];
  const wrong = { as: officer, params: { id: taskId }, body: { ...approval(), outcome: 'reject', reasons } };
  expectProblem(await bench.call('decide', wrong), 400, 'invalid-input');
});
