import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';

const NAME = '欧阳无痕';
const FAULT = `Object.assign(new Error('refused: "${NAME}"'), { code: '23514', detail: 'Failing row contains (${NAME}).' })`;

/** What a process says on both its outputs, and how it ends. */
const run = (script: string): Promise<{ said: string; code: unknown }> =>
  new Promise((resolve) => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    execFile(process.execPath, args, { cwd: PROJECT }, (fault, out, err) =>
      resolve({ said: out + err, code: fault?.code ?? 0 }),
    );
  });

test.each([
  ['a promise that nobody holds', `Promise.reject(${FAULT});`],
  ['a callback', `setTimeout(() => { throw ${FAULT}; });`],
])('a fault of %s ends the process, and leaves its code and no row in the log', async (_where, fails) => {
  const { said, code } = await run(
    `import { openLog, saysWhyItEnds } from './bin/lib/log.ts'; saysWhyItEnds(openLog('test', 'info')); ${fails}`,
  );
  expect(code).toBe(1);
  expect(said).toContain('23514');
  expect(said).not.toContain(NAME);
});

test('outputs that cannot be written end nobody: the disk may be full, and people still read', async () => {
  const script = `
    import { openLog, saysWhyItEnds } from './bin/lib/log.ts';
    const log = openLog('test', 'info');
    saysWhyItEnds(log);
    for (let n = 0; n < 50; n += 1) log.info({ n, wide: 'x'.repeat(50_000) }, 'said while full');
    process.emitWarning('a database connection ended');
    console.log('READY');
    setTimeout(() => process.exit(7), 100);`;
  const full = openSync('/dev/full', 'w');
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ['ignore', full, full] });
  closeSync(full);
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(7);
});

test('nor does a command that fails', async () => {
  const { said, code } = await run(
    `import { runCommand } from './bin/lib/refusal.ts'; await runCommand(() => Promise.reject(${FAULT}));`,
  );
  expect(code).toBe(1);
  expect(said).toMatch(/23514(.|\n)*at /);
  expect(said).not.toContain(NAME);
});
