import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { cacheFolder, onPath } from './places.ts';
import { isPortFree } from './ports.ts';
import { Refusal } from './refusal.ts';
import type { Errand, Part } from './supervisor.ts';
import type { Tell } from './temporal.ts';

/*
 * Temporal as in production: its server (front, history, matching, worker in one process) on databases of its own in PostgreSQL, with
 * the schema that its own tool lays. The development server of `npm start` is another program, on a file.
 */

/** The server that docker-compose.yml names, and the command-line release of `npm start` contains. */
export const TEMPORAL_SERVER_VERSION = '1.29.1';

const MODULE = 'go.temporal.io/server';

/** The server, its schema tool, and the schema's files. */
export interface ServerPrograms {
  readonly server: string;
  readonly schemaTool: string;
  readonly schema: string;
}

const places = (): ServerPrograms => {
  const folder = cacheFolder(`temporal-server-${TEMPORAL_SERVER_VERSION}`);
  const [server, schemaTool, schema] = ['server', 'sql', 'schema'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  return { server, schemaTool, schema };
};

/**
 * The server's programs: from the cache, or built once from the pinned Go module (about three minutes on two cores, 180 MB, Go >= 1.24).
 * @throws Refusal where there is no Go
 */
export async function serverPrograms(tell: Tell, signal?: AbortSignal): Promise<ServerPrograms> {
  const programs = places();
  if (Object.values(programs).every(existsSync)) return programs;
  const go = onPath('go');
  if (go === null) {
    const cure = '安装 Go 1.24 或更高版本后重试（apt-get install golang-go，或 https://go.dev/dl/）；只需构建一次。';
    throw new Refusal(`没有 Temporal 服务器 ${TEMPORAL_SERVER_VERSION}，也没有安装 Go 来构建它。`, cure);
  }
  const run = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, GOBIN: path.dirname(programs.server) };
    const limits = { maxBuffer: 64 * 1024 * 1024, timeout: 30 * 60_000, ...(signal === undefined ? {} : { signal }) };
    return (await promisify(execFile)(go, args, { env, ...limits })).stdout;
  };
  for (const [what, folder] of [
    ['server', 'cmd/server'],
    ['sql', 'cmd/tools/sql'],
  ] as const) {
    tell(`正在构建 Temporal 服务器 ${TEMPORAL_SERVER_VERSION}（只需一次，约 3 分钟）：${what}`);
    await run('install', `${MODULE}/${folder}@v${TEMPORAL_SERVER_VERSION}`);
  }
  keepSchema(await run('mod', 'download', '-json', `${MODULE}@v${TEMPORAL_SERVER_VERSION}`), programs.schema);
  return programs;
}

/** The module's own schema files, beside the programs: Go's cache may be cleaned. */
function keepSchema(downloaded: string, to: string): void {
  const { Dir: module } = JSON.parse(downloaded) as { Dir: string };
  const aside = `${to}.new`;
  rmSync(aside, { recursive: true, force: true });
  cpSync(path.join(module, 'schema', 'postgresql', 'v12'), aside, { recursive: true });
  if (!existsSync(to)) renameSync(aside, to);
}

/** Where Temporal keeps what: two databases of one role on a cluster. */
export interface Store {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly visibilityDatabase: string;
}

/** Lays or brings up to date the schema of both databases; nothing changes where it is the newest. */
export function schemaErrands({ schemaTool, schema }: ServerPrograms, store: Store): Errand[] {
  const errand = (database: string, args: string[]): Errand => ({
    name: 'temporal-schema',
    command: () =>
      Promise.resolve({
        command: schemaTool,
        args: ['--plugin', 'postgres12', ...args],
        env: {
          ...process.env,
          SQL_HOST: '127.0.0.1',
          SQL_PORT: String(store.port),
          SQL_USER: store.user,
          SQL_PASSWORD: store.password,
          SQL_DATABASE: database,
        },
      }),
  });
  return [
    [store.database, 'temporal'],
    [store.visibilityDatabase, 'visibility'],
  ].flatMap(([database = '', part = '']) => [
    errand(database, ['setup-schema', '-v', '0.0']),
    errand(database, ['update-schema', '-d', path.join(schema, part, 'versioned')]),
  ]);
}

/** The server as a part that is kept running. */
export function serverPart(
  { server }: ServerPrograms,
  { folder, store, ports, ready }: { folder: string; store: Store; ports: readonly number[]; ready: Part['ready'] },
): Part {
  return {
    name: 'temporal',
    command: () => {
      mkdirSync(path.join(folder, 'config'), { recursive: true, mode: 0o700 });
      const file = path.join(folder, 'config', 'production.yaml');
      // JSON is YAML too.
      writeFileSync(file, JSON.stringify(serverConfig(store, ports), null, 2), { mode: 0o600 });
      const args = ['--root', folder, '--env', 'production', '--allow-no-auth', 'start'];
      return Promise.resolve({ command: server, args });
    },
    ready,
    stopSignal: 'SIGTERM',
    graceMs: 20_000,
  };
}

/**
 * The server's eight ports, the front's first, chosen once for a folder: to its own membership a server that was killed and comes back
 * elsewhere is a second one, and calls go to the dead one for a minute.
 */
export async function serverPorts(folder: string): Promise<readonly number[]> {
  const file = path.join(folder, 'ports.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as number[]) : [];
  const areFree = await Promise.all(kept.map((port) => isPortFree(port)));
  if (kept.length === PORT_COUNT && areFree.every(Boolean)) return kept;
  const found = new Set<number>();
  while (found.size < PORT_COUNT) found.add(await lowPort());
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify([...found]));
  return [...found];
}

/** Four services, each with a port for calls and one for the membership. */
const PORT_COUNT = 8;

/** The schema keeps a service's port in a `smallint`, and what the operating system gives away by itself lies above. */
const PORTS = { from: 15_000, to: 32_767 };

async function lowPort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to + 1);
    if (await isPortFree(port)) return port;
  }
}

/** Fixed for a store's life. docker-compose.yml has 512, for the province; on one machine each costs memory and a little idle work. */
const SHARDS = 16;

/** The server's configuration. @param ports four for the services' calls, the front's first, and four for their membership */
export function serverConfig(store: Store, ports: readonly number[]): Record<string, unknown> {
  const datastore = (database: string, connections: number): Record<string, unknown> => ({
    sql: {
      pluginName: 'postgres12',
      databaseName: database,
      connectAddr: `127.0.0.1:${String(store.port)}`,
      connectProtocol: 'tcp',
      user: store.user,
      password: store.password,
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: '1h',
    },
  });
  const service = (at: number): Record<string, unknown> => ({
    rpc: { grpcPort: ports[at], membershipPort: ports[at + 4], bindOnLocalHost: true },
  });
  const [front] = ports;
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'store',
      visibilityStore: 'visibility',
      numHistoryShards: SHARDS,
      datastores: { store: datastore(store.database, 20), visibility: datastore(store.visibilityDatabase, 5) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: { frontend: service(0), history: service(1), matching: service(2), worker: service(3) },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${String(front)}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: `127.0.0.1:${String(front)}` },
  };
}

const ALREADY_EXISTS = 6;
/** How long an ended claim's history can be looked at; the record itself is in PostgreSQL for good. */
const RETENTION_SECONDS = 30 * 24 * 3_600;

/** Makes the namespace once the server takes calls; the server of production has none of its own. */
export async function ensureNamespace(
  address: string,
  namespace: string,
  options: { timeoutMs: number; stillRunning: () => boolean },
): Promise<void> {
  const endsAt = performance.now() + options.timeoutMs;
  let last = 'no answer';
  while (performance.now() < endsAt && options.stillRunning()) {
    try {
      await registerNamespace(address, namespace);
      return;
    } catch (fault) {
      if (isGrpcServiceError(fault) && (fault.code satisfies number as number) === ALREADY_EXISTS) return;
      last = fault instanceof Error ? fault.message : String(fault);
      await sleep(200);
    }
  }
  throw new Error(`the namespace ${namespace} could not be made at ${address}: ${last}`);
}

type Registration = Parameters<Connection['workflowService']['registerNamespace']>[0];

async function registerNamespace(address: string, namespace: string): Promise<void> {
  // The wire's types speak of Long, and take a number.
  const retention: unknown = { seconds: RETENTION_SECONDS };
  const workflowExecutionRetentionPeriod = retention as NonNullable<Registration['workflowExecutionRetentionPeriod']>;
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 5_000, () =>
      connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod }),
    );
  } finally {
    await connection.close();
  }
}
