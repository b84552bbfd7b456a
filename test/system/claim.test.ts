import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../bin/lib/ports.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from '../../bin/lib/temporal.ts';
import type { RepairWish } from '../../contract/repairs.ts';
import type { StuckClass } from '../../contract/stuck.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { decideReconsideration, requestReconsideration } from '../../db/acts/reconsiderations.ts';
import { answerRepair, repair, tryRepair } from '../../db/acts/repairs.ts';
import { giveNotice } from '../../db/acts/sanction-hearings.ts';
import { openSanction } from '../../db/acts/sanctions.ts';
import { resubmitClaim, submitClaim } from '../../db/acts/submit.ts';
import { lookAt } from '../../db/acts/trail.ts';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import type { Db } from '../../db/connect.ts';
import { recheckClaim } from '../../db/reconciliation.ts';
import { statisticsDifferences } from '../../db/statistics.ts';
import { sweep } from '../../relay/relay.ts';
import { workflowsOf } from '../../relay/workflows.ts';
import { claimWorkflowId } from '../../workflows/messages.ts';
import { plant } from '../support/faults.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { imposed, lifted } from '../support/sanctions.ts';
import { endProcess, startWorker } from '../support/worker.ts';
import {
  conference,
  decideAll,
  done,
  drafted,
  makeWorld,
  openTasks,
  reaches,
  submitted,
  training,
  until,
  verdict,
  type World,
} from '../support/world.ts';

/** The claim's way on a real PostgreSQL, a real Temporal and the real worker process, with outages. */

let database: TestDatabase;
let world: World;
let temporal: { child: ChildProcess; start(): Promise<void>; address: string };
let worker: ChildProcess;
const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-system-'));
const taskQueue = randomUUID();

beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  temporal = await ownTemporal();
  worker = await startTheWorker();
});
afterAll(async () => {
  await endProcess(worker);
  await endProcess(temporal.child);
  await world.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const startTheWorker = () =>
  startWorker({ DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal.address, TASK_QUEUE: taskQueue });

/** A Temporal server of this file's own, on a file, so that it can be killed and come back. */
async function ownTemporal() {
  const { path: program } = await findTemporal();
  const port = await freePort();
  const { command, args } = temporalCommand({ program, port, file: path.join(folder, 'temporal.db') });
  const address = `127.0.0.1:${port}`;
  const begin = () => spawn(command, args, { stdio: 'ignore' });
  const server = {
    address,
    child: begin(),
    start: async () => {
      server.child = begin();
      await untilTemporalAnswers(address, { timeoutMs: 60_000, stillRunning: () => server.child.exitCode === null });
    },
  };
  await untilTemporalAnswers(address, { timeoutMs: 60_000, stillRunning: () => server.child.exitCode === null });
  return server;
}

const yearOf = (personId: string, year = 2026) =>
  world.db
    .selectFrom('person_year')
    .selectAll()
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .executeTakeFirstOrThrow();

describe('who reviews (Art. 14): the bodies of each stage, in order', () => {
  const rows: [string, string[][]][] = [
    ['emp-city', [['emp-city'], ['hrss-420500', 'ind-420500-health'], ['hrss-420000', 'ind-420000-health']]],
    ['emp-county', [['emp-county'], ['hrss-420502'], ['hrss-420000', 'ind-420000-health']]],
    ['emp-new-trade', [['emp-new-trade'], ['hrss-420500'], ['hrss-420000']]],
    ['emp-hosting', [['agency-420500'], ['hrss-420500', 'ind-420500-health'], ['hrss-420000', 'ind-420000-health']]],
    ['emp-direct', [['emp-direct'], ['ind-420000-health'], ['hrss-420000', 'ind-420000-health']]],
    ['emp-central', [['emp-central']]],
  ];
  test.each(rows)('%s', async (employer, stages) => {
    const person = await world.declarant(employer);
    const claimId = await submitted(world.db, person, conference());
    const seen: string[][] = [];
    for (const kind of ['first-review', 're-review', 'filing'].slice(0, stages.length)) {
      await reaches(world.db, claimId, kind);
      seen.push(await decideAll(world, claimId, 'approve'));
    }
    await reaches(world.db, claimId, 'filed');
    expect(seen).toEqual(stages);
    expect(await yearOf(person.personId)).toMatchObject({ professional_hundredths: 1200, public_hundredths: 0 });
  });
});

describe('a decision', () => {
  test('with reduced hours at two bodies leaves the lower, line by line', async () => {
    const person = await world.declarant('emp-city');
    const claimId = await submitted(world.db, person, training('authority-training', ['2026-09-01', '2026-09-02']));
    await reaches(world.db, claimId, 'first-review');
    await decideAll(world, claimId, 'approve');
    await reaches(world.db, claimId, 're-review');
    const [hrss, industry] = await openTasks(world.db, claimId);
    const lower = (line: number, hundredths: number) =>
      verdict('approve', { hours: [{ line, hundredths, reason: '签到不足' }] });
    done(await lookAndDecide(world.db, world.officer('hrss-420500', 're-reviewer'), hrss?.id ?? '', lower(0, 600)));
    done(
      await lookAndDecide(
        world.db,
        world.officer('ind-420500-health', 're-reviewer'),
        industry?.id ?? '',
        lower(0, 400),
      ),
    );
    await reaches(world.db, claimId, 'filing');
    await decideAll(world, claimId, 'approve');
    await reaches(world.db, claimId, 'filed');
    expect(await yearOf(person.personId)).toMatchObject({ professional_hundredths: 400 + 800 });
  });

  test('that rejects at a joint stage ends the claim and closes the other body’s task', async () => {
    const person = await world.declarant('emp-city');
    const claimId = await submitted(world.db, person, conference('被驳回的会议'));
    await reaches(world.db, claimId, 'first-review');
    await decideAll(world, claimId, 'approve');
    await reaches(world.db, claimId, 're-review');
    const [hrss, industry] = await openTasks(world.db, claimId);
    done(await lookAndDecide(world.db, world.officer('hrss-420500', 're-reviewer'), hrss?.id ?? '', verdict('reject')));
    await reaches(world.db, claimId, 'rejected');
    const late = await lookAndDecide(
      world.db,
      world.officer('ind-420500-health', 're-reviewer'),
      industry?.id ?? '',
      verdict('approve'),
    );
    expect(late).toMatchObject({
      ok: false,
      refusal: { code: 'task-closed', more: { organisation: '市人社局', outcome: 'reject' } },
    });
  });

  test('returned, corrected and approved: every stage opens anew, the first reviewer may act again', async () => {
    const person = await world.declarant('emp-city');
    const claimId = await submitted(world.db, person, conference('补正的会议'));
    await reaches(world.db, claimId, 'first-review');
    await decideAll(world, claimId, 'return');
    await reaches(world.db, claimId, 'correction');
    const { revision } = await world.db
      .selectFrom('claim')
      .select('revision')
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    done(await resubmitClaim(world.db, person, { claimId, revision, requestKey: randomUUID() }));
    for (const kind of ['first-review', 're-review', 'filing']) {
      await reaches(world.db, claimId, kind);
      await decideAll(world, claimId, 'approve', 2);
    }
    await reaches(world.db, claimId, 'filed');
    const versions = await world.db
      .selectFrom('claim_version')
      .select('version')
      .where('claim_id', '=', claimId)
      .orderBy('version')
      .execute();
    expect(versions.map((v) => v.version)).toEqual([1, 2]);
  });
});

test('a withdrawal before the first review is decided closes its task and ends the claim', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference('撤回的会议'));
  await reaches(world.db, claimId, 'first-review');
  done(await withdrawClaim(world.db, person, { claimId, requestKey: randomUUID() }));
  await reaches(world.db, claimId, 'withdrawn');
  expect(await openTasks(world.db, claimId)).toEqual([]);
});

test('a withdrawal in the same moment as the submission leaves no open task', async () => {
  const person = await world.declarant('emp-city');
  for (let i = 0; i < 5; i++) {
    const draft = await drafted(world.db, person, conference(`立刻撤回 ${i}`));
    done(await submitClaim(world.db, person, { ...draft, requestKey: randomUUID() }));
    done(await withdrawClaim(world.db, person, { claimId: draft.claimId, requestKey: randomUUID() }));
    await reaches(world.db, draft.claimId, 'withdrawn');
    expect(await openTasks(world.db, draft.claimId)).toEqual([]);
  }
});

test('a correction whose last day passed unnoticed is ended by the sweep’s ring, by the database’s clock', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference('逾期的会议'));
  await reaches(world.db, claimId, 'first-review');
  await decideAll(world, claimId, 'return');
  await reaches(world.db, claimId, 'correction');
  const { revision } = await world.db
    .updateTable('claim')
    .set({ correction_due_at: new Date(Date.now() - 61_000) })
    .where('id', '=', claimId)
    .returning('revision')
    .executeTakeFirstOrThrow();
  const late = await resubmitClaim(world.db, person, { claimId, revision, requestKey: randomUUID() });
  expect(late).toMatchObject({ ok: false, refusal: { code: 'correction-overdue' } });
  await sweep(world.db);
  await reaches(world.db, claimId, 'expired');
});

test('a claim that a sanction ended goes on when it is lifted (D-44): its workflow, which had ended, runs again from where it stood', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference('处理后撤销的会议'));
  await reaches(world.db, claimId, 'first-review');
  await decideAll(world, claimId, 'approve');
  await reaches(world.db, claimId, 're-review');
  const sanctionId = await imposed(world, person, { claimIds: [claimId] });
  await reaches(world.db, claimId, 'rejected');
  await until('the end of the workflow', async () => (await runsOf(claimId)).at(-1) === 'COMPLETED');
  await lifted(world, sanctionId);
  for (const kind of ['re-review', 'filing']) {
    await reaches(world.db, claimId, kind);
    await decideAll(world, claimId, 'approve');
  }
  await reaches(world.db, claimId, 'filed');
  expect(await yearOf(person.personId)).toMatchObject({ professional_hundredths: 1200 });
  expect(await runsOf(claimId)).toHaveLength(2);
});

/** The states of the claim's workflow runs, the earliest first. */
const runsOf = (claimId: string): Promise<string[]> => runsNamed(claimWorkflowId(claimId));

async function runsNamed(workflowId: string): Promise<string[]> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const runs: { at: number; state: string }[] = [];
    const asked = { query: `WorkflowId = "${workflowId}"` };
    for await (const run of new Client({ connection }).workflow.list(asked))
      runs.push({ at: run.startTime.getTime(), state: run.status.name });
    return runs.sort((a, b) => a.at - b.at).map((run) => run.state);
  } finally {
    await connection.close();
  }
}

test('decisions are accepted while Temporal and all workers are down, and settle when they return', async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => world.declarant('emp-city')));
  const claims = await Promise.all(people.map((p) => submitted(world.db, p, conference('停机期间'))));
  for (const claimId of claims) await reaches(world.db, claimId, 'first-review');
  const hearing = await hearingUntil(world, new Date(Date.now() + 2_000));
  await endProcess(worker, 'SIGKILL');
  await endProcess(temporal.child, 'SIGKILL');

  for (const claimId of claims) await decideAll(world, claimId, 'approve');
  const newcomer = await world.declarant('emp-city');
  claims.push(await submitted(world.db, newcomer, conference('停机期间提交')));
  const waiting = await world.db
    .selectFrom('claim')
    .select('id')
    .whereRef('applied_seq', '<', 'act_seq')
    .where('id', 'in', claims)
    .execute();
  expect(waiting).toHaveLength(11);

  const since = Date.now();
  await temporal.start();
  worker = await startTheWorker();
  for (const claimId of claims.slice(0, 10)) await reaches(world.db, claimId, 're-review');
  await reaches(world.db, claims[10] ?? '', 'first-review');
  // Its last moment passed while nobody was there to see it.
  await until('the end of the hearing', async () => (await heardOf(hearing)) !== null);
  console.log(`settled ${Date.now() - since} ms after Temporal and the worker were started again`);
});

/** A case whose statement and defence ends at an instant, with its workflow waiting for it. */
async function hearingUntil(world: World, dueAt: Date): Promise<string> {
  const { db } = world;
  const { personId } = await world.declarant('emp-city');
  const by = world.officer('hrss-420500', 'supervisor');
  const suspicion = { personId, year: 2026, claimIds: [], source: 'inspection', explanation: '证明系伪造' } as const;
  const { id } = done(await db.transaction().execute((trx) => openSanction(trx, by, suspicion)));
  done(await giveNotice(db, by, { id, charge: '证明系伪造' }));
  await db.updateTable('sanction').set({ defence_due_at: dueAt }).where('id', '=', id).execute();
  await lookAt('sanction', id).execute(db);
  await until('the look to be done', async () => !(await waitingJobs(db)).includes('look'));
  expect(await heardOf(id)).toBeNull();
  return id;
}

const heardOf = async (id: string) =>
  (
    await world.db
      .selectFrom('sanction')
      .select('defence_closed_at as at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).at;

test('while only Temporal is down the relay keeps its jobs, and on its return rings and looks run at once', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference('仅 Temporal 停机'));
  await reaches(world.db, claimId, 'first-review');
  await endProcess(temporal.child, 'SIGKILL');
  await decideAll(world, claimId, 'approve');
  const deferralId = randomUUID();
  await world.db.transaction().execute(async (db) => {
    await lookAt('deferral', deferralId).execute(db);
    // So many failures that the job's own next try is an hour away: only the return of Temporal can bring it sooner.
    await sql`update graphile_worker._private_jobs set attempts = 8 where key = ${`look:deferral/${deferralId}`}`.execute(
      db,
    );
  });
  await until('a failed ring and a failed look', async () => (await failedJobs(world.db)).join() === 'look,ring');
  await temporal.start();
  await reaches(world.db, claimId, 're-review');
  await until('no job left', async () => (await failedJobs(world.db)).length === 0);
});

/** The kinds of jobs that still wait; of those only that failed at least once. */
async function waitingJobs(db: Db, { failed = false } = {}): Promise<string[]> {
  const { rows } = await sql<{ task: string }>`
    select distinct task_identifier as task from graphile_worker.jobs where last_error is not null or not ${failed} order by 1`.execute(
    db,
  );
  return rows.map((row) => row.task);
}
const failedJobs = (db: Db): Promise<string[]> => waitingJobs(db, { failed: true });

test('the same decision fifty times at once is one row and fifty equal answers', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference('五十次'));
  await reaches(world.db, claimId, 'first-review');
  const [task] = await openTasks(world.db, claimId);
  const request = verdict('approve');
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      lookAndDecide(world.db, world.officer('emp-city', 'first-reviewer'), task?.id ?? '', request),
    ),
  );
  expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1);
  expect(answers[0]).toMatchObject({ ok: true, value: { outcome: 'approve', stageOutcome: 'approved' } });
  const rows = await world.db.selectFrom('decision').select('id').where('claim_id', '=', claimId).execute();
  expect(rows).toHaveLength(1);
});

test('a hundred equal submissions at once are one act, one version and one workflow', async () => {
  const person = await world.declarant('emp-city');
  const draft = await drafted(world.db, person, conference('一百次'));
  const requestKey = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => submitClaim(world.db, person, { ...draft, requestKey })),
  );
  expect(answers.every((a) => a.ok)).toBe(true);
  await reaches(world.db, draft.claimId, 'first-review');
  const acts = await world.db.selectFrom('act').select('seq').where('claim_id', '=', draft.claimId).execute();
  const tasks = await openTasks(world.db, draft.claimId);
  expect([acts.length, tasks.length]).toEqual([1, 1]);
});

test('reconciliation sees on the real Temporal where a claim’s workflow stands, that it has ended, and that there is none', async () => {
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  const workflows = workflowsOf(client);
  const claimId = await submitted(world.db, await world.declarant('emp-city'), conference('对账'));
  await reaches(world.db, claimId, 'first-review');
  const findings = async () => {
    await sql`update claim set updated_at = now() - interval '1 hour' where id = ${claimId}`.execute(world.db);
    await recheckClaim(world.db, workflows, claimId);
    const rows = await world.db
      .selectFrom('stuck_finding')
      .select('class')
      .where('claim_id', '=', claimId)
      .where('resolved_at', 'is', null)
      .execute();
    return rows.map((row) => row.class);
  };
  expect(await workflows.see(`claim/${claimId}`, { standing: true })).toMatchObject({
    status: 'running',
    failing: null,
    standing: { state: 'first-review', appliedSeq: 1 },
  });
  expect(await findings()).toEqual([]);
  await client.workflow.getHandle(`claim/${claimId}`).terminate();
  expect(await findings()).toEqual(['workflow-ended']);
  expect(await workflows.see(`claim/${randomUUID()}`, { standing: true })).toMatchObject({ status: 'missing' });
  await connection.close();
});

describe('repairs, carried to the real Temporal by the outbox', () => {
  /** What a finding is about: a claim, a case, or a figure of the statistics. */
  type About = string | { sanctionId: string } | null;
  /** An open finding, as reconciliation would leave it. */
  const found = async (kind: StuckClass, about: About): Promise<string> => {
    const claimId = typeof about === 'string' ? about : null;
    const subject = typeof about === 'string' ? about : (about?.sanctionId ?? randomUUID());
    const { id } = await world.db
      .insertInto('stuck_finding')
      .values({
        ...{
          class: kind,
          subject_kind:
            about === null ? ('statistic' as const) : claimId === null ? ('sanction' as const) : ('claim' as const),
          subject_id: subject,
          page_key: subject,
        },
        ...{ claim_id: claimId, organisation_id: null },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  };
  const mended = async (kind: StuckClass, about: About, wish: RepairWish): Promise<void> => {
    const findingId = await found(kind, about);
    const maker = await world.appoint('hrss-420000', 'administrator');
    const { version, isChecked } = done(await tryRepair(world.db, maker, { findingId, ...wish }));
    const asked = { ...wish, findingId, version, reason: '流程故障处理', requestKey: randomUUID() };
    const { id } = done(await repair(world.db, maker, asked));
    const checker = await world.appoint('hrss-420000', 'administrator');
    if (isChecked) done(await answerRepair(world.db, checker, { id, confirms: true, note: '' }));
  };
  const onTemporal = async <T>(ask: (client: Client) => Promise<T>): Promise<T> => {
    const connection = await Connection.connect({ address: temporal.address });
    try {
      return await ask(new Client({ connection }));
    } finally {
      await connection.close();
    }
  };
  const atReReview = async (title: string): Promise<{ claimId: string; person: Caller }> => {
    const person = await world.declarant('emp-city');
    const claimId = await submitted(world.db, person, conference(title));
    await reaches(world.db, claimId, 'first-review');
    await decideAll(world, claimId, 'approve');
    await reaches(world.db, claimId, 're-review');
    return { claimId, person };
  };

  test('rebuilt, a workflow that was ended runs again from the record, and one that runs is replaced', async () => {
    const { claimId } = await atReReview('重建的会议');
    await onTemporal((client) => client.workflow.getHandle(claimWorkflowId(claimId)).terminate());
    await mended('workflow-ended', claimId, { kind: 'rebuild' });
    await until('the second run', async () => (await runsOf(claimId)).join() === 'TERMINATED,RUNNING');
    await mended('activity-failing', claimId, { kind: 'rebuild' });
    await until('the third run', async () => (await runsOf(claimId)).join() === 'TERMINATED,TERMINATED,RUNNING');
    for (const kind of ['re-review', 'filing']) {
      await reaches(world.db, claimId, kind);
      await decideAll(world, claimId, 'approve');
    }
    await reaches(world.db, claimId, 'filed');
  });

  test('rebuilt, a case’s running workflow is ended and another looks at the record', async () => {
    const { personId } = await world.declarant('emp-city');
    const by = world.officer('hrss-420500', 'supervisor');
    const suspicion = { personId, year: 2026, claimIds: [], source: 'inspection', explanation: '证明系伪造' } as const;
    const { id } = done(await world.db.transaction().execute((trx) => openSanction(trx, by, suspicion)));
    const runs = async () => (await runsNamed(`sanction/${id}`)).join();
    await until('the first run', async () => (await runs()) === 'RUNNING');
    await mended('activity-failing', { sanctionId: id }, { kind: 'rebuild' });
    await until('the second run', async () => (await runs()) === 'TERMINATED,RUNNING');
  });

  test('rung again, a workflow reads the record and nothing is done twice', async () => {
    const { claimId } = await atReReview('重新通知的会议');
    const rings = () =>
      onTemporal(async (client) => {
        const { events = [] } = await client.workflow.getHandle(claimWorkflowId(claimId)).fetchHistory();
        return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
      });
    const before = await rings();
    await mended('workflow-elsewhere', claimId, { kind: 'resignal' });
    await until('one ring more', async () => (await rings()) === before + 1);
    const { act_seq, applied_seq } = await world.db
      .selectFrom('claim')
      .select(['act_seq', 'applied_seq'])
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    expect([act_seq, applied_seq]).toEqual([2, 2]);
    await decideAll(world, claimId, 'approve');
    await reaches(world.db, claimId, 'filing');
  });

  test('moved back, a claim is asked for anew at the stage named', async () => {
    const { claimId } = await atReReview('调整环节的会议');
    await mended('overdue', claimId, { kind: 'move', toStage: 'first-review' });
    for (const kind of ['first-review', 're-review', 'filing']) {
      await reaches(world.db, claimId, kind);
      await decideAll(world, claimId, 'approve');
    }
    await reaches(world.db, claimId, 'filed');
  });

  test('closed, its workflow ends; and runs again where the closing is overturned (D-54)', async () => {
    const { claimId, person } = await atReReview('终止的会议');
    await mended('overdue', claimId, { kind: 'close' });
    await until('the end of the workflow', async () => (await runsOf(claimId)).join() === 'COMPLETED');
    const request = { claimId, grounds: '请恢复办理。', requestKey: randomUUID() };
    const { id } = done(await requestReconsideration(world.db, person, request));
    const decision = {
      decisionId: randomUUID(),
      outcome: 'overturn',
      reason: '终止理由不成立',
      article: '14',
    } as const;
    const officer = world.officer('hrss-420000', 'filing-officer', 1);
    done(await decideReconsideration(world.db, officer, { id, ...decision }));
    for (const kind of ['re-review', 'filing']) {
      await reaches(world.db, claimId, kind);
      await decideAll(world, claimId, 'approve');
    }
    await reaches(world.db, claimId, 'filed');
    await until('the second end', async () => (await runsOf(claimId)).join() === 'COMPLETED,COMPLETED');
  });

  test('counted anew, the statistics say what the record says', async () => {
    const { person } = await atReReview('统计的会议');
    await plant.aggregates(world.db, [person.personId]);
    expect(await statisticsDifferences(world.db)).not.toEqual([]);
    await mended('aggregates-unequal', null, { kind: 'recount' });
    await until('the count', async () => (await statisticsDifferences(world.db)).length === 0);
  });
});
