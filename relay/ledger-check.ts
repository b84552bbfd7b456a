import type { Client } from '@temporalio/client';
import { ensureSchedule } from './schedules.ts';

/** The schedule of the ledger's nightly verification, at three in the morning. */
export const ensureLedgerCheckSchedule = (client: Client, taskQueue: string): Promise<void> =>
  ensureSchedule(client, taskQueue, {
    name: 'ledger-check',
    workflowType: 'ledgerCheck',
    args: [],
    spec: { calendars: [{ hour: 3, comment: 'the ledger is verified' }], timezone: 'Asia/Shanghai' },
    catchupWindow: '1 day',
  });
