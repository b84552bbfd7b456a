import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuseFullDisk, runningSystem, takeDataFolder, wipeDataFolder } from '../../bin/lib/data-folder.ts';
import { birthOf, isAlive } from '../../bin/lib/processes.ts';
import { Refusal } from '../../bin/lib/refusal.ts';

let folder: string;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'xueshi-data-'));
  told = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const take = async (at = folder): ReturnType<typeof takeDataFolder> =>
  await takeDataFolder(at, 'http://127.0.0.1:8080', (line) => told.push(line));

test('the password is written for the owner alone, and kept with the ports', async () => {
  const first = await take();
  first.release();
  const again = await take();
  again.release();
  expect(again.settings).toEqual(first.settings);
  expect(statSync(path.join(folder, 'settings.json')).mode & 0o777).toBe(0o600);
});

test('a second start is told the address of the running system', async () => {
  const held = await take();
  await expect(take()).rejects.toThrow(/已经在运行：http:\/\/127\.0\.0\.1:8080/);
  expect(runningSystem(folder)?.pid).toBe(process.pid);
  held.release();
  expect(runningSystem(folder)).toBeNull();
});

test('a stale running file, also one cut short, is cleaned up', async () => {
  for (const stale of ['{"pid": 999', JSON.stringify({ pid: process.pid, born: 'an earlier boot', children: [] })]) {
    writeFileSync(path.join(folder, 'running.json'), stale);
    (await take()).release();
  }
  expect(told).toHaveLength(2);
});

test('what a killed supervisor left running is ended', async () => {
  const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  const identity = { pid: orphan.pid ?? 0, born: birthOf(orphan.pid ?? 0) ?? '' };
  const children = [{ name: 'worker', stopSignal: 'SIGTERM', ...identity }];
  const dead = { pid: 999_999_999, born: 'never', address: 'http://x', children };
  writeFileSync(path.join(folder, 'running.json'), JSON.stringify(dead));
  (await take()).release();
  expect(isAlive(identity)).toBe(false);
});

test('a postmaster.pid left by a crash does not keep the next start away', async () => {
  mkdirSync(path.join(folder, 'postgres'));
  const file = path.join(folder, 'postgres', 'postmaster.pid');
  // The number has gone to another program meanwhile: this test.
  writeFileSync(file, `${String(process.pid)}\n${path.join(folder, 'postgres')}\n`);
  (await take()).release();
  expect(() => readFileSync(file)).toThrow(/ENOENT/);
});

test('a data folder of another PostgreSQL is refused by name', async () => {
  mkdirSync(path.join(folder, 'postgres'));
  writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '16\n');
  await expect(take()).rejects.toThrow(/PostgreSQL 16/);
});

test('a folder that cannot be written to is refused with the cure', async () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  for (const impossible of [file, '/sys/xueshi']) {
    const refused = await take(impossible).catch((fault: unknown) => fault);
    expect(refused).toBeInstanceOf(Refusal);
    expect((refused as Refusal).cure).toContain('--data');
  }
});

test('a full disk is refused with what is left', () => {
  expect(() => {
    refuseFullDisk(folder, 12);
  }).toThrow(/只剩 12 MB/);
});

test('a disk that runs full while the system runs costs it nothing: the list of what lives is written at the next change', async () => {
  const held = await take();
  const child = { name: 'worker', stopSignal: 'SIGTERM', pid: 1, born: 'x' } as const;
  symlinkSync('/dev/full', path.join(folder, 'running.json.new'));
  held.remember([child]);
  expect(told.join()).toContain('磁盘已满');
  rmSync(path.join(folder, 'running.json.new'));
  held.remember([child]);
  expect(readFileSync(path.join(folder, 'running.json'), 'utf8')).toContain('worker');
  held.release();
});

test('a kept port that somebody else took meanwhile is changed, and said', async () => {
  const first = await take();
  first.release();
  const thief = createServer().listen(first.settings.postgresPort, '127.0.0.1');
  await new Promise((resolve) => thief.once('listening', resolve));
  const second = await take();
  second.release();
  thief.close();
  expect(second.settings.postgresPort).not.toBe(first.settings.postgresPort);
  expect(told.join()).toContain(String(first.settings.postgresPort));
});

test('a reset wipes what is ours, keeps what is not, and refuses while the system runs', async () => {
  writeFileSync(path.join(folder, 'notes.txt'), 'mine');
  const held = await take();
  expect(() => {
    wipeDataFolder(folder);
  }).toThrow(/不能清空/);
  held.release();
  wipeDataFolder(folder);
  expect(readFileSync(path.join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  expect(() => statSync(path.join(folder, 'settings.json'))).toThrow(/ENOENT/);
});
