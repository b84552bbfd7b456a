import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, type ProcessIdentity } from '../../bin/lib/processes.ts';
import { type Part, Supervisor } from '../../bin/lib/supervisor.ts';

let folder: string;
let living: readonly (ProcessIdentity & { name: string })[];
let events: string[];
let supervisor: Supervisor;
let hindrance: string | null;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'xueshi-supervisor-'));
  mkdirSync(path.join(folder, 'logs'));
  living = [];
  events = [];
  hindrance = null;
  supervisor = new Supervisor({
    logs: path.join(folder, 'logs'),
    patience: { restarts: 2, withinMs: 60_000, firstPauseMs: 10 },
    hindrance: () => hindrance,
    events: {
      children: (now) => {
        living = now;
      },
      died: (name, how) => events.push(`${name} died: ${how}`),
      restarted: (name) => events.push(`${name} restarted`),
      waits: (name, why) => events.push(`${name} waits: ${why}`),
      gaveUp: (name) => events.push(`${name} gave up`),
    },
  });
});

afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true });
});

function fake(name: string, behaviour: string): Part {
  const args = [path.join(import.meta.dirname, 'fake-part.mjs'), name, behaviour, path.join(folder, 'diary')];
  return {
    name,
    command: () => Promise.resolve({ command: process.execPath, args }),
    ready: async (watch) => {
      while (!watch.output().includes('READY')) {
        if (!watch.stillRunning()) throw new Error('ended before it was ready');
        await sleep(10);
      }
    },
    stopSignal: 'SIGTERM',
    graceMs: 300,
  };
}

function diary(): string[] {
  return readFileSync(path.join(folder, 'diary'), 'utf8').trim().split('\n');
}

async function until(reached: () => boolean): Promise<void> {
  for (let i = 0; i < 1_500 && !reached(); i++) await sleep(20);
  expect(reached()).toBe(true);
}

test('parts start in order and stop in the reverse order', async () => {
  await supervisor.start(fake('first', 'good'));
  await supervisor.start(fake('second', 'good'));
  await supervisor.stop();
  expect(diary()).toEqual(['first started', 'second started', 'second stopped', 'first stopped']);
});

test('a part that does not stop is killed after its grace time', async () => {
  await supervisor.start(fake('stubborn', 'stubborn'));
  const [child] = living;
  await supervisor.stop();
  expect(child).toBeDefined();
  expect(child && isAlive(child)).toBe(false);
});

test('a part that ends before it is ready fails the start, with its last words', async () => {
  await expect(supervisor.start(fake('broken', 'dies-at-once'))).rejects.toThrow(/the reason is on this line/);
});

test('a killed part comes back, and the list of living processes follows', async () => {
  await supervisor.start(fake('worker', 'good'));
  const before = living[0]?.pid ?? 0;
  process.kill(before, 'SIGKILL');
  await until(() => events.includes('worker restarted'));
  expect(events).toEqual(['worker died: SIGKILL', 'worker restarted']);
  expect(living[0]?.pid).not.toBe(before);
});

test('a part that keeps dying is given up', async () => {
  await supervisor.start(fake('sickly', 'dies-soon'));
  await until(() => events.includes('sickly gave up'));
  expect(events.filter((event) => event.includes('died'))).toHaveLength(3);
});

test('parts that die of a full disk are started again when there is room, however often they died', async () => {
  await supervisor.start(fake('worker', 'good'));
  for (let death = 1; death <= 4; death += 1) {
    hindrance = 'no room';
    process.kill(living[0]?.pid ?? 0, 'SIGKILL');
    await until(() => events.filter((event) => event === 'worker waits: no room').length === death);
    hindrance = null;
    await until(() => events.filter((event) => event === 'worker restarted').length === death);
  }
  expect(events).not.toContain('worker gave up');
});

test('an errand that fails throws with what it wrote; one that goes on is ended by a stop', async () => {
  await expect(supervisor.run(fake('errand', 'dies-at-once'))).rejects.toThrow(/the reason is on this line/);
  const endless = supervisor.run(fake('endless', 'good')).catch(() => 'ended');
  await until(() => living.length === 1);
  await supervisor.stop();
  await endless;
  expect(living).toEqual([]);
});
