import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, Worker, type WorkflowBundle } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from 'vitest';
import { tracedWorkflows } from '../../bin/lib/traced-temporal.ts';
import { TRACE_HEADER } from '../../workflows/traced.ts';

/** Claims live for months: whatever changes in the workflow, every stored history must still replay. */

const folder = new URL('histories/', import.meta.url);
const histories = readdirSync(folder).filter((file) => file.endsWith('.history'));
const stored = (file: string) => temporal.api.history.v1.History.decode(readFileSync(new URL(file, folder)));

const bundle = (path: string, workflowInterceptorModules: string[] = []): Promise<WorkflowBundle> =>
  bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL(path, import.meta.url)), workflowInterceptorModules });

let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  workflowBundle = await bundle('../../workflows/index.ts');
});

test('histories of every way a claim can go are stored', () => {
  expect(histories.length).toBeGreaterThanOrEqual(10);
});

describe('the workflow of today replays', () => {
  test.each(histories)('%s', async (file) => {
    await Worker.runReplayHistory({ workflowBundle }, stored(file));
  });

  test('also on a worker that exports traces', async () => {
    const workflowBundle = await bundle('../../workflows/index.ts', [tracedWorkflows]);
    const all = histories.map((file) => ({ workflowId: file, history: stored(file) }));
    const replayed = new Map<string, unknown>();
    for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, all))
      replayed.set(workflowId, error);
    expect(replayed).toEqual(new Map(histories.map((file) => [file, undefined])));
  });

  test('a history that was made under traces is among them', () => {
    const isTraced = (file: string): boolean =>
      stored(file).events.some(
        ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.header?.fields?.[TRACE_HEADER],
      );
    expect(histories.some(isTraced)).toBe(true);
  });
});

test('a planted change of the order of steps is caught', async () => {
  const planted = await bundle('planted/index.ts');
  const file = histories.find((name) => name.includes('goes-first-review')) ?? '';
  await expect(Worker.runReplayHistory({ workflowBundle: planted }, stored(file))).rejects.toThrow(
    DeterminismViolationError,
  );
});
