import { createRequire } from 'node:module';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';

/** Lints a text as if it were the named file. */
async function complaints(file: string, text: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: PROJECT });
  const [result] = await eslint.lintText(text, { filePath: path.join(PROJECT, file) });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

test.each([
  ['the clock', 'export const at = new Date();'],
  ['the clock in milliseconds', 'export const at = Date.now();'],
  ['chance', 'export const luck = Math.random();'],
  ['the process', 'export const home = process.env;'],
])('neither rules nor workflows may look at %s', async (_what, text) => {
  expect(await complaints('rules/hours.ts', text)).toContain('no-restricted-syntax');
  expect(await complaints('workflows/claim.ts', text)).toContain('no-restricted-syntax');
});

test('a promise that nobody awaits is refused, also behind void', async () => {
  const text = 'async function act(): Promise<void> { await Promise.resolve(); }\nvoid act();\n';
  expect(await complaints('workflows/claim.ts', text)).toContain('@typescript-eslint/no-floating-promises');
});

test('nobody imports what the table of layers does not allow', async () => {
  const ruleSet = createRequire(import.meta.url)(path.join(PROJECT, '.dependency-cruiser.cjs'));
  const folders = ['rules', 'contract', 'imports', 'workflows', 'activities', 'db', 'api', 'relay', 'bin', 'web'];
  const { output } = await cruise(folders, { ruleSet, ...ruleSet.options, validate: true, baseDir: PROJECT });
  if (typeof output === 'string') throw new Error(output);
  expect(output.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  expect(output.summary.totalCruised).toBeGreaterThan(50);
});
