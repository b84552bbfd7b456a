import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';

/** The schedule of the ledger's nightly verification, at three in the morning; made once, brought up to date at every start of a worker. */
export async function ensureLedgerCheckSchedule(client: Client, taskQueue: string): Promise<void> {
  const scheduleId = `ledger-check/${taskQueue}`;
  const wanted = {
    spec: { calendars: [{ hour: 3, comment: 'the ledger is verified' }], timezone: 'Asia/Shanghai' },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'ledgerCheck',
      workflowId: `ledger-check/scheduled/${taskQueue}`,
      taskQueue,
      args: [],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' as const },
  };
  try {
    await client.schedule.create({ scheduleId, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...wanted, state }));
  }
}
