import { TestWorkflowEnvironment } from '@temporalio/testing';
import { timeSkippingServer } from '../../bin/lib/time-skipping.ts';
import { server } from './servers.ts';

/** The run's real Temporal server; tests keep apart by task queues and workflow ids of their own. */
export async function temporalServer(): Promise<{ address: string; namespace: string }> {
  return await server('temporal');
}

/** A server of the caller's own whose clock jumps to the next timer; the caller tears it down. */
export async function timeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = await timeSkippingServer();
  return await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
}
