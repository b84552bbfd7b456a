import { fileURLToPath } from 'node:url';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { defaultPayloadConverter, type WorkflowClientInterceptor } from '@temporalio/client';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { Headers } from '@temporalio/workflow';
import { contextOf, inSpan, inSpanOf, traceparent } from '../../db/spans.ts';
import { TRACE_HEADER, type TraceSinks } from '../../workflows/traced.ts';
import type { Traces } from './traces.ts';

/**
 * Traces on their way through Temporal: a start or a signal carries its span's name as a header, workflows/traced.ts hands it to the
 * activities it brings about, and here they become spans. The SDK's own package is not used: docs/decisions/0047-traces.md says why.
 */

/** For the client that rings workflows; what is asked of Temporal outside a trace, such as the canary, is no part of one. */
export const tracedCalls: WorkflowClientInterceptor = {
  startWithDetails: (input, next) =>
    calling(`StartWorkflow:${input.workflowType}`, input.options.workflowId, () =>
      next({ ...input, headers: withTrace(input.headers) }),
    ),
  signal: (input, next) =>
    calling(`SignalWorkflow:${input.signalName}`, input.workflowExecution.workflowId, () =>
      next({ ...input, headers: withTrace(input.headers) }),
    ),
  signalWithStart: (input, next) =>
    calling(`SignalWithStartWorkflow:${input.workflowType}`, input.options.workflowId, () =>
      next({ ...input, headers: withTrace(input.headers) }),
    ),
};

const calling = <T>(name: string, workflowId: string, call: () => Promise<T>): Promise<T> =>
  inSpan(name, { kind: SpanKind.CLIENT, attributes: ofWorkflow(workflowId) }, call);

/** Workflow ids are a kind and the id of a claim or case. */
const ofWorkflow = (workflowId: string): Attributes => ({ 'xueshi.workflow_id': workflowId });

function withTrace(headers: Headers): Headers {
  const name = traceparent();
  return name === null ? headers : { ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(name) };
}

/** For a worker: every try of an activity that belongs to a trace is a span of it, with its statements below. */
export const tracedSteps: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute: (input, next) => {
      const header = input.headers[TRACE_HEADER];
      const cause: unknown = header && defaultPayloadConverter.fromPayload(header);
      const attributes = { ...ofWorkflow(info.workflowExecution?.workflowId ?? ''), 'xueshi.attempt': info.attempt };
      const name = `RunActivity:${info.activityType}`;
      return inSpanOf(typeof cause === 'string' ? cause : null, name, { attributes }, () => next(input));
    },
  },
});

/** What a worker that exports traces adds to its workflows' bundle, and the other end of it. */
export const tracedWorkflows = fileURLToPath(new URL('../../workflows/traced.ts', import.meta.url));

/** Makes spans of the starts and signals that reached their workflow: moments, since a workflow may go on for years. */
export const traceSinks = (traces: Traces): InjectedSinks<TraceSinks> => ({
  traces: {
    arrived: {
      fn: ({ workflowId }, { name, cause, spanId }) => {
        const parent = contextOf(cause);
        if (parent === null) return;
        const attributes = ofWorkflow(workflowId);
        traces.startAs({ spanId }, name, { kind: SpanKind.CONSUMER, attributes }, parent).end();
      },
    },
  },
});
