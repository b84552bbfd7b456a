import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Workflow, WorkflowHandle, WorkflowResultType, WorkflowStartOptions } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker, type WorkflowBundle } from '@temporalio/worker';
import { afterAll, beforeAll, expect } from 'vitest';
import { timeSkipping } from '../support/temporal.ts';

export type Stage = {
  readonly environment: TestWorkflowEnvironment;
  /** A worker with the workflows' own code, over the activities of a record in memory; it runs for as long as its part lasts. */
  worker(taskQueue: string, activities: object): Promise<Worker>;
  start<W extends Workflow>(type: string, taskQueue: string, input: Parameters<W>[0]): Promise<WorkflowHandle<W>>;
  /** One workflow with a worker of its own: starts it, plays its story, and gives its result when it has ended. */
  play<W extends Workflow>(
    type: string,
    part: Part<W>,
    story: (handle: WorkflowHandle<W>) => Promise<unknown>,
  ): Promise<WorkflowResultType<W>>;
};
type Part<W extends Workflow> = { activities: object; input: Parameters<W>[0]; version: string };

/** For one test file: a server whose time is skipped, and the workflows bundled once. */
export function onSkippedTime(): Stage {
  const held = new Map<'all', { environment: TestWorkflowEnvironment; workflowBundle: WorkflowBundle }>();
  const all = () => {
    const set = held.get('all');
    if (!set) throw new Error('the stage is set before the first test');
    return set;
  };
  beforeAll(async () => {
    const environment = await timeSkipping();
    const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
    held.set('all', { environment, workflowBundle: await bundleWorkflowCode({ workflowsPath }) });
  });
  afterAll(() => held.get('all')?.environment.teardown());

  const stage: Stage = {
    get environment() {
      return all().environment;
    },
    worker: (taskQueue, activities) => {
      const { environment, workflowBundle } = all();
      return Worker.create({
        connection: environment.nativeConnection,
        taskQueue,
        workflowBundle,
        activities: { ...activities },
      });
    },
    start: <W extends Workflow>(type: string, taskQueue: string, input: Parameters<W>[0]) => {
      const options = { taskQueue, workflowId: randomUUID(), args: [input] };
      return all().environment.client.workflow.start<W>(type, options as unknown as WorkflowStartOptions<W>);
    },
    play: async <W extends Workflow>(
      type: string,
      { activities, input, version }: Part<W>,
      story: (handle: WorkflowHandle<W>) => Promise<unknown>,
    ) => {
      const taskQueue = randomUUID();
      const worker = await stage.worker(taskQueue, activities);
      return worker.runUntil(async () => {
        const handle = await stage.start<W>(type, taskQueue, input);
        await story(handle);
        const result = await handle.result();
        await keepHistory(handle, version);
        return result;
      });
    },
  };
  return stage;
}

/**
 * With RECORD_HISTORIES=1 a test's history is stored for `replay.test.ts`: done once a version of the workflow, never to make a test
 * pass. The version is raised with every change of the workflow; the histories of earlier versions stay and must replay.
 */
export async function keepHistory(handle: Pick<WorkflowHandle, 'fetchHistory'>, version: string): Promise<void> {
  if (process.env['RECORD_HISTORIES'] !== '1') return;
  const name = (expect.getState().currentTestName ?? '')
    .replace(/[^a-z0-9]+/gi, '-')
    .toLowerCase()
    .slice(0, 60);
  const bytes = temporal.api.history.v1.History.encode(await handle.fetchHistory()).finish();
  await writeFile(new URL(`histories/${version}-${name}.history`, import.meta.url), bytes);
}
