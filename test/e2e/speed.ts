import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page, Request, Route } from 'playwright-core';

/** What the first screens cost: script by its gzip size, and requests by how deep one waits for another. */

/**
 * The script that a page needs before it shows anything, as gzip sends it: what index.html names and the page's own, with all that they
 * import.
 * @returns bytes by file
 */
export function firstScript(webFolder: string, pageName: string): Map<string, number> {
  const html = readFileSync(path.join(webFolder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/"\/([\w./-]+\.js)"/g)].map(([, file = '']) => file);
  const own = readdirSync(path.join(webFolder, 'assets')).filter((f) => new RegExp(`^${pageName}-.*\\.js$`).test(f));
  if (own.length !== 1) throw new Error(`${own.length} scripts are called ${pageName}`);
  const sizes = new Map<string, number>();
  const take = (file: string): void => {
    if (sizes.has(file)) return;
    const code = readFileSync(path.join(webFolder, file));
    sizes.set(file, gzipSync(code).length);
    for (const [, imported = ''] of code.toString().matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g))
      take(path.join(path.dirname(file), imported));
  };
  for (const file of [...named, ...own.map((f) => `assets/${f}`)]) take(file);
  return sizes;
}

const QUIET_MS = 400;
const isData = (url: string): boolean => url.includes('/api/v1/') && !url.includes('/evidence/');

/**
 * What a page asks the API for, wave by wave: everything is held until the page's scripts are there and it asks for nothing more, then
 * answered together. What waits for an answer before it is asked for comes in a later wave: their number is the depth of the waterfall.
 * Files of evidence are not counted: they come beside what is there to read.
 */
export async function wavesOf(page: Page, open: () => Promise<unknown>, isThere: () => Promise<boolean>) {
  const waves: string[][] = [];
  const held: Route[] = [];
  const scripts = new Set<Request>();
  let lastAt = Date.now();
  const touch = () => {
    lastAt = Date.now();
  };
  page.on('request', (request) => {
    touch();
    if (request.resourceType() === 'script') scripts.add(request);
  });
  const ended = (request: Request) => {
    touch();
    scripts.delete(request);
  };
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  await page.route(isDataUrl, (route) => {
    // An act that follows from looking, such as 已阅, is nothing that the page waits for.
    if (route.request().method() === 'GET') held.push(route);
    else return route.continue();
    return undefined;
  });
  await open();
  for (;;) {
    await page.waitForTimeout(50);
    if (scripts.size > 0 || Date.now() - lastAt < QUIET_MS) continue;
    if (held.length === 0 && (await isThere())) break;
    if (held.length === 0) continue;
    const wave = held.splice(0);
    waves.push(wave.map((route) => new URL(route.request().url()).pathname.replace('/api/v1', '')));
    await Promise.all(wave.map((route) => route.continue()));
    touch();
  }
  await page.unroute(isDataUrl);
  return waves;
}

const isDataUrl = (url: URL): boolean => isData(url.href);
