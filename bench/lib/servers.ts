import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT } from '../../bin/lib/places.ts';
import { freePort } from '../../bin/lib/ports.ts';
import {
  type Cluster,
  type Command,
  createCluster,
  databaseUrl,
  ensureDatabase,
  postgresCommand,
  untilPostgresAnswers,
} from '../../bin/lib/postgres.ts';
import { birthOf, endProcess, isAlive, type ProcessIdentity } from '../../bin/lib/processes.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from '../../bin/lib/temporal.ts';
import { migrate } from '../../db/migrate.ts';
import { pause } from './load.ts';

/** The servers of a run: real ones, each a process of its own on a free port, all files in one temporary folder. */

interface Running {
  name: string;
  identity: ProcessIdentity;
  signal: NodeJS.Signals;
}

const GRACE_MS = 30_000;
/** PROFILE=<folder>: processor profiles of API and worker go there, and PostgreSQL counts its statements. Not for measuring. */
const PROFILED = process.env['PROFILE'];

export class Servers {
  readonly folder: string;
  readonly #running: Running[] = [];

  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'xueshi-bench-'));
    // PostgreSQL, which never runs as root, must be able to enter.
    chmodSync(this.folder, 0o755);
  }

  /** PostgreSQL 18 with its stock settings. */
  async postgres(): Promise<Cluster & { pid: number }> {
    const cluster = { folder: path.join(this.folder, 'postgres'), port: await freePort(), password: 'bench' };
    await createCluster(cluster);
    const watched = PROFILED
      ? { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_planning': 'on' }
      : {};
    const pid = this.run('postgres', await postgresCommand(cluster, watched), { signal: 'SIGINT' });
    await untilPostgresAnswers(cluster, { timeoutMs: 60_000, stillRunning: () => this.#lives(pid) });
    return { ...cluster, pid };
  }

  /** A Temporal server on a file, with the pragmas of the embedded system. */
  async temporal(name: string): Promise<{ address: string; pid: number }> {
    const { path: program } = await findTemporal();
    const port = await freePort();
    const address = `127.0.0.1:${String(port)}`;
    const pid = this.run(name, temporalCommand({ program, port, file: path.join(this.folder, `${name}.db`) }));
    await untilTemporalAnswers(address, { timeoutMs: 60_000, stillRunning: () => this.#lives(pid) });
    return { address, pid };
  }

  /** A new migrated database. */
  async database(cluster: Cluster, name: string): Promise<string> {
    await ensureDatabase(cluster, name);
    const url = databaseUrl(cluster, name);
    await migrate(url);
    return url;
  }

  async worker(env: Record<string, string>): Promise<{ pid: number }> {
    const pid = this.script('worker', 'bin/worker.ts', env);
    await this.#ready('worker', pid, () => Promise.resolve(this.log('worker').includes('READY worker')));
    return { pid };
  }

  /** The API, or another HTTP server: ready when it answers `probe`. */
  async http(
    name: string,
    script: string,
    probe: string,
    env: Record<string, string>,
  ): Promise<{ base: string; pid: number }> {
    const port = await freePort();
    const base = `http://127.0.0.1:${String(port)}`;
    const evidence = path.join(this.folder, `${name}-evidence`);
    mkdirSync(evidence);
    const pid = this.script(name, script, {
      PORT: String(port),
      EVIDENCE_DIR: evidence,
      DATA_DIR: this.folder,
      ...env,
    });
    await this.#ready(name, pid, () =>
      fetch(base + probe).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    return { base, pid };
  }

  /** Starts one of the project's scripts as `npm start` does. */
  script(name: string, file: string, env: Record<string, string>): number {
    const profiling = PROFILED
      ? ['--cpu-prof', `--cpu-prof-dir=${PROFILED}`, `--cpu-prof-name=${name}.cpuprofile`]
      : [];
    const args = [...profiling, '--import', 'tsx', path.join(PROJECT, file)];
    return this.run(name, { command: process.execPath, args }, { env });
  }

  run(
    name: string,
    { command, args, uid, gid }: Command,
    { env = {}, signal = 'SIGTERM' }: { env?: Record<string, string>; signal?: NodeJS.Signals } = {},
  ): number {
    const log = openSync(this.#logFile(name), 'a');
    const child = spawn(command, args, {
      cwd: PROJECT,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
      // A group of its own: a Ctrl-C reaches this process only, which stops the servers in order.
      detached: true,
      ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
    });
    closeSync(log);
    if (child.pid === undefined) throw new Error(`${name} (${command}) could not be started`);
    this.#running.push({ name, identity: { pid: child.pid, born: birthOf(child.pid) ?? 'gone' }, signal });
    return child.pid;
  }

  async stop(pid: number): Promise<void> {
    const index = this.#running.findIndex(({ identity }) => identity.pid === pid);
    const [running] = index === -1 ? [] : this.#running.splice(index, 1);
    if (running) await endProcess(running.identity, { signal: running.signal, graceMs: GRACE_MS });
  }

  /** Stops everything, the last started first. */
  async stopAll(): Promise<void> {
    for (const { identity } of this.#running.toReversed()) await this.stop(identity.pid);
  }

  removeFiles(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  log(name: string): string {
    return readFileSync(this.#logFile(name), 'utf8');
  }

  #logFile(name: string): string {
    return path.join(this.folder, `${name}.log`);
  }

  #lives(pid: number): boolean {
    return this.#running.some(({ identity }) => identity.pid === pid && isAlive(identity));
  }

  async #ready(name: string, pid: number, asked: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 120_000; Date.now() < end && this.#lives(pid); ) {
      if (await asked()) return;
      await pause(100);
    }
    throw new Error(`${name} did not become ready:\n${this.log(name).slice(-2_000)}`);
  }
}
