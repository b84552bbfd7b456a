import { defaultPayloadConverter, type LocalActivityInput } from '@temporalio/workflow';
import { expect, test } from 'vitest';
import { type Arrival, Causes, TRACE_HEADER } from '../../workflows/traced.ts';

/** Which act a step is told to be caused by. That a whole run tells it right is seen in test/system/health.test.ts. */

const nameOf = (trace: string, span: string) => `00-${trace.repeat(32)}-${span.repeat(16)}-01`;
const headers = (cause: unknown) => ({ [TRACE_HEADER]: defaultPayloadConverter.toPayload(cause) });
const START = { name: 'StartWorkflow:claim', mask: 0xf };
const SIGNAL = { name: 'HandleSignal:acted', mask: 0x5 };

function workflow() {
  const told: Arrival[] = [];
  const causes = new Causes((arrival) => told.push(arrival));
  const stepOf = (args: unknown[], attempt = 1): unknown => {
    const step = { args, attempt, headers: {} } as unknown as LocalActivityInput;
    const header = causes.toldTo(step).headers[TRACE_HEADER];
    return header && defaultPayloadConverter.fromPayload(header);
  };
  const signal = (cause: unknown, args: unknown[] = []) => causes.arrived({ headers: headers(cause), args }, SIGNAL);
  return { causes, told, stepOf, signal };
}

test('two acts that rang before either was applied: each step belongs to its own', () => {
  const { signal, stepOf } = workflow();
  signal(nameOf('a', '1'), [{ seq: 2 }]);
  signal(nameOf('b', '2'), [{ seq: 3 }]);
  expect(stepOf([{ claimId: 'c', seq: 2 }])).toBe(nameOf('a', '4'));
  expect(stepOf([{ claimId: 'c', seq: 3 }])).toBe(nameOf('b', '7'));
});

test('a step that names no act was caused by what arrived last; one that a timer brings about by nobody', () => {
  const { causes, signal, stepOf } = workflow();
  causes.arrived({ headers: headers(nameOf('a', '1')), args: [{ claimId: 'c' }] }, START);
  expect(stepOf(['c'])).toBe(nameOf('a', 'e'));
  signal(nameOf('b', '2'));
  expect(stepOf(['c'])).toBe(nameOf('b', '7'));
  causes.timerFired();
  expect(stepOf(['c'])).toBeUndefined();
});

test('a step that is tried again after the timer between two tries keeps its cause', () => {
  const { causes, signal, stepOf } = workflow();
  signal(nameOf('a', '1'));
  stepOf(['c']);
  causes.timerFired();
  expect(stepOf(['c'], 2)).toBe(nameOf('a', '4'));
  expect(stepOf(['c'])).toBeUndefined();
});

test('a signal outside any trace, or with somebody else’s header, causes nothing and harms nothing', () => {
  const { causes, told, signal, stepOf } = workflow();
  signal(nameOf('a', '1'));
  causes.arrived({ headers: {}, args: [] }, SIGNAL);
  expect(stepOf(['c'])).toBeUndefined();
  for (const cause of [7, 'x', '', null, { traceparent: nameOf('a', '1') }]) signal(cause);
  const unread = { metadata: { encoding: new TextEncoder().encode('binary/strange') } };
  causes.arrived({ headers: { [TRACE_HEADER]: unread }, args: [null] }, SIGNAL);
  expect(stepOf([null])).toBeUndefined();
  expect(told).toHaveLength(1);
});

test('of one call that starts and signals, start and signal are two spans', () => {
  const { causes, told, signal } = workflow();
  causes.arrived({ headers: headers(nameOf('a', '1')), args: [] }, START);
  signal(nameOf('a', '1'));
  expect(new Set(told.map(({ spanId }) => spanId)).size).toBe(2);
});
