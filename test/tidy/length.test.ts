import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';

/** A function is read at one look: a page's components too. A migration is a list of statements, and never changes. */
const MOST = 50;

const FOLDERS = ['activities', 'api', 'bin', 'contract', 'db', 'imports', 'relay', 'rules', 'web', 'workflows'];

test.each(FOLDERS)(`no function in %s is longer than ${MOST} lines`, (folder) => {
  const files = readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !file.startsWith('dist') && !file.startsWith('migrations/'),
  );
  expect(files.length).toBeGreaterThan(0);
  expect(files.flatMap((file) => longIn(`${folder}/${file}`))).toEqual([]);
});

test('a function that is too long is named with its place', () => {
  const long = `const one = 1;\nfunction tooLong() {\n${'  one;\n'.repeat(MOST - 1)}}\nconst arrow = () => 1;\n`;
  expect(longIn('x.ts', long)).toEqual([`x.ts:2 tooLong: ${MOST + 1} lines`]);
});

function longIn(file: string, text = readFileSync(path.join(PROJECT, file), 'utf8')): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const from = lineOf(node.getStart(source));
    const lines = lineOf(node.end) - from + 1;
    if (ts.isFunctionLike(node) && lines > MOST) found.push(`${file}:${from} ${nameOf(node)}: ${lines} lines`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string {
  const { name } = node.name === undefined && ts.isVariableDeclaration(node.parent) ? node.parent : node;
  return name?.getText() ?? 'a function without a name';
}
