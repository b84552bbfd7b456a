import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';

interface Locked {
  version: string;
  optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync(path.join(PROJECT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};

test('the lock file names the builds for every system, or `npm ci` refuses it (mend: npm run lock:complete)', () => {
  const missing = Object.entries(packages).flatMap(([at, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).filter((name) => !isLocked(at, name)),
  );
  expect(missing).toEqual([]);
});

test('every dependency of ours is pinned to one version', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8'));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});

function isLocked(at: string, name: string): boolean {
  if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true;
  return at !== '' && isLocked(at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/'))), name);
}

test('npm ci accepts it: nothing is missing, for this machine or another', async () => {
  const folder = fileURLToPath(new URL('../../', import.meta.url));
  // It compares the two files and installs nothing; a refusal exits with 1 and names what is missing.
  await promisify(execFile)('npm', ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
});
