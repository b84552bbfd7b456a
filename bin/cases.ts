import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Case, Cases, evaluate } from './lib/cases.ts';

/**
 * `npm run --silent cases -- FILE`: one JSON line per worked case, `{ id, ok, got }`.
 * Exits 0 when all agree, 1 when one differs, 2 with a message when the file cannot be read as cases.
 */
function main(path: string | undefined): number {
  const cases = readCases(path);
  if (typeof cases === 'string') {
    process.stderr.write(`${cases}\n`);
    return 2;
  }
  const results = cases.map(evaluate);
  for (const result of results) process.stdout.write(`${JSON.stringify(result)}\n`);
  return results.every((result) => result.ok) ? 0 : 1;
}

/** The cases of a file, or what is wrong with it. */
function readCases(path: string | undefined): readonly Case[] | string {
  if (path === undefined)
    return '用法：npm run --silent cases -- FILE（案例的 JSON 文件，如 test/cases/regulation.json）';
  try {
    const parsed = Cases.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : `${path} 不是有效的案例文件：\n${z.prettifyError(parsed.error)}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `无法读取 ${path}：${error instanceof SyntaxError ? '不是有效的 JSON，' : ''}${reason}`;
  }
}

process.exitCode = main(process.argv[2]);
