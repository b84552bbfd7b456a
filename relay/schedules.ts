import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';

/** What a schedule of ours says: which workflow, when, and for how long a missed run is made good. */
export type Timetable = {
  /** Its id is this and the task queue. */
  name: string;
  workflowType: string;
  args: unknown[];
  spec: ScheduleOptions['spec'];
  catchupWindow: '1 day' | '300 days';
};

/** Makes a schedule once, and brings it up to date at every start of a worker; one that was paused stays paused. */
export async function ensureSchedule(client: Client, taskQueue: string, timetable: Timetable): Promise<void> {
  const { name, workflowType, args, spec, catchupWindow } = timetable;
  const scheduleId = `${name}/${taskQueue}`;
  const wanted = {
    spec,
    action: {
      type: 'startWorkflow' as const,
      workflowType,
      workflowId: `${name}/scheduled/${taskQueue}`,
      taskQueue,
      args,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
  };
  try {
    await client.schedule.create({ scheduleId, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...wanted, state }));
  }
}
