import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { hashSync } from '@node-rs/argon2';
import type { Browser, Page } from 'playwright-core';
import { buildApp } from '../../api/app.ts';
import { type EvidenceStore, fileEvidenceStore } from '../../api/evidence/store.ts';
import type { IdentityProvider } from '../../api/sign-in/provider.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { DEMO_PASSWORD } from '../../db/demo/accounts.ts';
import { addDeeds } from '../../db/demo/deeds.ts';
import { seed } from '../../db/demo/seed.ts';
import { legalDay } from '../../rules/calendar.ts';
import { testPrinter } from '../support/certificates.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { server } from '../support/servers.ts';
import { temporalServer } from '../support/temporal.ts';
import { endProcess, startWorker } from '../support/worker.ts';
import { makeWorld, until, type World } from '../support/world.ts';
import { launchBrowser, newContext } from './browser.ts';

/** The whole system with its pages and a browser: a database, a worker and an API of the test's own. */
export type House = {
  world: World;
  address: string;
  /** Where the built pages lie. */
  webFolder: string;
  /** A page of its own session, signed in through the login page. */
  enter(person: Caller): Promise<Page>;
  /** A page nobody has signed in on. */
  stranger(): Promise<Page>;
  /** Gives a person an account; the username is the answer, the password `PASSWORD`. */
  account(person: Caller): Promise<string>;
  close(): Promise<void>;
};

export const PASSWORD = 'e2e-password-2026';

type Furnishing = {
  /** Without it nobody moves a claim on: what the pages do is all that happens, and a test opens stages itself. */
  wakes?: boolean;
  identityProvider?: IdentityProvider;
};

export async function openHouse({ wakes = true, identityProvider }: Furnishing = {}): Promise<House> {
  const database = await freshDatabase();
  const world = await makeWorld(database.url);
  const worker = wakes ? await workerOn(database) : null;
  const served = await serve(world.db, { identityProvider });
  const { address } = served;
  const browser = await launchBrowser();
  const stranger = () => newPage(browser, address);
  const account = (person: Caller) => giveAccount(world, person);
  return {
    world,
    address,
    webFolder: served.webFolder,
    stranger,
    account,
    enter: async (person) => {
      const page = await stranger();
      await signIn(page, await account(person));
      return page;
    },
    close: async () => {
      await browser.close();
      await served.close();
      if (worker !== null) await endProcess(worker);
      await world.close();
      await database.drop();
    },
  };
}

/** The demo province with its pages: everybody of it can look, and nothing moves. */
export async function openDemo(): Promise<{ address: string; browser: Browser; close(): Promise<void> }> {
  const database = await freshDatabase();
  const db = kyselyOn(connectPool(database.url, 10));
  const passwordHash = hashSync(DEMO_PASSWORD, { memoryCost: 1024, timeCost: 1 });
  const files = new Map<string, Buffer>();
  const today = legalDay(Date.now());
  await seed(db, {
    people: 900,
    claims: 900,
    today,
    passwordHash,
    files: {
      put: (key, content) => {
        files.set(key, content);
        return Promise.resolve();
      },
    },
  });
  await addDeeds(db, { today, passwordHash });
  const served = await serve(db, { files });
  const browser = await launchBrowser();
  return {
    address: served.address,
    browser,
    close: async () => {
      await browser.close();
      await served.close();
      await db.destroy();
      await database.drop();
    },
  };
}

/** API and pages on a database. */
async function serve(
  db: Db,
  {
    files = new Map(),
    identityProvider,
  }: { files?: ReadonlyMap<string, Buffer>; identityProvider?: IdentityProvider | undefined },
): Promise<{ address: string; webFolder: string; close: () => Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-e2e-'));
  const { folder: webFolder } = await server('web');
  const evidence = path.join(folder, 'evidence');
  mkdirSync(evidence);
  for (const [key, content] of files) writeFileSync(path.join(evidence, key), content);
  const app = await buildApp({
    db,
    evidence: withSample(fileEvidenceStore(evidence)),
    certificates: testPrinter(),
    identityProvider,
    config: {
      logLevel: 'error',
      secureCookies: false,
      personKeySecret: 'a-person-key-of-the-browser-tests',
      webFolder,
    },
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    address,
    webFolder,
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the tests' acts attach without a file (`aFile`) opens as a sample: an approval needs its evidence looked at. */
const withSample = (store: EvidenceStore): EvidenceStore => ({
  ...store,
  open: async (key) => (await store.open(key)) ?? Readable.from([SAMPLE]),
});
const SAMPLE = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'.padEnd(100, '\n'));

async function workerOn(database: TestDatabase): Promise<ChildProcess> {
  const { address } = await temporalServer();
  return await startWorker({ DATABASE_URL: database.url, TEMPORAL_ADDRESS: address, TASK_QUEUE: randomUUID() });
}

async function newPage(browser: Browser, address: string): Promise<Page> {
  const context = await newContext(browser, address);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto('/');
  return page;
}

export async function signIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('用户名').fill(username);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录' }).click();
}

async function giveAccount({ db }: World, { personId }: Caller): Promise<string> {
  const username = `u-${personId}`;
  const password_hash = hashSync(PASSWORD, { memoryCost: 1024, timeCost: 1 });
  await db
    .insertInto('account')
    .values({ person_id: personId, username, password_hash })
    .onConflict((c) => c.column('person_id').doNothing())
    .execute();
  return username;
}

/** A piece of evidence a browser can upload. */
export const proof = (name = '参会证明.pdf') => ({
  name,
  mimeType: 'application/pdf',
  buffer: Buffer.from(`%PDF-1.4\n% ${randomUUID()}\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n`),
});

/** Chooses as a person does who sees a list close again because the page moved under the mouse: opens it once more. */
export async function chooseReason(page: Page, reason: string, row = 1): Promise<void> {
  const option = page.locator('.ant-select-dropdown:visible').getByText(reason);
  await until(`the reason ${reason}`, async () => {
    if (!(await option.isVisible())) await page.getByLabel(`理由 ${row} 类别`).click();
    return option.click({ timeout: 2_000 }).then(
      () => true,
      () => false,
    );
  });
}
