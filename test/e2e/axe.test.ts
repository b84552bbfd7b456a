import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOn, withAxe } from './axe.ts';
import { contextOf } from './browser.ts';
import { openDemo } from './house.ts';
import { arrive, STRANGER, type Stop, tourOf, unvisited, type Visitor, visitorsAt } from './tour.ts';

/** axe-core finds nothing on any page, nor on what opens on it, in both type sizes. */

let demo: Awaited<ReturnType<typeof openDemo>>;
let visitors: Visitor[];
let stops: Stop[];
beforeAll(async () => {
  demo = await openDemo();
  visitors = await visitorsAt(demo.address);
  stops = withFewOf(await tourOf(visitors));
});
afterAll(() => demo.close());

test('every page of web/router.tsx is on the tour', () => {
  expect(unvisited(stops)).toEqual([]);
});

test('axe finds nothing, in ordinary and in large type', async () => {
  const faults: string[] = [];
  const waiting = [null, ...visitors];
  const look = async (): Promise<void> => {
    for (let visitor = waiting.shift(); visitor !== undefined; visitor = waiting.shift())
      faults.push(...(await faultsFor(visitor)));
  };
  // Two at a time: most of a look is waiting until the page has come to rest.
  await Promise.all([look(), look()]);
  expect(faults).toEqual([]);
}, 600_000);

async function faultsFor(visitor: Visitor | null): Promise<string[]> {
  const context = await contextOf(visitor, { browser: demo.browser, base: demo.address });
  await withAxe(context);
  await context.addInitScript(`localStorage.setItem('xueshi.type', 'normal')`);
  const faults: string[] = [];
  const own = stops.filter(({ account }) => account === (visitor?.account.username ?? STRANGER));
  for (const stop of own) faults.push(...(await faultsAt(context, stop)));
  await context.close();
  return faults;
}

/** What is one page for a dozen reviewers is looked at as two of them see it: each look costs seconds. */
function withFewOf(tour: readonly Stop[]): Stop[] {
  const looks = new Map<string, number>();
  return tour.filter(({ name }) => {
    const taken = looks.get(name) ?? 0;
    looks.set(name, taken + 1);
    return taken < 2;
  });
}

async function faultsAt(context: BrowserContext, stop: Stop): Promise<string[]> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  try {
    await arrive(page, stop);
    const ordinary = await violationsOn(page);
    const large = isFirstOfItsName(stop) ? await inLargeType(page) : [];
    return [...new Set([...ordinary, ...large.map((line) => `大字号 ${line}`)])].map(
      (line) => `${stop.name} ${stop.account}: ${line}`,
    );
  } catch (error) {
    return [`${stop.name} ${stop.account}: ${String(error)}`];
  } finally {
    await page.close();
  }
}

/** What is one page for several roles is looked at in large type once. */
const names = new Set<string>();
function isFirstOfItsName({ name }: Stop): boolean {
  const isFirst = !names.has(name);
  names.add(name);
  return isFirst;
}

/** The header's button, pressed without the mouse, which an open modal would catch. */
async function inLargeType(page: Page): Promise<string[]> {
  const button = page.locator('[aria-label="大字号"]');
  if ((await button.count()) === 0) return [];
  await button.evaluate('(element) => element.click()');
  await page.waitForTimeout(200);
  return violationsOn(page, { only: 'layout' });
}
