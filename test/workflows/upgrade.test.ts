import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workflowsOf } from '../../relay/workflows.ts';
import { route } from '../../rules/routing.ts';
import type { claim } from '../../workflows/claim.ts';
import { acted } from '../../workflows/messages.ts';
import { temporalServer } from '../support/temporal.ts';
import { until } from '../support/world.ts';
import { FakeRecord } from './fake-record.ts';

/** A release that changed the claim's code behind `patched`, beside the release before it, and taken back. */

type Release = 'today' | 'later';
const bundles = new Map<Release, WorkflowBundle>();
const stops: (() => Promise<void>)[] = [];
let native: NativeConnection;
let client: Client;

beforeAll(async () => {
  const { address } = await temporalServer();
  native = await NativeConnection.connect({ address });
  client = new Client({ connection: await Connection.connect({ address }) });
  const bundle = (file: string) => bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL(file, import.meta.url)) });
  bundles.set('today', await bundle('../../workflows/index.ts'));
  bundles.set('later', await bundle('newer/index.ts'));
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await client.connection.close();
  await native.close();
});

const bodies = { reReviewIndustryId: 'ind', reReviewHrssId: 'hrss', filingIndustryId: 'p-ind', filingHrssId: 'p-hrss' };
const plan = route({ kind: 'ordinary', level: 'city', employerId: 'emp' }, bodies).value;

type Life = { record: FakeRecord; handle: WorkflowHandle<typeof claim>; id: string };

/** A claim of its own record, on a queue that several workers serve. */
class Province {
  readonly taskQueue = randomUUID();
  readonly #records = new Map<string, FakeRecord>();

  /** Two claims at most are kept in memory: the next step of any other is replayed from its history, by whichever worker takes it. */
  async worker(release: Release): Promise<{ stop(): Promise<void> }> {
    const workflowBundle = bundles.get(release);
    if (!workflowBundle) throw new Error(`no code of ${release}`);
    const worker = await Worker.create({
      connection: native,
      taskQueue: this.taskQueue,
      workflowBundle,
      // Two workers of one process are told apart by it; nothing is routed by it.
      workerDeploymentOptions: {
        version: { deploymentName: 'xueshi', buildId: release },
        useWorkerVersioning: false,
      },
      maxCachedWorkflows: 2,
      stickyQueueScheduleToStartTimeout: '1 second',
      activities: this.#activities(),
    });
    const running = worker.run();
    const stop = async (): Promise<void> => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    };
    stops.push(stop);
    return { stop };
  }

  /** Each activity is done on the record of the claim that it names. */
  #activities(): object {
    const of = (input: string | { claimId: string }): FakeRecord => {
      const record = this.#records.get(typeof input === 'string' ? input : input.claimId);
      if (!record) throw new Error('no such claim');
      return record;
    };
    const verbs = [
      'loadClaim',
      'openStage',
      'endClaim',
      'fileClaim',
      'requestCorrection',
      'reopenStage',
      'expireCorrection',
    ] as const;
    return Object.fromEntries(
      verbs.map((verb) => [verb, (input: never) => (of(input)[verb] as (given: never) => unknown)(input)]),
    );
  }

  async submitted(): Promise<Life> {
    const [claimId, record] = [randomUUID(), new FakeRecord(plan, () => Promise.resolve(Date.now()))];
    this.#records.set(claimId, record);
    record.act({ kind: 'submitted', stageKind: null, outcome: null });
    const id = `claim/${claimId}`;
    const handle = await client.workflow.start<typeof claim>('claim', {
      workflowId: id,
      taskQueue: this.taskQueue,
      args: [{ claimId }],
      // A worker that cannot go on with a history keeps its task until this has passed.
      workflowTaskTimeout: '5 seconds',
    });
    return { record, handle, id };
  }
}

async function approve({ record, handle }: Life, stage: 'first-review' | 're-review' | 'filing'): Promise<void> {
  await handle.signal(acted, record.act({ kind: 'stage-settled', stageKind: stage, outcome: 'approved' }));
}

const reaches = ({ record, id }: Life, state: string): Promise<true> =>
  until(`${state} of ${id}`, () => Promise.resolve(record.state === state), 90_000);

const WHOLE = ['open first-review', 'open re-review', 'open filing', 'file'];

test('a claim begun under the old release goes on under the new one; begun beside both, claims end whichever worker takes a step', async () => {
  const province = new Province();
  const old = await province.worker('today');
  const first = await province.submitted();
  await reaches(first, 'first-review');
  const later = await province.worker('later');
  const others = await Promise.all(Array.from({ length: 4 }, () => province.submitted()));
  for (const life of others) {
    await reaches(life, 'first-review');
    await approve(life, 'first-review');
    await reaches(life, 're-review');
  }
  await old.stop();
  await approve(first, 'first-review');
  for (const life of [first, ...others]) {
    await reaches(life, 're-review');
    await approve(life, 're-review');
    await approve(life, 'filing');
    expect(await life.handle.result()).toBe('filed');
    expect(life.record.log).toEqual(WHOLE);
  }
  await later.stop();
});

test('a release taken back: its claims stand still, are found with the reason, and go on when it returns; nothing is done twice', async () => {
  const province = new Province();
  const later = await province.worker('later');
  const life = await province.submitted();
  // What a stopped worker had not answered yet would be done anew, under the old code.
  await until('the later release to be on the history', async () => {
    const { events } = await life.handle.fetchHistory();
    return events?.some((event) => event.markerRecordedEventAttributes?.markerName === 'core_patch');
  });
  await reaches(life, 'first-review');
  await later.stop();

  const old = await province.worker('today');
  await approve(life, 'first-review');
  const seen = await until(
    'the failure to be told',
    async () => {
      const { failing } = await workflowsOf(client).see(life.id, { standing: false, why: true });
      // On a slow machine a task may time out before.
      return failing?.code === 'code-changed' && failing;
    },
    90_000,
  );
  expect(seen.what).toBe('workflow-task');
  // The old release serves its own claims meanwhile.
  const own = await province.submitted();
  await reaches(own, 'first-review');
  expect(life.record.log).toEqual(['open first-review']);
  await old.stop();

  const again = await province.worker('later');
  await reaches(life, 're-review');
  await approve(life, 're-review');
  await approve(life, 'filing');
  expect(await life.handle.result()).toBe('filed');
  expect(life.record.log).toEqual(WHOLE);
  await own.handle.terminate('the test is over');
  await again.stop();
});
