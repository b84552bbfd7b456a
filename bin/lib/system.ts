import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataFolder } from './data-folder.ts';
import { PROJECT } from './places.ts';
import { freePort } from './ports.ts';
import {
  type Cluster,
  createCluster,
  databaseUrl,
  ensureDatabase,
  ensureTenant,
  postgresCommand,
  querySql,
  tenantOf,
  tenantUrl,
  untilPostgresAnswers,
} from './postgres.ts';
import { Refusal } from './refusal.ts';
import type { Progress } from './say.ts';
import type { Errand, Part, Supervisor, Watch } from './supervisor.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from './temporal.ts';
import {
  ensureNamespace,
  schemaErrands,
  serverPart,
  serverPorts,
  serverPrograms,
  TEMPORAL_SERVER_VERSION,
} from './temporal-server.ts';

/** Where the system listens, and in which order its parts come up. */
export interface SystemOptions {
  readonly host: string;
  readonly port: number;
  readonly shape: Shape;
}

/**
 * embedded: one superuser, Temporal's development server on a file. production: what docker-compose.yml runs, without containers: Temporal's
 * server on PostgreSQL, a role of its own for each, metrics on.
 */
export type Shape = 'embedded' | 'production';

/** What everything needs to begin. */
export interface Ground {
  readonly options: SystemOptions;
  readonly folder: DataFolder;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly abort: AbortSignal;
}

/** One line of the table that a start ends with. */
export interface Place {
  readonly what: string;
  readonly where: string;
  readonly log: string;
}

/** Brings the whole system up, part by part, each when the one before is ready. */
export async function bringUp(ground: Ground): Promise<Place[]> {
  const cluster = await bringUpPostgres(ground);
  const isProduction = ground.options.shape === 'production';
  const temporal = isProduction ? await bringUpTemporalServer(ground, cluster) : await bringUpTemporal(ground);
  const env = environment(ground, cluster, temporal.where);
  await prepareDatabase(ground, cluster, env);
  await buildWeb(ground);
  const worker = await bringUpWorker(ground, env);
  const api = await bringUpApi(ground, env);
  const console = { what: 'Temporal 控制台', where: uiAddress(ground), log: '' };
  const database = { what: 'PostgreSQL 18', where: `127.0.0.1:${String(cluster.port)}`, log: 'postgres.log' };
  return [api, worker, temporal, ...(process.env['TEMPORAL_ADDRESS'] || isProduction ? [] : [console]), database];
}

/** The folder's cluster, made if need be, and kept running. */
export async function bringUpPostgres({
  folder,
  supervisor,
  progress,
}: Pick<Ground, 'folder' | 'supervisor' | 'progress'>): Promise<Cluster> {
  const { postgresPort: port, postgresPassword: password } = folder.settings;
  const cluster: Cluster = { folder: folder.postgres, port, password };
  progress.begin('PostgreSQL 18');
  if (!existsSync(path.join(folder.postgres, 'PG_VERSION'))) {
    progress.update('PostgreSQL 18：正在建立数据库目录');
    const aside = `${folder.postgres}.new`;
    rmSync(aside, { recursive: true, force: true });
    await createCluster({ folder: aside, password });
    renameSync(aside, folder.postgres);
  }
  await supervisor.start({
    name: 'postgres',
    command: () => postgresCommand(cluster, { max_connections: '200', shared_buffers: '256MB', jit: 'off' }),
    ready: (watch) => untilPostgresAnswers(cluster, { timeoutMs: 120_000, stillRunning: watch.stillRunning }),
    // The fast shutdown: open sessions are rolled back, nothing committed is lost.
    stopSignal: 'SIGINT',
    graceMs: 30_000,
  });
  progress.done(`PostgreSQL 18（端口 ${String(port)}）`);
  return cluster;
}

async function bringUpTemporal({ folder, supervisor, progress, abort }: Ground): Promise<Place> {
  const given = process.env['TEMPORAL_ADDRESS'];
  progress.begin('Temporal');
  if (given !== undefined && given !== '') {
    await untilGivenTemporalAnswers(given);
    progress.done(`Temporal（外部：${given}）`);
    return { what: 'Temporal', where: given, log: '' };
  }
  const { path: program, from } = await findTemporal((line) => {
    progress.update(line);
  }, abort);
  const { temporalPort: port, temporalUiPort: uiPort } = folder.settings;
  const address = `127.0.0.1:${String(port)}`;
  await supervisor.start({
    name: 'temporal',
    command: () => Promise.resolve(temporalCommand({ program, port, uiPort, file: folder.temporalFile })),
    ready: (watch) => untilTemporalAnswers(address, { timeoutMs: 120_000, stillRunning: watch.stillRunning }),
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  });
  const origin = { PATH: '取自 PATH', cache: '取自缓存', download: '已下载', built: '已构建' }[from];
  progress.done(`Temporal（端口 ${String(port)}，${origin}）`);
  return { what: 'Temporal', where: address, log: 'temporal.log' };
}

const TEMPORAL_DATABASES = { database: 'temporal', visibilityDatabase: 'temporal_visibility' };

/** Temporal's server with its schema, on databases of its own. */
async function bringUpTemporalServer(
  { folder, supervisor, progress, abort }: Ground,
  cluster: Cluster,
): Promise<Place> {
  progress.begin('Temporal（生产形态）');
  const programs = await serverPrograms((line) => {
    progress.update(line);
  }, abort);
  const tenant = tenantOf(cluster, 'temporal');
  await ensureTenant(cluster, tenant, Object.values(TEMPORAL_DATABASES));
  const store = { port: cluster.port, ...tenant, ...TEMPORAL_DATABASES };
  for (const errand of schemaErrands(programs, store)) await supervisor.run(errand);
  const serverFolder = path.join(folder.path, 'temporal-server');
  const ports = await serverPorts(serverFolder);
  const address = `127.0.0.1:${String(ports[0])}`;
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
  const ready: Part['ready'] = async ({ stillRunning }) => {
    await ensureNamespace(address, namespace, { timeoutMs: 120_000, stillRunning });
    await untilTemporalAnswers(address, { timeoutMs: 30_000, stillRunning, namespace });
  };
  await supervisor.start(serverPart(programs, { folder: serverFolder, store, ports, ready }));
  progress.done(`Temporal ${TEMPORAL_SERVER_VERSION}（${address}，存于 PostgreSQL）`);
  return { what: 'Temporal', where: address, log: 'temporal.log' };
}

async function untilGivenTemporalAnswers(address: string): Promise<void> {
  try {
    const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
    await untilTemporalAnswers(address, { timeoutMs: 10_000, stillRunning: () => true, namespace });
  } catch (fault) {
    throw new Refusal(
      `TEMPORAL_ADDRESS=${address} 没有应答：${fault instanceof Error ? fault.message : String(fault)}`,
      '检查该地址与命名空间；或取消这个环境变量，使用内嵌的 Temporal。',
    );
  }
}

function environment(ground: Ground, cluster: Cluster, temporal: string): NodeJS.ProcessEnv {
  const { options, folder } = ground;
  // A Temporal of somebody else's has its console elsewhere.
  const ui = process.env['TEMPORAL_ADDRESS'] === undefined ? uiAddress(ground) : '';
  return {
    ...process.env,
    TEMPORAL_UI_URL: process.env['TEMPORAL_UI_URL'] ?? ui,
    ...(options.shape === 'production' && { NODE_ENV: 'production' }),
    DATABASE_URL: recordUrl(cluster, options.shape),
    TEMPORAL_ADDRESS: temporal,
    HOST: options.host,
    PORT: String(options.port),
    DATA_DIR: folder.path,
    EVIDENCE_DIR: folder.evidence,
    CERTIFICATE_KEY: process.env['CERTIFICATE_KEY'] ?? folder.certificateKey,
    PUBLIC_URL: process.env['PUBLIC_URL'] ?? webAddress(options),
    PERSON_KEY_SECRET: process.env['PERSON_KEY_SECRET'] ?? folder.settings.personKeySecret,
  };
}

const recordUrl = (cluster: Cluster, shape: Shape): string =>
  shape === 'production' ? tenantUrl(cluster, tenantOf(cluster, 'xueshi'), 'xueshi') : databaseUrl(cluster);

/** The record's database, of a role of its own in production's shape. @returns its address */
export async function ensureRecord(cluster: Cluster, shape: Shape): Promise<string> {
  await ensureDatabase(cluster, 'xueshi');
  if (shape === 'production') await ensureTenant(cluster, tenantOf(cluster, 'xueshi'), ['xueshi']);
  return recordUrl(cluster, shape);
}

/** Migrations always; demo data when the database holds nothing. A seeding that was cut short begins anew. */
async function prepareDatabase(
  { options, folder, supervisor, progress }: Ground,
  cluster: Cluster,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  progress.begin('数据库结构');
  if (existsSync(folder.seedingMark)) {
    await querySql(databaseUrl(cluster, 'postgres'), 'drop database if exists xueshi with (force)');
  }
  await ensureRecord(cluster, options.shape);
  await supervisor.run(nodeErrand('migrate', env));
  progress.done('数据库结构已是最新');
  const [found] = await querySql(databaseUrl(cluster), 'select exists (select from organisation) as filled');
  if (found?.['filled'] === true && !existsSync(folder.seedingMark)) return;
  progress.begin('演示数据（只在空数据库上写入）');
  writeFileSync(folder.seedingMark, '');
  await supervisor.run(nodeErrand('seed', env));
  rmSync(folder.seedingMark);
  progress.done('演示数据已写入');
}

async function buildWeb({ supervisor, progress }: Ground): Promise<void> {
  const built = path.join(PROJECT, 'web', 'dist', 'index.html');
  const folders = ['web', 'contract', 'rules'].map((folder) => newestIn(path.join(PROJECT, folder)));
  const sources = [...folders, ...['vite.config.ts', 'package-lock.json'].map(changedAt)];
  if (existsSync(built) && changedAt('web/dist/index.html') >= Math.max(...sources)) return;
  progress.begin('网页（源码有变化时构建，约半分钟）');
  const vite = path.join(PROJECT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', path.join(PROJECT, 'vite.config.ts')];
  await supervisor.run({ name: 'web', command: () => Promise.resolve({ command: process.execPath, args }) });
  progress.done('网页已构建');
}

async function bringUpWorker({ options, supervisor, progress }: Ground, env: NodeJS.ProcessEnv): Promise<Place> {
  progress.begin('流程引擎（worker）');
  await supervisor.start({
    ...nodePart('worker', await withMetrics(options, env)),
    ready: untilItSays('READY worker'),
  });
  progress.done('流程引擎（worker）');
  return { what: '流程引擎', where: 'worker', log: 'worker.log' };
}

async function bringUpApi({ options, supervisor, progress }: Ground, env: NodeJS.ProcessEnv): Promise<Place> {
  progress.begin('接口与网页（api）');
  const address = webAddress(options);
  await supervisor.start({
    ...nodePart('api', await withMetrics(options, env)),
    ready: untilHealthy(`${address}/health/ready`),
  });
  progress.done(`接口与网页（api，${address}）`);
  return { what: '网页与接口', where: address, log: 'api.log' };
}

/** In production's shape each process shows its metrics, on a port of its own since they share this machine. */
const withMetrics = async ({ shape }: SystemOptions, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> =>
  shape === 'production' ? { ...env, METRICS_PORT: String(await freePort()) } : env;

/** The address to open in a browser on this machine. */
export function webAddress({ host, port }: SystemOptions): string {
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${String(port)}`;
}

function uiAddress({ folder }: Ground): string {
  return `http://127.0.0.1:${String(folder.settings.temporalUiPort)}`;
}

function nodeErrand(name: string, env: NodeJS.ProcessEnv): Errand {
  const args = ['--import', 'tsx', path.join('bin', `${name}.ts`)];
  return { name, command: () => Promise.resolve({ command: process.execPath, args, env }) };
}

function nodePart(name: string, env: NodeJS.ProcessEnv): Omit<Part, 'ready'> {
  return { ...nodeErrand(name, env), stopSignal: 'SIGTERM', graceMs: 20_000 };
}

const READY_WITHIN_MS = 120_000;

function untilItSays(words: string): Part['ready'] {
  return (watch) => until(watch, () => Promise.resolve(watch.output().includes(words)));
}

function untilHealthy(url: string): Part['ready'] {
  return (watch) =>
    until(watch, async () => {
      try {
        return (await fetch(url, { signal: AbortSignal.timeout(3_000) })).ok;
      } catch {
        // Not listening yet.
        return false;
      }
    });
}

async function until(watch: Watch, reached: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < endsAt && watch.stillRunning()) {
    if (await reached()) return;
    await sleep(100);
  }
  throw new Error(watch.stillRunning() ? 'not ready in time' : 'ended before it was ready');
}

function changedAt(file: string): number {
  return statSync(path.join(PROJECT, file)).mtimeMs;
}

function newestIn(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist' && entry.name !== 'node_modules')
    .map((entry) => path.join(folder, entry.name))
    .map((target) => (statSync(target).isDirectory() ? newestIn(target) : statSync(target).mtimeMs));
  return Math.max(0, ...times);
}
