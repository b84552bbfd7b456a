import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PROJECT } from './lib/places.ts';

interface Step {
  readonly what: string;
  readonly command: readonly [program: string, ...args: string[]];
}

const sources = [
  'rules',
  'contract',
  'imports',
  'workflows',
  'activities',
  'db',
  'api',
  'relay',
  'web',
  'bin',
  'test',
  'bench',
];

const reading: Step[] = [
  { what: 'format and lint (biome)', command: ['biome', 'ci', '--diagnostic-level=warn'] },
  { what: 'types', command: ['tsc', '-p', '.'] },
  { what: 'types of rules/ (no Node, no DOM)', command: ['tsc', '-p', 'rules'] },
  { what: 'types of web/', command: ['tsc', '-p', 'web', '--noEmit'] },
  {
    what: 'who imports whom',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', ...sources.filter(isThere)],
  },
  { what: 'dead code', command: ['knip'] },
  { what: 'dead code without the tests', command: ['knip', '--production'] },
  { what: 'lint with types (eslint)', command: ['eslint', '--max-warnings=0', '.'] },
  { what: 'docs/articles.md is fresh', command: ['tsx', 'bin/articles.ts', '--check'] },
];

/** Every reading of the code, then the tests; all of the first are shown even when one fails. */
async function main(): Promise<void> {
  const onlyReading = process.argv.includes('--no-tests');
  const waiting = [...reading];
  const results: boolean[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await run(step, 'pipe'));
  };
  await Promise.all([work(), work()]);
  if (!results.every(Boolean)) process.exitCode = 1;
  else if (!onlyReading && !(await run({ what: 'tests', command: ['vitest', 'run'] }, 'inherit'))) process.exitCode = 1;
}

async function run({ what, command }: Step, output: 'pipe' | 'inherit'): Promise<boolean> {
  const began = performance.now();
  const [program, ...args] = command;
  const child = spawn(path.join(PROJECT, 'node_modules', '.bin', program), args, {
    cwd: PROJECT,
    stdio: ['ignore', output, output],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const words: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => words.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => words.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✔' : '✗'} ${what} (${seconds} s)`);
  if (code !== 0) console.log(Buffer.concat(words).toString().trimEnd());
  return code === 0;
}

function isThere(folder: string): boolean {
  return existsSync(path.join(PROJECT, folder));
}

await main();
