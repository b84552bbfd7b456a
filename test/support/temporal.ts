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
  const server = { executable: { type: 'existing-path', path } } as const;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({ server });
    } catch (fault) {
      // The SDK gives Java five seconds to come up; on a busy machine the first try warms what the second finds.
      if (attempt === PATIENCE || !String(fault).includes('did not start within')) throw fault;
    }
  }
}

const PATIENCE = 6;
