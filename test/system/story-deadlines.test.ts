import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';

test('npm run story:deadlines plays the dates, finds nothing that differs, and leaves nothing behind', async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('xueshi-story-'));
  const before = folders();
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/story-deadlines.ts'], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const words: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const told = words.join('');
  expect(told).toContain('系统登记：期满未完成');
  expect(told).toContain('系统登记：已在期限内补学完成');
  expect(told).toContain('失信记录期满自动终止');
  expect(told).not.toContain('✗');
  expect(code).toBe(0);
  expect(folders().filter((name) => !before.includes(name))).toEqual([]);
});
