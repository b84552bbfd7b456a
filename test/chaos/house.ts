import { Servers } from '../../bench/lib/servers.ts';
import { apiSecrets } from '../../bench/lib/system.ts';
import { freePort } from '../../bin/lib/ports.ts';
import { postgresCommand, untilPostgresAnswers } from '../../bin/lib/postgres.ts';
import { birthOf } from '../../bin/lib/processes.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from '../../bin/lib/temporal.ts';
import { makeWorld, until, type World } from '../support/world.ts';

/** The whole system in a folder of its own, each part a process that can be killed, stopped and started again at the same address. */

/** The relay lives in the worker's process. */
export const PARTS = ['worker', 'api', 'temporal', 'postgres'] as const;
export type Part = (typeof PARTS)[number];

export interface House {
  world: World;
  base: string;
  temporalAddress: string;
  /** Sends a signal to the part's process; a part that is down gets none. */
  signal(part: Part, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts the part anew after it was killed, and waits until it answers. */
  restart(part: Part): Promise<void>;
  log(part: Part): string;
  close(): Promise<void>;
}

const READY_MS = 60_000;

export async function openHouse(): Promise<House> {
  const servers = new Servers();
  try {
    return await furnish(servers);
  } catch (error) {
    await servers.stopAll();
    throw error;
  }
}

async function furnish(servers: Servers): Promise<House> {
  const cluster = await servers.postgres();
  const url = await servers.database(cluster, 'xueshi');
  const world = await makeWorld(url);
  const doors = { temporal: await freePort(), api: await freePort() };
  const temporalAddress = `127.0.0.1:${String(doors.temporal)}`;
  const base = `http://127.0.0.1:${String(doors.api)}`;
  const { path: program } = await findTemporal();
  const temporal = temporalCommand({ program, port: doors.temporal, file: `${servers.folder}/temporal.db` });
  const postgres = await postgresCommand(cluster);
  const env = { DATABASE_URL: url, TEMPORAL_ADDRESS: temporalAddress, LOG_LEVEL: 'warn' };
  const apiEnv = {
    ...{ PORT: String(doors.api), DATA_DIR: servers.folder, EVIDENCE_DIR: `${servers.folder}/evidence` },
    ...apiSecrets(),
  };
  const pids: Record<Part, number> = { worker: 0, api: 0, temporal: 0, postgres: cluster.pid };
  const begin: Record<Part, () => number> = {
    worker: () => servers.script('worker', 'bin/worker.ts', env),
    api: () => servers.script('api', 'bin/api.ts', { ...env, ...apiEnv }),
    temporal: () => servers.run('temporal', temporal),
    postgres: () => servers.run('postgres', postgres, { signal: 'SIGINT' }),
  };
  const runs = (part: Part) => (): boolean => birthOf(pids[part]) !== null;
  const ready: Record<Part, () => Promise<unknown>> = {
    worker: workerReady(() => servers.log('worker')),
    api: () => until('the API', () => answers(`${base}/health/live`), READY_MS),
    temporal: () => untilTemporalAnswers(temporalAddress, { timeoutMs: READY_MS, stillRunning: runs('temporal') }),
    postgres: () => untilPostgresAnswers(cluster, { timeoutMs: READY_MS, stillRunning: runs('postgres') }),
  };
  const restart = async (part: Part): Promise<void> => {
    // A part that cannot start because another is down ends, as under any supervisor, and is begun again.
    for (const end = Date.now() + 2 * READY_MS; ; ) {
      pids[part] = begin[part]();
      const came = await Promise.race([ready[part]().then(() => true), gone(pids[part])]).catch(() => false);
      if (came) return;
      await servers.stop(pids[part]);
      if (Date.now() > end) throw new Error(`${part} did not come back:\n${servers.log(part).slice(-3_000)}`);
    }
  };
  for (const part of ['temporal', 'worker', 'api'] as const) await restart(part);
  return {
    ...{ world, base, temporalAddress, restart },
    signal: (part, signal) => {
      if (runs(part)()) process.kill(pids[part], signal);
    },
    log: (part) => servers.log(part),
    close: async () => {
      await world.close();
      await servers.stopAll();
      servers.removeFiles();
    },
  };
}

/** Ready is the next READY line after those that were there when it was begun. */
function workerReady(log: () => string): () => Promise<unknown> {
  let seen = 0;
  const lines = (): number => log().split('READY worker').length - 1;
  return async () => {
    await until('the worker', () => Promise.resolve(lines() > seen), READY_MS);
    seen = lines();
  };
}

const answers = (address: string): Promise<boolean> =>
  fetch(address, { signal: AbortSignal.timeout(1_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

async function gone(pid: number): Promise<false> {
  await until('its end', () => Promise.resolve(birthOf(pid) === null), 4 * READY_MS);
  return false;
}
