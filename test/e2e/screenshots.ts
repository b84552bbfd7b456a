import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import type { Browser, Page } from 'playwright-core';
import { runningSystem } from '../../bin/lib/data-folder.ts';
import { PROJECT } from '../../bin/lib/places.ts';
import { freePort } from '../../bin/lib/ports.ts';
import { contextOf, DESKTOP, launchBrowser, PHONE } from './browser.ts';
import { arrive, STRANGER, type Stop, tourOf, unvisited, type Visitor, visitorsAt } from './tour.ts';

/**
 * `npm run screenshots`: pictures of every page of the demo, as each role sees it, at desktop and phone size and in both type sizes.
 * Starts a demo of its own unless told the address of one. What is wider than its window is named at the end, and fails it.
 */
const options = new Command('npm run screenshots --')
  .description('把演示系统的每个页面按角色、屏幕和字号拍成图片')
  .option('--url <地址>', '已在运行的演示系统；不给时另起一个')
  .option('--out <文件夹>', '图片放在哪里', 'screenshots')
  .option('--only <名称>', '只拍名称、帐号或地址里含有这段文字的页面')
  .option('--type <字号>', 'normal、large 或 both', 'both')
  .option('--size <屏幕>', 'desktop、phone 或 both', 'both')
  .parse()
  .opts<{ url?: string; out: string; only?: string; type: string; size: string }>();

const SIZES = { desktop: DESKTOP, phone: PHONE } as const;
type View = { size: keyof typeof SIZES; type: 'normal' | 'large' };

async function main(): Promise<void> {
  const demo = options.url === undefined ? await startDemo() : null;
  const base = options.url ?? demo?.address ?? '';
  const browser = await launchBrowser();
  try {
    const visitors = await visitorsAt(base);
    const stops = await tourOf(visitors);
    for (const left of unvisited(stops)) complain(`没有走到的页面：${left}`);
    const wanted = stops.filter(({ name, account, path }) => `${name} ${account} ${path}`.includes(options.only ?? ''));
    for (const visitor of [null, ...visitors]) await visit(browser, { base, visitor, stops: wanted });
  } finally {
    await browser.close();
    await demo?.stop();
  }
}

async function visit(
  browser: Browser,
  { base, visitor, stops }: { base: string; visitor: Visitor | null; stops: Stop[] },
) {
  const own = stops.filter(({ account }) => account === (visitor?.account.username ?? STRANGER));
  const before = await draftsOf(visitor);
  for (const view of viewsOf(options)) {
    const context = await contextOf(visitor, { browser, base, viewport: SIZES[view.size] });
    await context.addInitScript(`localStorage.setItem('xueshi.type', '${view.type}')`);
    for (const stop of own) {
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await shoot(page, stop, view).catch((error: unknown) =>
        complain(`${stop.name}（${stop.account}）：${String(error)}`),
      );
      await page.close();
    }
    await context.close();
  }
  for (const id of await draftsOf(visitor))
    if (!before.includes(id)) await visitor?.client.call('discardClaim', { params: { id } });
}

/** A form that is asked for its errors, or for one more day, keeps itself as a draft: those the visit has made are taken away again. */
const draftsOf = async (visitor: Visitor | null): Promise<string[]> =>
  visitor === null
    ? []
    : (await visitor.client.call('myClaims', { query: { state: 'draft', limit: 100 } })).items.map(({ id }) => id);

const viewsOf = (asked: { type: string; size: string }): View[] => {
  const wanted = <T extends string>(all: readonly T[], which: string) =>
    all.filter((each) => which === 'both' || which === each);
  return wanted(['normal', 'large'] as const, asked.type).flatMap((type) =>
    wanted(['desktop', 'phone'] as const, asked.size).map((size) => ({ size, type })),
  );
};

async function shoot(page: Page, stop: Stop, { size, type }: View): Promise<void> {
  page.on('console', (message) => {
    if (message.type() === 'error') complain(`${stop.name}（${stop.account}）控制台：${message.text()}`);
  });
  await arrive(page, stop);
  await unfold(page, size);
  const folder = path.join(options.out, `${size}-${type}`);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${stop.name}.${stop.account}.png`), fullPage: size === 'desktop' });
  for (const fault of await page.evaluate<string[]>(CROWDED))
    complain(`${stop.name}（${stop.account}）${fault}：${size} ${type}`);
}

/**
 * A drawer or a modal lies over the window: the window grows until all of it is seen. A phone's grows to its whole page: the browser's own
 * picture of a whole page is taken without a finger, and what is there for one (拍照上传) is not on it.
 */
async function unfold(page: Page, size: View['size']): Promise<void> {
  const viewport = page.viewportSize();
  const height = await page.evaluate<number>(
    `Math.max(${size === 'phone' ? 'document.documentElement.scrollHeight' : '0'},
      ...[...document.querySelectorAll('.ant-drawer-body, .ant-modal-wrap')].map((element) => element.scrollHeight + 80))`,
  );
  if (viewport === null || height <= viewport.height + (size === 'phone' ? 0 : 80)) return;
  await page.setViewportSize({ ...viewport, height: Math.min(height, size === 'phone' ? 12_000 : 4000) });
  await page.waitForTimeout(250);
}

/** What does not fit: the page wider than its window, a part that scrolls sideways, words that are cut off without being told in full. */
const CROWDED = `(() => {
  const faults = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push('比窗口宽 ' + (scrollWidth - innerWidth) + ' 像素');
  const nameOf = (element) => (element.getAttribute('aria-label') ?? element.className.toString().slice(0, 40)) + ' ' + element.textContent.slice(0, 20);
  for (const element of document.body.querySelectorAll('*')) {
    if (element.clientWidth < 20 || element.scrollWidth <= element.clientWidth + 1 || !element.checkVisibility({ visibilityProperty: true })) continue;
    const { overflowX, textOverflow } = getComputedStyle(element);
    if (overflowX === 'auto' || overflowX === 'scroll') faults.push('左右滚动 ' + nameOf(element));
    if (textOverflow === 'ellipsis' && element.closest('[title]') === null) faults.push('截断 ' + nameOf(element));
  }
  return faults;
})()`;

let complaints = 0;
function complain(what: string): void {
  complaints += 1;
  console.error(`✗ ${what}`);
}

/** A demo of this command's own, in a folder that goes with it. */
async function startDemo(): Promise<{ address: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-screenshots-'));
  const port = String(await freePort());
  const child = spawn(process.execPath, ['bin/first.mjs', 'start', '--port', port, '--data', folder], {
    cwd: PROJECT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  for (;;) {
    const running = runningSystem(folder);
    if (running !== null && (await answers(running.address))) return { address: running.address, stop };
    if (child.exitCode !== null) throw new Error('演示系统没有启动，原因见上');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const answers = async (address: string): Promise<boolean> =>
  fetch(`${address}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await gone;
}

await main();
process.exitCode = complaints === 0 ? 0 : 1;
