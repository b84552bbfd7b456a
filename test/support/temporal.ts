import { server } from './servers.ts';

export { startTimeSkipping as timeSkipping } from '../../bin/lib/jumping-clock.ts';

/** The run's real Temporal server; tests keep apart by task queues and workflow ids of their own. */
export async function temporalServer(): Promise<{ address: string; namespace: string }> {
  return await server('temporal');
}
