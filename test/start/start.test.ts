import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';
import { freePort, isPortFree } from '../../bin/lib/ports.ts';
import { databaseUrl, querySql } from '../../bin/lib/postgres.ts';
import { isAlive, type ProcessIdentity } from '../../bin/lib/processes.ts';

/** One `npm start`, without npm. */
interface Start {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-start-'));
const starts: Start[] = [];
let port: number;

beforeAll(async () => {
  port = await freePort();
});

afterAll(async () => {
  for (const { child, ended } of starts) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  }
  // A supervisor that a failed test left killed has not ended its children.
  const wiped = start();
  wiped.child.kill('SIGTERM');
  await wiped.ended;
  rmSync(folder, { recursive: true, force: true });
});

function start(...more: string[]): Start {
  const args = ['bin/first.mjs', 'start', '--port', String(port), '--data', folder, ...more];
  const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      resolve(code);
    });
  });
  const started = { child, output: () => output, ended };
  starts.push(started);
  return started;
}

async function untilUp(started: Start): Promise<number> {
  const began = Date.now();
  while (!started.output().includes('学时已就绪')) {
    if (started.child.exitCode !== null) throw new Error(started.output());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return (Date.now() - began) / 1000;
}

async function ready(): Promise<number> {
  return (await fetch(`http://127.0.0.1:${String(port)}/health/ready`)).status;
}

function livingChildren(): (ProcessIdentity & { name: string })[] {
  return JSON.parse(readFileSync(path.join(folder, 'running.json'), 'utf8')).children;
}

async function countOfClaims(): Promise<unknown> {
  const settings = JSON.parse(readFileSync(path.join(folder, 'settings.json'), 'utf8'));
  const cluster = { folder, port: settings.postgresPort, password: settings.postgresPassword };
  const [row] = await querySql(databaseUrl(cluster), 'select count(*)::int as claims from claim');
  return row?.['claims'];
}

test('a first start brings everything up; a second is sent to it; SIGTERM leaves nothing; a restart keeps the data', async () => {
  const first = start();
  console.log(`first start: ${String(await untilUp(first))} s`);
  expect(await ready()).toBe(200);
  expect(first.output()).toContain(`http://127.0.0.1:${String(port)}`);
  expect(first.output()).toContain('演示账号');
  const claims = await countOfClaims();
  expect(claims).toBeGreaterThan(1000);

  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`系统已经在运行：http://127.0.0.1:${String(port)}`);
  expect(await ready()).toBe(200);

  const children = livingChildren();
  expect(children.map(({ name }) => name)).toEqual(['postgres', 'temporal', 'worker', 'api']);
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(await isPortFree(port)).toBe(true);
  expect(() => readFileSync(path.join(folder, 'running.json'))).toThrow(/ENOENT/);

  const restarted = start();
  const seconds = await untilUp(restarted);
  console.log(`restart: ${String(seconds)} s`);
  expect(seconds).toBeLessThan(60);
  expect(await countOfClaims()).toBe(claims);
  const atTheEnd = livingChildren();
  // As when the window that read its lines is closed.
  restarted.child.stdout?.destroy();
  restarted.child.stderr?.destroy();
  restarted.child.kill('SIGINT');
  expect(await restarted.ended).toBe(0);
  expect(atTheEnd.filter(isAlive)).toEqual([]);
});

test('a killed worker and a killed API come back; after a killed supervisor the next start ends its orphans', async () => {
  const first = start();
  await untilUp(first);
  for (const name of ['worker', 'api']) {
    const pid = livingChildren().find((child) => child.name === name)?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    while (!first.output().includes(`${name} 已恢复`)) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await ready()).toBe(200);

  const orphans = livingChildren();
  first.child.kill('SIGKILL');
  await first.ended;
  expect(orphans.every(isAlive)).toBe(true);
  const next = start();
  await untilUp(next);
  expect(orphans.filter(isAlive)).toEqual([]);
  next.child.kill('SIGTERM');
  expect(await next.ended).toBe(0);
});

test('a taken port is refused with its holder and another to choose, before anything starts', async () => {
  const holder = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const refused = start();
  expect(await refused.ended).toBe(1);
  holder.close();
  expect(refused.output()).toContain(`端口 ${String(port)} 已被占用`);
  expect(refused.output()).toContain(String(process.pid));
  expect(refused.output()).toContain(`--port ${String(port + 1)}`);
});

test('an old Node is told which one is needed, before anything is installed', async () => {
  const child = spawn(process.execPath, ['bin/first.mjs', 'start'], {
    cwd: PROJECT,
    env: { ...process.env, XUESHI_PRETEND_NODE: '18.20.0' },
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(1);
  expect(output).toContain('20.19');
});
