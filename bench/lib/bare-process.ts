import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { bareClaim, decide, decided } from './bare-workflow.ts';
import { now, together } from './load.ts';
import { rounded, summary } from './measure.ts';

/** Worker and client of the bare workflow in one process, as in the peers: the floor of any Temporal application here. */

/** What the parent asks for. */
export interface BareOrder {
  claims: number;
  callers: number;
  tag: string;
  /** Signals are sent at once and may share a workflow task; an update is answered when the workflow has taken it. */
  manner: 'signals' | 'updates';
}

/** What one order came to. */
export type BareResult = Awaited<ReturnType<typeof run>>;

const STEPS = ['first', 'ind', 'hrss', 'pind', 'phrss'];
const address = process.argv[2] ?? '';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});
const connection = await NativeConnection.connect({ address });
const client = new Client({ connection: await Connection.connect({ address }) });
const worker = await Worker.create({
  connection,
  taskQueue: 'bare',
  workflowsPath: fileURLToPath(new URL('./bare-workflow.ts', import.meta.url)),
  maxCachedWorkflows: 2_000,
  maxConcurrentWorkflowTaskExecutions: 100,
});
const running = worker.run();
process.on('message', (order: BareOrder) => {
  run(order).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ errors: 1, firstErrors: [String(error)] }),
  );
});
process.once('disconnect', () => {
  worker.shutdown();
});
process.send?.('ready');
await running;
await Promise.all([connection.close(), client.connection.close()]);

async function run({ claims, callers, tag, manner }: BareOrder) {
  const starts: number[] = [];
  const decisions: number[] = [];
  const whole: number[] = [];
  const began = now();
  const numbers = Array.from({ length: claims }, (_, i) => i);
  const errors = await together(numbers, callers, async (i) => {
    const at = now();
    const handle = await client.workflow.start(bareClaim, {
      taskQueue: 'bare',
      workflowId: `${tag}-${String(i)}`,
      args: [fields(i)],
    });
    starts.push(now() - at);
    for (const step of STEPS) {
      const sent = now();
      if (manner === 'signals') await handle.signal(decided, step, 'approve');
      else await handle.executeUpdate(decide, { args: [step, 'approve'] });
      decisions.push(now() - sent);
    }
    if ((await handle.result()) !== 5) throw new Error('a wrong result');
    whole.push(now() - at);
  });
  const seconds = (now() - began) / 1000;
  return {
    claims,
    callers,
    errors: errors.length,
    firstErrors: errors.slice(0, 3),
    seconds: rounded(seconds),
    claimsPerS: rounded(whole.length / seconds, 1),
    startMs: summary(starts),
    decisionMs: summary(decisions),
    claimMs: summary(whole),
    historyEvents:
      whole.length > 0 ? ((await client.workflow.getHandle(`${tag}-0`).fetchHistory()).events?.length ?? 0) : 0,
  };
}

function fields(i: number): Record<string, unknown> {
  return {
    personId: `P${String(100_000 + i)}`,
    year: 2026,
    form: 'academic-conference',
    hours: 8 + (i % 80),
    title: '工程师',
    employerOrg: 'emp-city',
    industryOrg: 'ind-420500-health',
    hrssOrg: 'hrss-420500',
    provIndustryOrg: 'ind-420000-health',
    provHrssOrg: 'hrss-420000',
  };
}
