import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { conference, training } from '../support/world.ts';
import { approval, type Bench, lookAndCall, makeBench, openNext, underReview } from './support.ts';

let bench: Bench;
let person: Caller;
let officer: Caller;
const tasks: { claimId: string; taskId: string }[] = [];
beforeAll(async () => {
  bench = await makeBench();
  person = await bench.world.declarant('emp-city');
  officer = bench.world.officer('emp-city', 'first-reviewer');
  for (let i = 0; i < 25; i += 1) tasks.push(await underReview(bench, person, conference(`第${i}次会议`)));
  // Several due on one day, so that the order within a day matters; some overdue.
  for (const [i, { taskId }] of tasks.entries()) {
    await bench.db
      .updateTable('task')
      .set({ due_on: `2026-11-${10 + (i % 5) * 4}` })
      .where('id', '=', taskId)
      .execute();
  }
});
afterAll(() => bench.close());

const walk = async (query: Record<string, unknown>) => {
  const seen: { id: string; dueOn: string; overdue: boolean; title: string }[] = [];
  for (let after: string | undefined; ; ) {
    const page = await bench.call('tasks', { as: officer, query: { ...query, ...(after ? { after } : {}) } });
    expect(page.status).toBe(200);
    seen.push(...page.json.items);
    if (page.json.next === null) return seen;
    after = page.json.next;
  }
};

describe('the inbox', () => {
  test('gives every task once, the earliest due first, whatever the page’s length', async () => {
    for (const limit of [1, 4, 24, 25, 26, 100]) {
      const seen = await walk({ limit });
      expect(seen.map((t) => t.id).sort()).toEqual(tasks.map((t) => t.taskId).sort());
      const keys = seen.map((t) => t.dueOn + t.id);
      expect(keys).toEqual([...keys].sort());
    }
  });

  test('filters by overdue, form, stage, organisation and text, and counts what is left', async () => {
    const count = async (query: Record<string, unknown>) =>
      (await bench.call('tasks', { as: officer, query: { ...query, count: 'true', limit: 1 } })).json.count;
    expect(await count({})).toEqual({ value: 25, more: false });
    expect(await count({ overdue: 'true' })).toEqual({ value: 20, more: false });
    expect(await count({ form: 'degree' })).toEqual({ value: 0, more: false });
    expect(await count({ stage: 'filing' })).toEqual({ value: 0, more: false });
    expect(await count({ organisation: 'hrss-420500' })).toEqual({ value: 0, more: false });
    expect(await count({ q: '第7次' })).toEqual({ value: 1, more: false });
    expect(await count({ q: '%' })).toEqual({ value: 0, more: false });
    expect((await walk({ overdue: 'true' })).every((t) => t.overdue)).toBe(true);
  });

  test('counts exactly to a thousand, then 1000+', async () => {
    // Of a person of their own, so that the other tests' counts stay.
    const other = await bench.world.declarant('emp-county');
    const of = (await underReview(bench, other, conference('被复制的会议'))).claimId;
    await sql`
      with c as (
        insert into claim (person_id, year, form, title, state, declaration, version, identity, employer_id, unit_kind, level, region_code,
                           industry_code, study_archive, plan, first_submitted_at, act_seq, applied_seq, stage_seq)
        select person_id, year, form, title, state, declaration, version, identity || n, employer_id, unit_kind, level, region_code,
               industry_code, study_archive, plan, first_submitted_at, act_seq, applied_seq, stage_seq
        from claim, generate_series(1, 1001) n where id = ${of}
        returning *),
      s as (
        insert into stage (claim_id, seq, kind, version, opened_at, due_on, calendar)
        select id, 1, 'first-review', 1, now(), '2026-12-01', 'test' from c)
      insert into task (claim_id, stage_seq, stage_kind, organisation_id, capacity, opened_at, due_on, declarant_id, declarant_name,
                        employer_name, claim_number, year, form, title, claimed_hundredths, version)
      select id, 1, 'first-review', 'emp-county', 'employer', now(), '2026-12-01', person_id, '某人', '某单位', number, year, form, title, 0, 1
      from c`.execute(bench.db);
    const county = bench.world.officer('emp-county', 'first-reviewer');
    const counts = (await bench.call('taskCounts', { as: county })).json;
    expect(counts.pools).toMatchObject([
      {
        organisationId: 'emp-county',
        role: 'first-reviewer',
        todo: { value: 1000, more: true },
        overdue: { value: 0, more: false },
      },
    ]);
    const mine = (await bench.call('taskCounts', { as: officer })).json;
    expect(mine).toMatchObject({
      todo: { value: 25, more: false },
      overdue: { value: 20 },
      mine: { value: 0 },
      done: { value: 0 },
    });
  });

  test('moves a task through claimed and done, and tells a colleague who has it', async () => {
    const second = bench.world.officer('emp-city', 'first-reviewer', 1);
    const params = { id: tasks[3]?.taskId ?? '' };
    expect((await bench.call('claimTask', { as: officer, params })).json).toMatchObject({
      state: 'claimed',
      assigneeId: officer.personId,
    });
    expect((await bench.call('claimTask', { as: second, params })).json.code).toBe('task-claimed-by-other');
    expect((await bench.call('task', { as: second, params })).json.permissions).toMatchObject({
      decide: false,
      whyNot: '已由审核员0认领',
    });
    expect((await walk({ box: 'mine' })).map((t) => t.id)).toEqual([params.id]);
    const colleagues = (await bench.call('colleagues', { as: officer, params })).json.items;
    expect(colleagues).toMatchObject([{ personId: second.personId, openTasks: 0 }]);
    await bench.call('transferTask', { as: officer, params, body: { toPersonId: second.personId } });
    expect(await walk({ box: 'mine' })).toEqual([]);
    expect((await bench.call('releaseTask', { as: second, params })).json.state).toBe('open');
    await lookAndCall(bench, { as: officer, params, body: approval() });
    expect(await walk({ box: 'done' })).toMatchObject([{ id: params.id, outcome: 'approve' }]);
  });

  test('goes on in 已办 over many decisions of the same instant', async () => {
    for (const { taskId } of tasks.slice(5, 12))
      await lookAndCall(bench, { as: officer, params: { id: taskId }, body: approval() });
    await bench.db.updateTable('decision').set({ decided_at: '2026-11-20T01:02:03.123456Z' }).execute();
    const seen = await walk({ box: 'done', limit: 3 });
    expect(new Set(seen.map((t) => t.id)).size).toBe(8);
  });
});

describe('my claims', () => {
  test('are paged without loss, and filtered', async () => {
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = (await bench.call('myClaims', { as: person, query: { limit: 7, ...(after ? { after } : {}) } }))
        .json;
      seen.push(...page.items.map((c: { id: string }) => c.id));
      if (page.next === null) break;
      after = page.next;
    }
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
    expect((await bench.call('myClaims', { as: person, query: { state: 'draft' } })).json.items).toEqual([]);
    expect((await bench.call('myClaims', { as: person, query: { year: 2027 } })).json.items).toEqual([]);
  });
});

describe('a claim’s story', () => {
  test('from return to filing: who has it, by when, what comes next, what is to be corrected, what it counts', async () => {
    const who = await bench.world.declarant('emp-city');
    const days = ['2026-10-12', '2026-10-13'];
    const { claimId, taskId } = await underReview(bench, who, training('authority-training', days, '急救技能培训'));
    const claim = async () => (await bench.call('claim', { as: who, params: { id: claimId } })).json;
    expect(await claim()).toMatchObject({
      state: 'first-review',
      now: {
        holders: [{ organisationName: '单位 emp-city' }],
        dueOn: '2026-12-07',
        overdue: false,
        next: '复审：市卫健委、市人社局（会签）',
      },
      permissions: { edit: false, withdraw: true },
      way: [{ status: 'current' }, { status: 'next' }, { status: 'next' }],
    });
    const reasons = [{ code: 'days-wrong', field: 'days.0.on', text: '第一天应为 10 月 11 日' }];
    await bench.call('decide', {
      as: officer,
      params: { id: taskId },
      body: { ...approval(), outcome: 'return', reasons },
    });
    await openNext(bench.db, claimId);
    expect(await claim()).toMatchObject({
      state: 'correction',
      now: { dueOn: '2026-12-20', text: expect.stringContaining('补正') },
      corrections: [
        { code: 'days-wrong', label: '日期填报有误', field: 'days.0.on', organisationName: '单位 emp-city' },
      ],
      permissions: { edit: true, resubmit: true, withdraw: true },
    });
    const declared = training('authority-training', ['2026-10-11', '2026-10-13'], '急救技能培训');
    const saved = await bench.call('saveClaim', { as: who, params: { id: claimId }, body: { declared, revision: 1 } });
    expect((await bench.call('claim', { as: officer, params: { id: claimId } })).json.declaration.days[0].on).toBe(
      '2026-10-12',
    );
    const again = { as: who, params: { id: claimId }, headers: { 'idempotency-key': randomUUID() }, body: saved.json };
    expect((await bench.call('resubmitClaim', again)).json).toMatchObject({ version: 2 });
    expect((await bench.call('resubmitClaim', again)).json).toMatchObject({ version: 2 });
    await decideRest(claimId, officer);
    const filed = await claim();
    expect(filed).toMatchObject({
      state: 'filed',
      now: { text: '备案完成，计入2026年 16 学时' },
      way: [{ status: 'done' }, { status: 'done' }, { status: 'done' }],
    });
    expect(filed.versions).toHaveLength(2);
    expect(filed.timeline.map((t: { kind: string }) => t.kind)).toEqual(
      expect.arrayContaining(['submitted', 'decided', 'returned', 'resubmitted', 'filed']),
    );
    const year = (await bench.call('year', { as: who, params: { year: 2026 } })).json;
    expect(year).toMatchObject({
      professionalHundredths: 1600,
      items: [{ claimId, title: '急救技能培训', countedHundredths: 1600 }],
      pending: [],
    });
    expect(year.items[0].steps.at(-1)).toMatchObject({ step: 'counted', basis: [{ citation: '第十一条第（一）项' }] });
  });

  /** Every stage that is left approved by officers who may, each applied as the workflow would. */
  async function decideRest(claimId: string, first: Caller): Promise<void> {
    const { world } = bench;
    const rounds = [
      [first],
      [world.officer('hrss-420500', 're-reviewer'), world.officer('ind-420500-health', 're-reviewer')],
      [world.officer('hrss-420000', 'filing-officer'), world.officer('ind-420000-health', 'filing-officer')],
    ];
    await openNext(bench.db, claimId);
    for (const officers of rounds) {
      for (const one of officers) {
        const open = await bench.db
          .selectFrom('task')
          .select('id')
          .where('claim_id', '=', claimId)
          .where('state', '=', 'open')
          .where('organisation_id', '=', one.holdings[0]?.organisationId ?? '')
          .executeTakeFirstOrThrow();
        const task = (await bench.call('task', { as: one, params: { id: open.id } })).json;
        expect(task.years).toMatchObject([
          { before: { year: 2026, totalHundredths: 0 }, after: { totalHundredths: 1600 } },
        ]);
        expect((await lookAndCall(bench, { as: one, params: { id: open.id }, body: approval(2) })).status).toBe(200);
      }
      await openNext(bench.db, claimId);
    }
  }
});

describe('a preview', () => {
  test('tells the year before and after, overlapping days, and what is missing', async () => {
    const who = await bench.world.declarant('emp-city');
    await underReview(bench, who, training('unit-training', ['2026-10-12'], '院内培训'));
    const declared = training('authority-training', ['2026-10-12', '2026-10-14'], '市级培训');
    const answer = (await bench.call('preview', { as: who, body: { declared, hasEvidence: false } })).json;
    expect(answer).toMatchObject({
      submittable: false,
      recognition: { outcome: 'refused', code: 'proof-missing' },
      problems: [{ code: 'evidence-missing' }],
    });
    expect(answer.warnings).toMatchObject([{ kind: 'overlapping-days', days: ['2026-10-12'] }]);
    const whole = (await bench.call('preview', { as: who, body: { declared, hasEvidence: true } })).json;
    expect(whole).toMatchObject({
      submittable: true,
      years: [
        { before: { totalHundredths: 0 }, after: { totalHundredths: 1600, sentence: expect.stringContaining('还差') } },
      ],
    });
  });
});
