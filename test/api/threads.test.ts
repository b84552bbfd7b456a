import { expect, test } from 'vitest';
import { Threads } from '../../imports/threads.ts';

test('a thread that cannot begin leaves its place to the next', async () => {
  const threads = new Threads({ atOnce: 1, waiting: 0, heapMiB: 64, answerMs: 1_000 });
  const uncloneable = () => undefined;
  for (const _ of [1, 2]) await expect(threads.begin('none.ts', uncloneable)).rejects.toThrow(/could not be cloned/);
});
