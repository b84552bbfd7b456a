import { TestWorkflowEnvironment } from '@temporalio/testing';
import { timeSkippingServer } from './time-skipping.ts';

/** A server of the caller's own whose clock jumps to the next timer; the caller tears it down. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
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
