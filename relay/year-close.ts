import {
  type Client,
  type ScheduleOptions,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { z } from 'zod';
import { MEASURES_FROM_YEAR } from '../rules/parameters.ts';
import { yearClosesOn } from '../rules/year.ts';
import { type YearCloseInput, yearCloseWorkflowId } from '../workflows/messages.ts';
import { ensureSchedule } from './schedules.ts';

type Close = (input: YearCloseInput) => Promise<unknown>;

export const closeYearPayload = z.object({ year: z.number().int() });

/** Starts the closing of a year unless it runs; one that has ended starts again and finds nothing to do. */
export async function closeYear(
  { client, taskQueue }: { client: Client; taskQueue: string },
  { year }: z.infer<typeof closeYearPayload>,
): Promise<void> {
  try {
    await client.workflow.start<Close>('yearClose', {
      workflowId: yearCloseWorkflowId(year),
      taskQueue,
      args: [{ years: [year] }],
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

const MONTHS = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;
/** Temporal's calendars end with this year. */
const LAST_CLOSING = 2100;

/** Two in the morning (Asia/Shanghai) of the first day on which no claim for a year is taken. */
export function yearCloseSpec(): ScheduleOptions['spec'] {
  const years = Array.from({ length: LAST_CLOSING - MEASURES_FROM_YEAR }, (_, at) => MEASURES_FROM_YEAR + at);
  const calendars = years.map((year) => {
    const [closing, month, date] = yearClosesOn(year).split('-').map(Number);
    return {
      year: closing ?? year + 1,
      month: MONTHS[(month ?? 4) - 1] ?? 'APRIL',
      dayOfMonth: date ?? 1,
      hour: 2,
      comment: `closes ${year}`,
    };
  });
  return { calendars, timezone: 'Asia/Shanghai' };
}

/** The schedule that closes each year by itself. */
export const ensureYearCloseSchedule = (client: Client, taskQueue: string): Promise<void> =>
  ensureSchedule(client, taskQueue, {
    name: 'year-close',
    workflowType: 'yearClose',
    args: [{}],
    spec: yearCloseSpec(),
    catchupWindow: '300 days',
  });
