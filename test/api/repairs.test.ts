import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepairKind } from '../../contract/repairs.ts';
import type { StuckClass } from '../../contract/stuck.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { openSanction } from '../../db/acts/sanctions.ts';
import { beginReconciliation, recheckClaim, reconcilePage } from '../../db/reconciliation.ts';
import { continueRepairs } from '../../db/repairs.ts';
import { statisticsDifferences } from '../../db/statistics.ts';
import { advance } from '../support/advance.ts';
import { course } from '../support/certificates.ts';
import { certified, claimsUnderReview, FakeWorkflows, plant, quieten, withHours } from '../support/faults.ts';
import { lookAndDecide } from '../support/looking.ts';
import { decideAll, done, openTasks, stateOf, verdict } from '../support/world.ts';
import { type Bench, expectProblem, makeBench } from './support.ts';

/** The stuck console's repairs: the dry run writes nothing, a second person confirms what changes a result, what moved meanwhile is left alone. */

let bench: Bench;
let workflows: FakeWorkflows;
let maker: Caller;
let checker: Caller;
beforeAll(async () => {
  bench = await makeBench();
  workflows = new FakeWorkflows(bench.db);
  maker = await bench.world.appoint('hrss-420000', 'administrator');
  checker = await bench.world.appoint('hrss-420000', 'administrator');
});
afterAll(() => bench.close());

async function cycle(): Promise<void> {
  let progress = await beginReconciliation(bench.db, 'full');
  while (progress.state !== 'done') progress = await reconcilePage(bench.db, workflows, { id: progress.id });
}

const findingOf = (kind: StuckClass, subject: string) =>
  bench.db
    .selectFrom('stuck_finding')
    .selectAll()
    .where('class', '=', kind)
    .where('subject_id', 'like', `${subject}%`)
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow();

type Wish = { kind: RepairKind; toStage?: string; toPersonId?: string };
const tried = async (findingId: string, wish: Wish) =>
  (await bench.call('tryRepair', { as: maker, params: { id: findingId }, body: wish })).json;
const repair = (findingId: string, wish: Wish & { version: string }, as = maker, key: string = randomUUID()) =>
  bench.call('repair', {
    as,
    params: { id: findingId },
    headers: { 'idempotency-key': key },
    body: { ...wish, reason: '流程故障处理' },
  });
const answer = (id: string, as: Caller, confirms = true) =>
  bench.call('answerRepair', { as, params: { id }, body: { confirms } });

/** A claim whose first review has lost its tasks, and the finding of it. */
async function withoutTask(): Promise<{ claimId: string; findingId: string }> {
  const [claimId = ''] = await claimsUnderReview(bench.world, 1);
  await plant.withoutTask(bench.db, [claimId]);
  await recheckClaim(bench.db, workflows, claimId);
  return { claimId, findingId: (await findingOf('claim-without-task', claimId)).id };
}

async function rowsOf(tables: readonly string[]): Promise<string> {
  const counts = [];
  for (const table of tables) {
    const { rows } = await sql<{ n: number; h: string }>`
      select count(*)::int as n, coalesce(md5(string_agg(x::text, '|' order by x::text)), '') as h from ${sql.table(table)} x`.execute(
      bench.db,
    );
    counts.push(rows[0]);
  }
  return JSON.stringify(counts);
}

describe('a dry run', () => {
  test('shows the state, the stage and whom it tells, and writes nothing at all', async () => {
    const { findingId } = await withoutTask();
    await bench.cookieOf(maker);
    const tables = ['claim', 'act', 'stage', 'task', 'timeline', 'audit', 'notice', 'repair', 'stuck_finding'];
    const before = await rowsOf([...tables, 'graphile_worker._private_jobs']);
    const close = await tried(findingId, { kind: 'close' });
    expect(close).toMatchObject({ isChecked: true, told: ['申报人：申报已终止'] });
    expect(close.changes).toContainEqual({ label: '申报状态', before: '初审中', after: '不予认定' });
    expect(close.changes).toContainEqual({ label: '2026年度专业学时', before: '0', after: '0' });
    const move = await tried(findingId, { kind: 'move', toStage: 'first-review' });
    expect(move.follows[0]).toContain('重新开启初审，由单位 emp-city办理');
    expect(await rowsOf([...tables, 'graphile_worker._private_jobs'])).toBe(before);
  });

  test('of a stage that would pass over a review is refused, as is a repair that does not fit the cause', async () => {
    const { findingId } = await withoutTask();
    const params = { id: findingId };
    const over = await bench.call('tryRepair', { as: maker, params, body: { kind: 'move', toStage: 're-review' } });
    expectProblem(over, 422, 'repair-misfit');
    expectProblem(
      await bench.call('tryRepair', { as: maker, params, body: { kind: 'recount' } }),
      422,
      'repair-misfit',
    );
  });
});

describe('a move to a stage', () => {
  test('is proposed by one administrator, confirmed by another, opens the stage anew and goes on to its end', async () => {
    const { claimId, findingId } = await withoutTask();
    const wish = { kind: 'move', toStage: 'first-review' } as const;
    const { version } = await tried(findingId, wish);
    const key = randomUUID();
    const proposed = await repair(findingId, { ...wish, version }, maker, key);
    expect(proposed.json).toMatchObject({ state: 'proposed', isOwn: true });
    expect((await repair(findingId, { ...wish, version }, maker, key)).json.id).toBe(proposed.json.id);
    expectProblem(await repair(findingId, { ...wish, version }), 409, 'repair-open');
    expectProblem(await answer(proposed.json.id, maker), 403, 'second-officer');
    expect((await openTasks(bench.db, claimId)).length).toBe(0);
    expect((await answer(proposed.json.id, checker)).json).toMatchObject({ state: 'done', decidedBy: '申报人' });
    expectProblem(await answer(proposed.json.id, checker), 409, 'repair-moved');
    await advance(bench.db, claimId);
    expect((await openTasks(bench.db, claimId)).map((task) => task.organisation_id)).toEqual(['emp-city']);
    for (const _ of ['first-review', 're-review', 'filing']) {
      await decideAll(bench.world, claimId, 'approve');
      await advance(bench.db, claimId);
    }
    expect(await stateOf(bench.db, claimId)).toBe('filed');
  });

  test('back to an earlier stage voids what was decided since, and its reviewers decide again', async () => {
    const [claimId = ''] = await claimsUnderReview(bench.world, 1);
    await decideAll(bench.world, claimId, 'approve');
    await advance(bench.db, claimId);
    const [hrss] = await openTasks(bench.db, claimId);
    done(
      await lookAndDecide(
        bench.db,
        bench.world.officer('hrss-420500', 're-reviewer'),
        hrss?.id ?? '',
        verdict('approve'),
      ),
    );
    await plant.escalated(bench.db, [claimId]);
    await quieten(bench.db);
    await recheckClaim(bench.db, workflows, claimId);
    const finding = await findingOf('overdue', claimId);
    const wish = { kind: 'move', toStage: 'first-review' } as const;
    const { version } = await tried(finding.id, wish);
    const { id } = (await repair(finding.id, { ...wish, version })).json;
    expect((await answer(id, checker)).status).toBe(200);
    await advance(bench.db, claimId);
    const standing = await bench.db
      .selectFrom('decision')
      .select('id')
      .where('claim_id', '=', claimId)
      .where('superseded_at', 'is', null)
      .execute();
    expect(standing).toEqual([]);
    expect(await stateOf(bench.db, claimId)).toBe('first-review');
    await decideAll(bench.world, claimId, 'approve');
    await advance(bench.db, claimId);
    expect((await openTasks(bench.db, claimId)).length).toBe(2);
  });

  test('of a claim that moved meanwhile is refused, at the proposal and at the confirmation, and nothing is done', async () => {
    const { claimId, findingId } = await withoutTask();
    const wish = { kind: 'close' } as const;
    const { version } = await tried(findingId, wish);
    const move = sql`update claim set stage_seq = stage_seq where id = ${claimId}`;
    await sql`update task set state = 'open', ended_at = null where claim_id = ${claimId}`.execute(bench.db);
    expectProblem(await repair(findingId, { ...wish, version }), 409, 'repair-moved');
    const now = await tried(findingId, wish);
    const { id } = (await repair(findingId, { ...wish, version: now.version })).json;
    await decideAll(bench.world, claimId, 'approve');
    await move.execute(bench.db);
    expectProblem(await answer(id, checker), 409, 'repair-moved');
    expect(await stateOf(bench.db, claimId)).toBe('first-review');
    expect((await answer(id, checker, false)).json).toMatchObject({ state: 'refused' });
  });
});

test('a closed claim ends with its reason, tells its declarant and counts nothing; nobody confirms what is their own', async () => {
  const { claimId, findingId } = await withoutTask();
  const { version } = await tried(findingId, { kind: 'close' });
  const { id } = (await repair(findingId, { kind: 'close', version })).json;
  const { person_id } = await bench.db
    .selectFrom('claim')
    .select('person_id')
    .where('id', '=', claimId)
    .executeTakeFirstOrThrow();
  await bench.db
    .insertInto('role_holding')
    .values({ person_id, organisation_id: 'hrss-420000', role: 'administrator', from_on: '2026-01-01', until_on: null })
    .execute();
  const own: Caller = { personId: person_id, holdings: [], requestId: 'test' };
  expectProblem(await answer(id, own), 403, 'own-claim');
  expect((await answer(id, checker)).status).toBe(200);
  expect(await stateOf(bench.db, claimId)).toBe('rejected');
  const shown = await bench.call('claim', { as: own, params: { id: claimId } });
  expect(JSON.stringify(shown.json.timeline)).toContain('终止了这份申报，没有计入学时。理由：流程故障处理');
  const trail = await bench.db
    .selectFrom('audit')
    .select(['action', 'actor_id'])
    .where('subject_id', 'in', [id, findingId])
    .where('actor_id', 'is not', null)
    .orderBy('id')
    .execute();
  expect(trail).toEqual([
    { action: 'repair.proposed', actor_id: maker.personId },
    { action: 'repair.close', actor_id: maker.personId },
    { action: 'repair.confirmed', actor_id: checker.personId },
  ]);
});

describe('the review (复核) of a closing', () => {
  async function closed(): Promise<{ claimId: string; person: Caller }> {
    const { claimId, findingId } = await withoutTask();
    await sql`update task set state = 'open', ended_at = null where claim_id = ${claimId}`.execute(bench.db);
    const { version } = await tried(findingId, { kind: 'close' });
    const { id } = (await repair(findingId, { kind: 'close', version })).json;
    expect((await answer(id, checker)).status).toBe(200);
    const { person_id: personId } = await bench.db
      .selectFrom('claim')
      .select('person_id')
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    return { claimId, person: { personId, holdings: [], requestId: 'test' } };
  }
  const ask = ({ claimId, person }: { claimId: string; person: Caller }) =>
    bench.call('requestReconsideration', {
      as: person,
      params: { id: claimId },
      headers: { 'idempotency-key': randomUUID() },
      body: { grounds: '系统故障不是我的过错，请恢复办理。' },
    });
  const judge = (id: string, as: Caller, outcome: 'uphold' | 'overturn') =>
    bench.call('decideReconsideration', {
      as,
      params: { id },
      body: { decisionId: randomUUID(), outcome, reason: '终止理由不成立', article: '14' },
    });

  test('is stated with the closing: to whom, until when, and before anybody confirms it', async () => {
    const { claimId, person } = await closed();
    const shown = await bench.call('claim', { as: person, params: { id: claimId } });
    expect(shown.json.reconsideration).toMatchObject({ organisationName: '省人社厅', mayAsk: true });
    expect(JSON.stringify(shown.json.timeline)).toMatch(/终止了这份申报.*24时前向省人社厅申请一次复核/);
    const notice = await bench.db
      .selectFrom('notice')
      .select('detail')
      .where('person_id', '=', person.personId)
      .where('kind', '=', 'claim-closed')
      .executeTakeFirstOrThrow();
    expect(notice.detail).toMatchObject({ body: '省人社厅' });
  });

  test('is not for those who closed it; overturned, the claim goes on as it stood and is judged by its own reviewers', async () => {
    const of = await closed();
    const { id } = (await ask(of)).json;
    for (const who of [maker, checker])
      await bench.db
        .insertInto('role_holding')
        .values({
          person_id: who.personId,
          organisation_id: 'hrss-420000',
          role: 'filing-officer',
          from_on: '2026-01-01',
          until_on: null,
        })
        .onConflict((c) => c.doNothing())
        .execute();
    const asOfficer = await bench.another();
    for (const who of [maker, checker]) {
      const refused = await asOfficer.call('decideReconsideration', {
        cookie: await bench.cookieOf(who),
        params: { id },
        body: { decisionId: randomUUID(), outcome: 'uphold', reason: '维持', article: '14' },
      });
      expectProblem(refused, 403, 'acted-at-other-stage');
    }
    expect((await judge(id, bench.world.officer('hrss-420000', 'filing-officer', 1), 'overturn')).status).toBe(200);
    expect(await stateOf(bench.db, of.claimId)).toBe('first-review');
    for (const _ of ['first-review', 're-review', 'filing']) {
      await decideAll(bench.world, of.claimId, 'approve');
      await advance(bench.db, of.claimId);
    }
    expect(await stateOf(bench.db, of.claimId)).toBe('filed');
  });

  test('upheld, the closing stays, and there is no second one', async () => {
    const of = await closed();
    const { id } = (await ask(of)).json;
    expect((await judge(id, bench.world.officer('hrss-420000', 'filing-officer'), 'uphold')).status).toBe(200);
    expect(await stateOf(bench.db, of.claimId)).toBe('rejected');
    expectProblem(await ask(of), 409, 'reconsideration-twice');
    const page = await bench.call('reconsiderations', {
      as: bench.world.officer('hrss-420000', 'filing-officer'),
      query: { box: 'done' },
    });
    expect(JSON.stringify(page.json.items)).toContain(of.claimId);
  });
});

test('a late task goes to another eligible reviewer of the body, and to nobody else', async () => {
  const [claimId = ''] = await claimsUnderReview(bench.world, 1);
  await plant.escalated(bench.db, [claimId]);
  await recheckClaim(bench.db, workflows, claimId);
  const finding = await findingOf('overdue', claimId);
  const { json } = await bench.call('finding', { as: maker, params: { id: finding.id } });
  const [first, second] = [0, 1].map((which) => bench.world.officer('emp-city', 'first-reviewer', which === 0 ? 0 : 1));
  const named = json.colleagues.map((each: { personId: string }) => each.personId).sort();
  expect(named).toEqual([first?.personId, second?.personId].sort());
  const stranger = { kind: 'reassign', toPersonId: checker.personId } as const;
  const refused = await bench.call('tryRepair', { as: maker, params: { id: finding.id }, body: stranger });
  expectProblem(refused, 422, 'transfer-target');
  const wish = { kind: 'reassign', toPersonId: second?.personId ?? '' } as const;
  const effect = await tried(finding.id, wish);
  expect(effect).toMatchObject({ isChecked: false, told: ['审核员1：有任务改派给您'] });
  expect((await repair(finding.id, { ...wish, version: effect.version })).json).toMatchObject({ state: 'done' });
  const task = await bench.db
    .selectFrom('task')
    .select('assignee_id')
    .where('claim_id', '=', claimId)
    .executeTakeFirst();
  expect(task?.assignee_id).toBe(second?.personId);
});

test('ledger, certificate, stray task, message and notice are each mended by their repair, and the next cycle resolves them', async () => {
  const [stray = '', rung = ''] = await claimsUnderReview(bench.world, 2);
  const personId = await withHours(bench.world);
  const holder = await certified(bench.world);
  await plant.strayTask(bench.db, [stray]);
  await plant.ledger(bench.db, [personId]);
  await plant.otherHolder(bench.db, [holder.personId]);
  await plant.undelivered(bench.db, [rung]);
  await plant.undeliverable(bench.db, [personId]);
  await cycle();
  const mended: StuckClass[] = [
    'ledger-unequal',
    'certificate-disagrees',
    'task-without-claim',
    'outbox-undelivered',
    'notice-undeliverable',
  ];
  const kinds: Record<string, RepairKind> = {
    'ledger-unequal': 'recompute',
    'certificate-disagrees': 'reissue',
    'task-without-claim': 'close-task',
    'outbox-undelivered': 'retry',
    'notice-undeliverable': 'retry',
  };
  for (const each of mended) {
    const finding = await bench.db
      .selectFrom('stuck_finding')
      .select('id')
      .where('class', '=', each)
      .where('resolved_at', 'is', null)
      .executeTakeFirstOrThrow();
    const kind = kinds[each] ?? 'retry';
    const { version, isChecked } = await tried(finding.id, { kind });
    const made = await repair(finding.id, { kind, version });
    expect([each, made.status]).toEqual([each, 201]);
    if (isChecked) expect((await answer(made.json.id, checker)).status).toBe(200);
  }
  await sql`delete from graphile_worker._private_jobs`.execute(bench.db);
  await cycle();
  const open = await bench.db.selectFrom('stuck_finding').select('class').where('resolved_at', 'is', null).execute();
  for (const each of mended) expect(open.map((row) => row.class)).not.toContain(each);
  expect(await statisticsDifferences(bench.db)).toEqual([]);
});

/** A fault of the record that no further try makes good. */
const refuseRepairsOf = (personId: string): Promise<unknown> =>
  sql
    .raw(
      `create function planted() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$;
       create trigger planted before update on stuck_finding for each row
         when (old.subject_id like '${personId}/%') execute function planted();`,
    )
    .execute(bench.db);

describe('a bulk', () => {
  test('goes on where it was cut short, leaves alone what moved, and shows its progress', async () => {
    const claims = await claimsUnderReview(bench.world, 6);
    for (const id of claims) workflows.said.set(`claim/${id}`, { status: 'ended', standing: null });
    await cycle();
    const all = (expected: number) =>
      bench.call('repairAll', {
        as: maker,
        headers: { 'idempotency-key': randomUUID() },
        body: { class: 'workflow-ended', kind: 'rebuild', reason: '批量重建流程', expected },
      });
    expectProblem(await all(5), 409, 'repair-moved');
    const bulk = await all(6);
    expect(bulk.json).toMatchObject({ state: 'running', total: 6, done: 0 });
    await decideAll(bench.world, claims[5] ?? '', 'approve');
    // A budget of nothing: one repair, as if the relay died after it.
    expect(await continueRepairs(bench.db, bulk.json.id, { budgetMs: 0 })).toBe('again');
    const part = await bench.call('repairs', { as: maker });
    expect(part.json.bulks[0]).toMatchObject({ done: 1, refused: 0, state: 'running' });
    await Promise.all([1, 2].map(() => continueRepairs(bench.db, bulk.json.id)));
    const { json } = await bench.call('repairs', { as: maker });
    expect(json.bulks[0]).toMatchObject({ state: 'done', done: 5, refused: 1 });
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from graphile_worker.jobs where task_identifier = 'rebuild'`.execute(bench.db);
    expect(rows[0]?.n).toBe(5);
    workflows.said.clear();
  });

  test('that changes results waits for the second person', async () => {
    const people = [await withHours(bench.world), await withHours(bench.world)];
    await plant.ledger(bench.db, people);
    await cycle();
    const made = await bench.call('repairAll', {
      as: maker,
      headers: { 'idempotency-key': randomUUID() },
      body: { class: 'ledger-unequal', kind: 'recompute', reason: '批量重新计算', expected: 2 },
    });
    expect(made.json).toMatchObject({ state: 'proposed' });
    const params = { id: made.json.id };
    expect(await continueRepairs(bench.db, made.json.id)).toBe('ended');
    const own = await bench.call('answerRepairBulk', { as: maker, params, body: { confirms: true } });
    expectProblem(own, 403, 'second-officer');
    const yes = await bench.call('answerRepairBulk', { as: checker, params, body: { confirms: true } });
    expect(yes.json).toMatchObject({ state: 'running' });
    expect(await continueRepairs(bench.db, made.json.id)).toBe('ended');
    const { json } = await bench.call('repairs', { as: checker });
    expect(json.bulks[0]).toMatchObject({ state: 'done', done: 2, refused: 0 });
  });

  test('sent twice at once is one bulk; what concerns who confirms it stays undone, and what the record refuses does not hold up the rest', async () => {
    const people = [await withHours(bench.world), await withHours(bench.world), checker.personId];
    await course(bench.db, checker.personId, 'public', 200);
    await plant.ledger(bench.db, people);
    await cycle();
    const headers = { 'idempotency-key': randomUUID() };
    const body = { class: 'ledger-unequal', kind: 'recompute', reason: '批量重新计算', expected: 3 };
    const [made, same] = await Promise.all([1, 2].map(() => bench.call('repairAll', { as: maker, headers, body })));
    const id = String(made?.json.id);
    expect(same?.json).toMatchObject({ id });
    const yes = await bench.call('answerRepairBulk', { as: checker, params: { id }, body: { confirms: true } });
    expect(yes.json).toMatchObject({ state: 'running' });
    await refuseRepairsOf(people[0] ?? '');
    expect(await continueRepairs(bench.db, id)).toBe('ended');
    const { rows } = await sql<{ subject: string; state: string; note: string | null }>`
      select f.subject_id as subject, r.state, r.note from repair r join stuck_finding f on f.id = r.finding_id where r.bulk_id = ${id}`.execute(
      bench.db,
    );
    const of = (personId: string) => rows.find((row) => row.subject.startsWith(personId));
    expect(of(people[0] ?? '')).toMatchObject({ state: 'refused', note: expect.stringContaining('P0001') });
    expect(of(people[1] ?? '')).toMatchObject({ state: 'done', note: null });
    expect(of(checker.personId)).toMatchObject({ state: 'refused', note: expect.stringContaining('本人') });
  });
});

test('all claims that lost their task are opened anew where they are, by two people', async () => {
  await bench.db
    .updateTable('stuck_finding')
    .set({ resolved_at: new Date() })
    .where('class', '=', 'claim-without-task')
    .execute();
  const lost = [await withoutTask(), await withoutTask()];
  const made = await bench.call('repairAll', {
    as: maker,
    headers: { 'idempotency-key': randomUUID() },
    body: { class: 'claim-without-task', kind: 'move', reason: '任务丢失，重新开启', expected: 2 },
  });
  expect(made.json).toMatchObject({ state: 'proposed', total: 2 });
  const params = { id: made.json.id };
  expect((await bench.call('answerRepairBulk', { as: checker, params, body: { confirms: true } })).status).toBe(200);
  expect(await continueRepairs(bench.db, made.json.id)).toBe('ended');
  for (const { claimId } of lost) {
    await advance(bench.db, claimId);
    expect((await openTasks(bench.db, claimId)).map((task) => task.stage_kind)).toEqual(['first-review']);
  }
  const late = { class: 'overdue', kind: 'move', reason: '不能批量调整', expected: 1 };
  const headers = { 'idempotency-key': randomUUID() };
  expectProblem(await bench.call('repairAll', { as: maker, headers, body: late }), 422, 'repair-misfit');
});

describe('a case whose workflow fails at every step', () => {
  const caseOf = async (person: Caller): Promise<string> => {
    const by = bench.world.officer('hrss-420500', 'supervisor');
    const suspicion = { personId: person.personId, year: 2026, claimIds: [], explanation: '证明系伪造' };
    const opened = await bench.db
      .transaction()
      .execute((trx) => openSanction(trx, by, { ...suspicion, source: 'inspection' }));
    await bench.db
      .insertInto('stuck_finding')
      .values({
        ...{ class: 'activity-failing', subject_kind: 'sanction', subject_id: done(opened).id },
        ...{ page_key: `sanction/${done(opened).id}`, claim_id: null, organisation_id: 'hrss-420500' },
      })
      .execute();
    return done(opened).id;
  };

  test('is rebuilt, its running workflow ended first; what is done to claims is not offered', async () => {
    const id = await caseOf(await bench.world.declarant('emp-city'));
    const finding = await findingOf('activity-failing', id);
    const { json } = await bench.call('finding', { as: maker, params: { id: finding.id } });
    expect(json.repairs.map((each: { kind: string }) => each.kind)).toEqual(['retry', 'rebuild']);
    expect(json.title).toMatch(/^弄虚作假案件 \d+$/);
    expect(json.links).toEqual([{ label: '查看案件', path: `/sanctions/${id}` }]);
    const params = { id: finding.id };
    const close = await bench.call('tryRepair', { as: maker, params, body: { kind: 'close' } });
    expectProblem(close, 422, 'repair-misfit');
    const { version } = await tried(finding.id, { kind: 'rebuild' });
    expect((await repair(finding.id, { kind: 'rebuild', version })).status).toBe(201);
    const { rows } = await sql<{ payload: object }>`
      select payload from graphile_worker._private_jobs where key = ${`rebuild:sanction/${id}`}`.execute(bench.db);
    expect(rows[0]?.payload).toMatchObject({ caseKind: 'sanction', caseId: id });
  });

  test('is neither shown to whom it is about nor repaired by them', async () => {
    const suspect = await bench.world.appoint('hrss-420000', 'administrator');
    const id = await caseOf(suspect);
    const { id: findingId } = await findingOf('activity-failing', id);
    const params = { id: findingId };
    expect((await bench.call('finding', { as: maker, params })).status).toBe(200);
    expectProblem(await bench.call('finding', { as: suspect, params }), 404, 'not-found');
    const seen = await bench.call('findings', { as: suspect, query: { class: 'activity-failing' } });
    expect(seen.body).not.toContain(findingId);
    const own = await bench.call('tryRepair', { as: suspect, params, body: { kind: 'rebuild' } });
    expectProblem(own, 404, 'not-found');
  });
});

test('the console counts by cause, filters by age, and links to Temporal where its address is known', async () => {
  const other = await bench.another({ temporalUi: { url: 'http://temporal.test/', namespace: 'default' } });
  const { json } = await bench.call('findings', { as: maker, query: { class: 'overdue' } });
  expect(json.mayRepair).toBe(true);
  const counted = json.classes.find((each: { class: string }) => each.class === 'overdue');
  expect(json.items).toHaveLength(counted.count);
  expect((await bench.call('findings', { as: maker, query: { olderThanHours: 5 } })).json.items).toEqual([]);
  const [item] = json.items;
  const found = await other.call('finding', { as: maker, params: { id: item.id } });
  expect(found.json.temporalUrl).toBe(`http://temporal.test/namespaces/default/workflows/claim%2F${item.claimId}`);
  expect(found.json.record.length).toBeGreaterThan(2);
  const employer = await bench.world.appoint('emp-city', 'administrator');
  const theirs = await bench.call('findings', { as: employer });
  expect(theirs.json).toMatchObject({ mayRepair: false, runs: [] });
  expect(theirs.json.items.every((each: { claimId: string | null }) => each.claimId !== null)).toBe(true);
});
