import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Cluster, databaseUrl } from '../../bin/lib/postgres.ts';

/**
 * Flowable in the same session, when a copy of the peers is at hand: BENCH_PEERS names its folder. It runs against this run's
 * PostgreSQL, before anything of ours, with few repeats.
 */
export async function measureFlowable(cluster: Cluster, folder: string): Promise<unknown> {
  const sizes = { REPEATS: '1', WARM: '1500', C: '16', N: '300', SEEDS: '100000', IDLE: '0', OVER_N: '100' };
  const env = { ...process.env, ...sizes, PEER_PG: databaseUrl(cluster, '').replace(/\/$/, '') };
  const { stdout } = await promisify(execFile)('./run', ['flowable'], { cwd: folder, env, maxBuffer: 1e8 });
  return JSON.parse(stdout);
}
