import { execFile } from 'node:child_process';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { cacheFolder, onPath } from './places.ts';
import type { Command } from './postgres.ts';
import { Refusal } from './refusal.ts';

/** The last command-line release that `go install` can build (later ones have a `replace` in go.mod); server 1.29.1. */
export const TEMPORAL_CLI_VERSION = '1.5.1';

const goModule = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;

/** Where a server's program was found. */
export interface FoundTemporal {
  readonly path: string;
  readonly from: 'PATH' | 'cache' | 'download' | 'built';
}

/** The Temporal program of this machine, without downloading or building anything. */
export function installedTemporal(): FoundTemporal | null {
  const known = onPath('temporal');
  if (known !== null) return { path: known, from: 'PATH' };
  const cached = cachedProgram();
  return existsSync(cached) ? { path: cached, from: 'cache' } : null;
}

/** The command of a development server: one process; with a file, what it holds survives a restart. */
export function temporalCommand(options: { program: string; port: number; uiPort?: number; file?: string }): Command {
  const ui = options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)];
  const store = options.file === undefined ? [] : ['--db-filename', options.file, ...writeAheadLog];
  const quiet = ['--log-level', 'error', '--log-format', 'json'];
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port), ...ui, ...store, ...quiet];
  return { command: options.program, args };
}

/** Nearly doubles a file's throughput; survives a killed process, may lose the last moments in a power cut. */
const writeAheadLog = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1'];

/** What the search for a server tells while it goes on. */
export type Tell = (line: string) => void;

/**
 * The Temporal program: from the PATH, from the cache, by the SDK's own download, or built from source.
 * @throws Refusal with the ways to get one, when none of them works here
 */
export async function findTemporal(tell: Tell = () => undefined, abort?: AbortSignal): Promise<FoundTemporal> {
  const installed = installedTemporal();
  if (installed !== null) return installed;
  const failures: string[] = [];
  for (const attempt of [downloadTemporal, buildTemporal]) {
    try {
      return await attempt(tell, abort);
    } catch (fault) {
      if (abort?.aborted === true) throw fault;
      failures.push(fault instanceof Error ? firstLine(fault.message) : String(fault));
    }
  }
  throw new Refusal(
    `没有找到 Temporal 服务器，也无法取得：${failures.join('；')}`,
    [
      '任选其一：设置 TEMPORAL_ADDRESS=主机:端口 使用已有的服务器；',
      '安装 temporal 命令行程序（https://docs.temporal.io/cli）并放入 PATH；',
      `安装 Go 1.25 或更高版本后重试（将自动执行 go install ${goModule}）。`,
    ].join(''),
  );
}

/** Waits until a Temporal server answers for its namespace; `stillRunning` ends the wait early. */
export async function untilTemporalAnswers(
  address: string,
  options: { timeoutMs: number; stillRunning: () => boolean; namespace?: string },
): Promise<void> {
  const endsAt = performance.now() + options.timeoutMs;
  let last = 'no answer';
  while (performance.now() < endsAt && options.stillRunning()) {
    try {
      await describeNamespace(address, options.namespace ?? 'default');
      return;
    } catch (fault) {
      last = fault instanceof Error ? fault.message : String(fault);
      await sleep(100);
    }
  }
  throw new Error(`Temporal at ${address} did not come up: ${last}`);
}

/**
 * Asks a connected server for the namespace, since a worker on one that does not exist only says `NOT_FOUND`. Other faults are not
 * answered here: the worker meets them anew, and waits.
 * @throws Refusal when the server does not know the namespace
 */
export async function requireNamespace(connection: Connection, address: string, namespace: string): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + 5_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (fault) {
    if (!isGrpcServiceError(fault) || (fault.code satisfies number as number) !== NOT_FOUND) return;
    throw new Refusal(
      `Temporal（${address}）没有命名空间 ${namespace}。`,
      `改正 TEMPORAL_NAMESPACE；或先建立它：temporal operator namespace create --address ${address} --namespace ${namespace} --retention 720h`,
    );
  }
}

const NOT_FOUND = 5;

async function describeNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}

/** The SDK fetches the release from temporal.download; where that is closed the short probe says so at once. */
async function downloadTemporal(tell: Tell): Promise<FoundTemporal> {
  try {
    await fetch('https://temporal.download/', { method: 'HEAD', signal: AbortSignal.timeout(4_000) });
  } catch {
    throw new Error('temporal.download 无法访问');
  }
  tell(`正在下载 Temporal ${TEMPORAL_CLI_VERSION} ……`);
  const folder = path.dirname(cachedProgram());
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const executable = { type: 'cached-download', version: `v${TEMPORAL_CLI_VERSION}`, downloadDir: folder } as const;
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
  const downloaded = readdirSync(folder).find((file) => file.startsWith('temporal'));
  if (downloaded === undefined) throw new Error('下载后没有找到 Temporal 程序');
  renameSync(path.join(folder, downloaded), cachedProgram());
  return { path: cachedProgram(), from: 'download' };
}

/** About three minutes on two cores, 250 MB, Go >= 1.25. */
async function buildTemporal(tell: Tell, signal?: AbortSignal): Promise<FoundTemporal> {
  const go = onPath('go');
  if (go === null) throw new Error('没有安装 Go');
  const began = performance.now();
  const report = (): void => {
    tell(
      `正在从源码构建 Temporal ${TEMPORAL_CLI_VERSION}（只需一次，约 3 分钟）：已 ${String(Math.round((performance.now() - began) / 1000))} 秒`,
    );
  };
  report();
  const ticking = setInterval(report, 10_000);
  try {
    const env = { ...process.env, GOBIN: path.dirname(cachedProgram()) };
    const limits = { maxBuffer: 64 * 1024 * 1024, timeout: 20 * 60_000, ...(signal === undefined ? {} : { signal }) };
    await promisify(execFile)(go, ['install', goModule], { env, ...limits });
  } finally {
    clearInterval(ticking);
  }
  return { path: cachedProgram(), from: 'built' };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? text;
}

/** Where the built or downloaded server is kept. */
function cachedProgram(): string {
  const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  return cacheFolder(`temporal-${TEMPORAL_CLI_VERSION}`, name);
}
