import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Cases, evaluate } from '../../bin/lib/cases.ts';

const root = path.join(import.meta.dirname, '../..');
const file = path.join(root, 'test/cases/regulation.json');
const cases = Cases.parse(JSON.parse(readFileSync(file, 'utf8')));

describe('worked cases', () => {
  test('all forty-nine are there', () => {
    expect(cases.length).toBe(49);
  });

  for (const one of cases) {
    test(`case ${one.id} gives what it should`, () => {
      expect(evaluate(one)).toMatchObject({ id: one.id, ok: true });
    });
  }

  test('a case that differs in any part is not ok', () => {
    const [one] = cases;
    if (one === undefined) throw new Error('no case');
    const differing = [
      { public: one.then.public + 1 },
      { professional: one.then.professional + 1 },
      { total: one.then.total + 1 },
      { verdict: 'unqualified' as const },
      { counted: {} },
      { counted: { ...one.then.counted, a1: 1 } },
      { refused: { a1: 'duplicate' as const } },
    ];
    for (const change of differing) {
      // biome-ignore lint/suspicious/noThenProperty: it is the file format's word, and nothing awaits a case.
      expect(evaluate({ ...one, then: { ...one.then, ...change } }).ok, JSON.stringify(change)).toBe(false);
    }
  });

  test.each([
    ['a day that does not exist', { on: '2026-02-30' }],
    ['negative hours', { hours: -1 }],
    ['three decimals', { hours: 1.234 }],
    ['words for hours', { hours: 'many' }],
    ['an unknown subject', { subject: 'general' }],
    ['an unknown form', { form: 'nap' }],
  ])('%s is no case', (_, change) => {
    const activity = {
      id: 'a1',
      form: 'platform-course',
      on: '2026-06-01',
      course: 'C1',
      hours: 1,
      subject: 'public',
      ...change,
    };
    const given = { year: 2026, asOf: '2027-01-15', unit: { studyArchive: true }, activities: [activity] };
    // biome-ignore lint/suspicious/noThenProperty: it is the file format's word, and nothing awaits a case.
    const one = { id: 'X', given, then: { public: 1, professional: 0, total: 1, verdict: 'in-progress' } };
    expect(Cases.safeParse([one]).success).toBe(false);
  });
});

describe('npm run cases', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-cases-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'bin/cases.ts', ...args], { cwd: root, encoding: 'utf8' });
  const written = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  test('prints one JSON line per case and exits 0 when all agree', () => {
    const { status, stdout } = run(file);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(status).toBe(0);
    expect(lines.map((line) => [line.id, line.ok])).toEqual(cases.map((one) => [one.id, true]));
    expect(lines[25].got).toEqual({
      public: 0,
      professional: 7.75,
      total: 7.75,
      verdict: 'in-progress',
      counted: { a1: 7.75 },
      refused: {},
    });
  });

  test('exits 1 when one differs, and still prints all', () => {
    const changed = JSON.parse(readFileSync(file, 'utf8'));
    changed[1].then.total = 1;
    const { status, stdout } = run(written('changed.json', JSON.stringify(changed)));
    expect(status).toBe(1);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .flatMap((line) => (JSON.parse(line).ok ? [] : [JSON.parse(line).id])),
    ).toEqual(['V02']);
  });

  test('exits 2 with a message for a file that is none', () => {
    const bad: readonly (readonly [string[], RegExp])[] = [
      [[], /^用法：/],
      [[path.join(folder, 'nowhere.json')], /^无法读取 .*ENOENT/],
      [[written('half.json', '[{')], /^无法读取 .*不是有效的 JSON/],
      [[written('object.json', '{}')], /不是有效的案例文件/],
    ];
    for (const [args, message] of bad) {
      const { status, stdout, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at .*\.ts/);
    }
  });
});
