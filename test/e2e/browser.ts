import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import type { Visitor } from './tour.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 780 };

/** A browser of its own session, as an office in Hubei has it; of a phone's size, with a finger for its pointer. */
export const newContext = (browser: Browser, baseURL: string, viewport = DESKTOP): Promise<BrowserContext> =>
  browser.newContext({
    baseURL,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport,
    hasTouch: viewport === PHONE,
  });

/** A browser in which a visitor is signed in already; a stranger's without one. */
export async function contextOf(
  visitor: Visitor | null,
  { browser, base, viewport = DESKTOP }: { browser: Browser; base: string; viewport?: typeof DESKTOP },
): Promise<BrowserContext> {
  const context = await newContext(browser, base, viewport);
  const [name = '', value = ''] = visitor?.client.cookie.split('=', 2) ?? [];
  if (name !== '') await context.addCookies([{ name, value, url: base }]);
  return context;
}
