import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPLIES_MOST, VIEWS_MOST } from '../../contract/desk.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { conference, training } from '../support/world.ts';
import { approval, type Bench, expectProblem, lookAndCall, makeBench, underReview } from './support.ts';

/** What a reviewer arranges at their own desk. Who may at all: test/api/matrix.test.ts. */

let bench: Bench;
let officer: Caller;
let colleague: Caller;
beforeAll(async () => {
  bench = await makeBench();
  officer = bench.world.officer('emp-city', 'first-reviewer');
  colleague = bench.world.officer('emp-city', 'first-reviewer', 1);
});
afterAll(() => bench.close());

const key = () => ({ 'idempotency-key': randomUUID() });
const keep = (name: string, filter: object, headers = key(), as = officer) =>
  bench.call('saveView', { as, headers, body: { name, filter } });
const views = async (as = officer): Promise<{ id: string; name: string; filter: object; count: { value: number } }[]> =>
  (await bench.call('views', { as })).json.items;
const fresh = async (declared = conference(randomUUID())) =>
  underReview(bench, await bench.world.declarant('emp-city'), declared);

describe('a saved view', () => {
  test('counts what it shows now, and the same request keeps it once', async () => {
    const headers = key();
    const kept = await keep('学术会议', { form: 'academic-conference' }, headers);
    expect(kept.status).toBe(201);
    expect((await keep('学术会议', { form: 'academic-conference' }, headers)).json).toEqual(kept.json);
    expectProblem(await keep('别的', {}, headers), 409, 'request-key-reused');
    expect((await keep('全部待办', {})).status).toBe(201);
    const before = await views();
    expect(before.map(({ count }) => count.value)).toEqual([0, 0]);
    await fresh();
    await fresh();
    const one = await fresh(training('authority-training', ['2026-05-11']));
    expect((await views()).map(({ name, count }) => [name, count.value])).toEqual([
      ['学术会议', 2],
      ['全部待办', 3],
    ]);
    await bench.call('claimTask', { as: officer, params: { id: one.taskId } });
    expect((await views()).map(({ count }) => count.value)).toEqual([2, 2]);
    expect(await views(colleague)).toEqual([]);
  });

  test('has a name of its own, and is renamed, changed and removed', async () => {
    expectProblem(await keep('学术会议', {}), 409, 'view-exists');
    const { id } = (await keep('逾期', { overdue: true })).json;
    const change = (body: object, as = officer) => bench.call('changeView', { as, params: { id }, body });
    expectProblem(await change({ name: '学术会议' }), 409, 'view-exists');
    expectProblem(await change({ name: '同事的' }, colleague), 404, 'not-found');
    expect((await change({ name: '我认领的', filter: { box: 'mine' } })).status).toBe(200);
    expect((await views()).at(-1)).toEqual({
      id,
      name: '我认领的',
      filter: { box: 'mine' },
      count: { value: 1, more: false },
    });
    expect((await bench.call('removeView', { as: officer, params: { id } })).json).toEqual({ id });
    expectProblem(await bench.call('removeView', { as: officer, params: { id } }), 404, 'not-found');
  });

  test('finds room up to the limit, also when two are saved at once', async () => {
    const left = VIEWS_MOST - (await views()).length;
    const answers = await Promise.all(Array.from({ length: left + 3 }, (_, i) => keep(`视图${i}`, {})));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(left);
    for (const answer of answers.filter(({ status }) => status !== 201)) expectProblem(answer, 409, 'desk-full');
  });

  test('leaves no word of its name or its search in the audit trail', async () => {
    await keep('张三的申报', { q: '张三' }, key(), colleague);
    const rows = await bench.db.selectFrom('audit').selectAll().where('subject_kind', '=', 'view').execute();
    expect(rows.length).toBeGreaterThan(VIEWS_MOST);
    expect(JSON.stringify(rows)).not.toContain('张三');
  });
});

describe('a saved reply', () => {
  const save = (body: object, headers = key()) => bench.call('saveReply', { as: officer, headers, body });

  test('keeps its words with their kind and article, the same ones once, up to the limit', async () => {
    const reply = { text: '请补充盖章页', code: 'evidence-unclear', article: '11' };
    const headers = key();
    const { id } = (await save(reply, headers)).json;
    expect((await save(reply, headers)).json).toEqual({ id });
    expectProblem(await save(reply), 409, 'reply-exists');
    expect((await save({ text: '请补充盖章页' })).status).toBe(201);
    const { items } = (await bench.call('replies', { as: officer })).json;
    expect(items).toMatchObject([
      { id, ...reply },
      { text: '请补充盖章页', code: null, article: null },
    ]);
    expect((await bench.call('replies', { as: colleague })).json.items).toEqual([]);
    expectProblem(await bench.call('removeReply', { as: colleague, params: { id } }), 404, 'not-found');
    const change = (body: object, as = officer) => bench.call('changeReply', { as, params: { id }, body });
    expectProblem(await change({ text: '请补充盖章页' }), 409, 'reply-exists');
    expectProblem(await change({ text: '同事的' }, colleague), 404, 'not-found');
    expect((await change({ text: '请补充骑缝章', code: 'other' })).json).toEqual({ id });
    expect((await bench.call('replies', { as: officer })).json.items).toMatchObject([
      { id, text: '请补充骑缝章', code: 'other', article: null },
      { text: '请补充盖章页' },
    ]);
    expect((await bench.call('removeReply', { as: officer, params: { id } })).status).toBe(200);
    for (let i = 1; i < REPLIES_MOST; i += 1) expect((await save({ text: `第${i}条` })).status).toBe(201);
    expectProblem(await save({ text: '再一条' }), 409, 'desk-full');
  });
});

describe('at the desk', () => {
  test('a file fetched ahead of its reader is not 已阅', async () => {
    const { claimId, evidenceId, taskId } = await fresh();
    const fetched = async (query: object) =>
      bench.call('evidenceFile', { as: officer, params: { id: claimId, evidenceId }, query: { ...query } });
    const seen = async () => (await bench.call('task', { as: officer, params: { id: taskId } })).json.seenByMe;
    expect((await fetched({ ahead: 'true' })).status).toBe(200);
    expect(await seen()).toEqual([]);
    expect((await fetched({})).status).toBe(200);
    expect(await seen()).toEqual([evidenceId]);
  });

  test('a task that a colleague decided meanwhile says who, what and when, and one’s own says 您', async () => {
    const { taskId } = await fresh();
    const params = { id: taskId };
    expect((await lookAndCall(bench, { as: colleague, params, body: approval() })).status).toBe(200);
    const whyNot = async (as: Caller) => (await bench.call('task', { as, params })).json.permissions.whyNot;
    expect(await whyNot(officer)).toMatch(/^单位 emp-city审核员1已于\d{4}年.*作出“同意”的决定，这项任务已结束。$/);
    expect(await whyNot(colleague)).toMatch(/^您已于/);
    const late = await lookAndCall(bench, { as: officer, params, body: approval() });
    expectProblem(late, 409, 'task-closed');
    expect(late.json.detail).toBe(await whyNot(officer));
  });

  test('an unfinished task tells its working days left', async () => {
    const { taskId } = await fresh();
    const left = async (due_on: string) => {
      await bench.db.updateTable('task').set({ due_on }).where('id', '=', taskId).execute();
      return (await bench.call('task', { as: officer, params: { id: taskId } })).json.task.workingDaysLeft;
    };
    expect(await left('2026-01-05')).toBeLessThan(0);
    expect(await left('2099-01-05')).toBeGreaterThan(0);
  });
});
