import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { cacheFolder, PROJECT } from '../../bin/lib/places.ts';
import { freePort } from '../../bin/lib/ports.ts';
import {
  type Cluster,
  type Command,
  createCluster,
  databaseUrl,
  ensureDatabase,
  POSTGRES_MAJOR,
  postgresCommand,
  untilPostgresAnswers,
} from '../../bin/lib/postgres.ts';
import { Refusal } from '../../bin/lib/refusal.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from '../../bin/lib/temporal.ts';
import { timeSkippingServer } from '../../bin/lib/time-skipping.ts';
import { migrate } from '../../db/migrate.ts';
import type { Servers } from './servers.ts';

const TEMPLATE = 'migrated';

/**
 * Hands out the servers that the test files share. Each starts when the first test asks for it, so a run of the rules
 * alone costs nothing, and all end with the run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await fetchMissing();
  const started = new StartedServers();
  const desk = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    started.get(name).then(
      (answer) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
      (fault: unknown) => response.writeHead(500).end(fault instanceof Error ? fault.message : String(fault)),
    );
  });
  // A run that is told to stop, or ends by a fault, leaves no server behind.
  process.once('SIGTERM', () => process.exit(143));
  process.once('exit', () => {
    started.kill();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => desk.listen(port, '127.0.0.1', resolve));
  project.provide('servers', `http://127.0.0.1:${String(port)}`);
  return async () => {
    desk.close();
    desk.closeAllConnections();
    await started.end();
  };
}

/**
 * What takes minutes the first time is fetched before any test's clock runs. What cannot be had is told here, and fails
 * the tests that need it; the others still run.
 */
async function fetchMissing(): Promise<void> {
  const tell = (line: string): void => {
    console.log(line);
  };
  for (const fetching of [findTemporal(tell), timeSkippingServer()]) {
    await fetching.catch((fault: unknown) => {
      console.error(fault instanceof Refusal ? `${fault.message}\n${fault.cure}` : String(fault));
    });
  }
}

class StartedServers {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'xueshi-test-'));
  readonly #children: { child: ChildProcess; signal: NodeJS.Signals }[] = [];
  readonly #answers = new Map<string, Promise<Servers[keyof Servers]>>();

  async get(name: string): Promise<Servers[keyof Servers]> {
    const known = this.#answers.get(name);
    if (known !== undefined) return await known;
    const coming = this.#start(name);
    this.#answers.set(name, coming);
    return await coming;
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#answers.values());
    await Promise.all(
      this.#children.map(async ({ child, signal }) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill(signal);
        await gone;
      }),
    );
    rmSync(this.#folder, { recursive: true, force: true });
  }

  kill(): void {
    for (const { child } of this.#children) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(name: string): Promise<Servers[keyof Servers]> {
    if (name === 'postgres') return await this.#postgres();
    if (name === 'temporal') return await this.#temporal();
    if (name === 'web') return await this.#web();
    throw new Error(`no test server is called ${name}`);
  }

  async #postgres(): Promise<Servers['postgres']> {
    const folder = path.join(this.#folder, 'postgres');
    const cluster: Cluster = { folder, password: 'test', port: await freePort() };
    // `cp -a` keeps the owner: run by root, the files belong to the user postgres.
    await promisify(execFile)('cp', ['-a', await pristineCluster(cluster.password), folder]);
    const command = await postgresCommand(cluster, throwaway);
    // SIGINT is PostgreSQL's fast shutdown: it does not wait for the tests' connections.
    const child = this.#spawn(command, 'SIGINT');
    await untilPostgresAnswers(cluster, { timeoutMs: 60_000, stillRunning: () => child.exitCode === null });
    await ensureDatabase(cluster, TEMPLATE);
    await migrate(databaseUrl(cluster, TEMPLATE));
    return { admin: databaseUrl(cluster, 'postgres'), template: TEMPLATE };
  }

  async #temporal(): Promise<Servers['temporal']> {
    const { path: program } = await found();
    const port = await freePort();
    const child = this.#spawn(temporalCommand({ program, port }), 'SIGTERM');
    const address = `127.0.0.1:${String(port)}`;
    await untilTemporalAnswers(address, { timeoutMs: 60_000, stillRunning: () => child.exitCode === null });
    return { address, namespace: 'default' };
  }

  /** As users get them: the tests' own NODE_ENV would build React's slow one, with all its warnings. */
  async #web(): Promise<Servers['web']> {
    const folder = path.join(this.#folder, 'web');
    const vite = path.join(PROJECT, 'node_modules', 'vite', 'bin', 'vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'error', '--outDir', folder], {
      cwd: PROJECT,
      env: { ...process.env, NODE_ENV: 'production' },
    });
    return { folder };
  }

  #spawn({ command, args, uid, gid }: Command, signal: NodeJS.Signals): ChildProcess {
    const identity = uid === undefined || gid === undefined ? {} : { uid, gid };
    const words = openSync(path.join(this.#folder, `${path.basename(command)}.log`), 'a');
    const child = spawn(command, args, { stdio: ['ignore', words, words], cwd: this.#folder, ...identity });
    closeSync(words);
    this.#children.push({ child, signal });
    return child;
  }
}

async function found(): ReturnType<typeof findTemporal> {
  try {
    return await findTemporal();
  } catch (fault) {
    throw fault instanceof Refusal ? new Error(`${fault.message}\n${fault.cure}`) : fault;
  }
}

/** Nothing in a test's database has to survive anything. */
const throwaway = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '128MB',
  autovacuum: 'off',
};

/** A cluster fresh from initdb, made once for this machine: copying it takes a tenth of the time. */
async function pristineCluster(password: string): Promise<string> {
  const made = cacheFolder(`pristine-cluster-${POSTGRES_MAJOR}-${String(process.getuid?.() ?? 0)}`);
  if (existsSync(path.join(made, 'PG_VERSION'))) return made;
  mkdirSync(cacheFolder(), { recursive: true });
  const aside = path.join(mkdtempSync(cacheFolder('.cluster-')), 'cluster');
  await createCluster({ folder: aside, password });
  if (!existsSync(made)) renameSync(aside, made);
  rmSync(path.dirname(aside), { recursive: true, force: true });
  return made;
}
