import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, Worker, type WorkflowBundle } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from 'vitest';

/** Claims live for months: whatever changes in the workflow, every stored history must still replay. */

const folder = new URL('histories/', import.meta.url);
const histories = readdirSync(folder).filter((file) => file.endsWith('.history'));
const stored = (file: string) => temporal.api.history.v1.History.decode(readFileSync(new URL(file, folder)));

const bundle = (path: string): Promise<WorkflowBundle> =>
  bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL(path, import.meta.url)) });

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
});

test('a planted change of the order of steps is caught', async () => {
  const planted = await bundle('planted/index.ts');
  const file = histories.find((name) => name.includes('goes-first-review')) ?? '';
  await expect(Worker.runReplayHistory({ workflowBundle: planted }, stored(file))).rejects.toThrow(
    DeterminismViolationError,
  );
});
