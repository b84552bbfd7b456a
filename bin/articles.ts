import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { articlesPage } from './lib/articles.ts';

/** Writes docs/articles.md; test/rules/articles.test.ts fails while it is stale. */
const root = path.join(import.meta.dirname, '..');
writeFileSync(path.join(root, 'docs/articles.md'), `${articlesPage(root)}\n`);
