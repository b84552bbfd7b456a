import type { Cluster } from '../../bin/lib/postgres.ts';
import { newKeyFile } from '../../test/support/certificates.ts';
import { makeWorld, type World } from '../../test/support/world.ts';
import type { Servers } from './servers.ts';

/** What the bench's callers name people by. */
export const PERSON_KEY_SECRET = 'the-person-key-of-the-benchmarks-32';

/** The product as `npm start` runs it, on its own servers: migrated database, worker, API. */
export interface System {
  world: World;
  base: string;
  temporalAddress: string;
  /** Each process, by name. */
  parts: { api: number; worker: number; temporal: number; postgres: number };
}

export async function startSystem(servers: Servers, cluster: Cluster & { pid: number }): Promise<System> {
  const url = await servers.database(cluster, 'xueshi');
  const temporal = await servers.temporal('temporal');
  const world = await makeWorld(url);
  const env = { DATABASE_URL: url, TEMPORAL_ADDRESS: temporal.address };
  const worker = await servers.worker(env);
  const api = await servers.http('api', 'bin/api.ts', '/health/live', {
    ...env,
    ...apiSecrets(),
    VERIFICATIONS_PER_MINUTE: '1000000',
  });
  return {
    world,
    base: api.base,
    temporalAddress: temporal.address,
    parts: { api: api.pid, worker: worker.pid, temporal: temporal.pid, postgres: cluster.pid },
  };
}

/** What every API asks for besides its servers. */
export const apiSecrets = (): Record<string, string> => ({ PERSON_KEY_SECRET, CERTIFICATE_KEY: newKeyFile() });
