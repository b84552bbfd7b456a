import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hashSync } from '@node-rs/argon2';
import type { FastifyInstance } from 'fastify';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { buildApp } from '../../api/app.ts';
import { fileEvidenceStore } from '../../api/evidence/store.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { testPrinter } from '../support/certificates.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { temporalServer } from '../support/temporal.ts';
import { endProcess, startWorker } from '../support/worker.ts';
import { makeWorld, type World } from '../support/world.ts';

/** The whole system with its pages and a browser: a database, a worker and an API of the test's own. */
export type House = {
  world: World;
  /** A page of its own session, signed in through the login page. */
  enter(person: Caller): Promise<Page>;
  /** A page nobody has signed in on. */
  stranger(): Promise<Page>;
  /** Gives a person an account; the username is the answer, the password `PASSWORD`. */
  account(person: Caller): Promise<string>;
  close(): Promise<void>;
};

export const PASSWORD = 'e2e-password-2026';

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

export async function openHouse(): Promise<House> {
  const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-e2e-'));
  const webFolder = path.join(folder, 'web');
  await build({ configFile: 'vite.config.ts', logLevel: 'error', build: { outDir: webFolder } });
  const database = await freshDatabase();
  const world = await makeWorld(database.url);
  const worker = await workerOn(database);
  const app = await buildApp({
    db: world.db,
    evidence: fileEvidenceStore(path.join(folder, 'evidence')),
    certificates: testPrinter(),
    config: {
      logLevel: 'error',
      secureCookies: false,
      personKeySecret: 'a-person-key-of-the-browser-tests',
      webFolder,
    },
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const stranger = () => newPage(browser, address);
  const account = (person: Caller) => giveAccount(world, person);
  return {
    world,
    stranger,
    account,
    enter: async (person) => {
      const page = await stranger();
      await signIn(page, await account(person));
      return page;
    },
    close: () => closeAll({ browser, app, worker, world, database, folder }),
  };
}

async function workerOn(database: TestDatabase): Promise<ChildProcess> {
  const { address } = await temporalServer();
  return await startWorker({ DATABASE_URL: database.url, TEMPORAL_ADDRESS: address, TASK_QUEUE: randomUUID() });
}

async function newPage(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: address,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1440, height: 900 },
  });
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

type Parts = {
  browser: Browser;
  app: FastifyInstance;
  worker: ChildProcess;
  world: World;
  database: TestDatabase;
  folder: string;
};

async function closeAll({ browser, app, worker, world, database, folder }: Parts): Promise<void> {
  await browser.close();
  await app.close();
  await endProcess(worker);
  await world.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
}

/** A piece of evidence a browser can upload. */
export const proof = (name = '参会证明.pdf') => ({
  name,
  mimeType: 'application/pdf',
  buffer: Buffer.from(`%PDF-1.4\n% ${randomUUID()}\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n`),
});
