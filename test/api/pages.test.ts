import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, makeBench } from './support.ts';

let bench: Bench;
let ask: (url: string, accept?: string) => Promise<{ status: number; body: string; cache: unknown; code: unknown }>;
let folder: string;
beforeAll(async () => {
  bench = await makeBench();
  folder = path.join(bench.folder, 'pages');
  const { app } = await bench.another({ webFolder: folder });
  ask = async (url, accept = 'text/html') => {
    const { statusCode, body, headers } = await app.inject({ method: 'GET', url, headers: { accept } });
    const isProblem = String(headers['content-type']).includes('problem+json');
    const code: unknown = isProblem ? (JSON.parse(body) as { code: unknown }).code : null;
    return { status: statusCode, body, cache: headers['cache-control'], code };
  };
});
afterAll(() => bench.close());

function build(mark: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'index.html'), `<html>${mark}</html>`);
  writeFileSync(path.join(folder, 'assets', `app-${mark}.js`), `"${mark}"`);
  writeFileSync(path.join(folder, '.secret'), 'not for anybody');
}

test('before the build the pages say so, with the cure; unknown addresses are unknown as ever', async () => {
  for (const url of ['/', '/claims', '/tasks?box=mine']) {
    const answer = await ask(url);
    expect(answer, url).toMatchObject({ status: 503, code: 'not-ready' });
    expect(answer.body).toContain('vite build');
  }
  expect(await ask('/assets/app-1.js', '*/*')).toMatchObject({ status: 404, code: 'not-found' });
  expect(await ask('/api/v1/nothing')).toMatchObject({ status: 404, code: 'not-found' });
});

test('a build that ends after the start is served, and so are the new assets of the next', async () => {
  build('1');
  expect(await ask('/')).toMatchObject({ status: 200, body: '<html>1</html>', cache: 'no-cache' });
  expect(await ask('/claims/5')).toMatchObject({ status: 200, body: '<html>1</html>' });
  const immutable = 'public, max-age=31536000, immutable';
  expect(await ask('/assets/app-1.js', '*/*')).toMatchObject({ status: 200, body: '"1"', cache: immutable });
  build('2');
  expect(await ask('/')).toMatchObject({ status: 200, body: '<html>2</html>' });
  expect(await ask('/assets/app-2.js', '*/*')).toMatchObject({ status: 200, body: '"2"' });
  expect(await ask('/assets/app-1.js', '*/*')).toMatchObject({ status: 404, code: 'not-found' });
});

test('nothing outside the folder, no hidden file and no list of files is served', async () => {
  build('3');
  writeFileSync(path.join(bench.folder, 'outside.txt'), 'outside');
  for (const url of ['/../outside.txt', '/%2e%2e/outside.txt', '/..%2foutside.txt', '/.secret', '/assets/', '/assets'])
    expect((await ask(url, '*/*')).status, url).not.toBe(200);
});
