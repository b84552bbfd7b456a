import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import type { RouteName } from '../../contract/routes.ts';
import type { Deps } from '../deps.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What everything done for this request is part of; null where it is not traced. */
    span: Span | null;
  }
}

/** Asked every few seconds by whoever watches, for ever. */
const UNTRACED: ReadonlySet<string> = new Set<RouteName>(['live', 'ready']);

/**
 * A request for a route of the contract begins a trace: its span names method, route and status, never the address asked or who asks. A
 * `traceparent` that comes with the request is not obeyed: strangers could write into each other's traces, and have kept what they like.
 */
export function traced(app: FastifyInstance, { beginTrace }: Deps): void {
  app.decorateRequest('span', null);
  if (!beginTrace) return;
  app.addHook('onRequest', async (request, reply) => {
    const { config, url = '' } = request.routeOptions;
    if (config.routeName === undefined || UNTRACED.has(config.routeName)) return;
    const span = beginTrace(request.id, `${request.method} ${url}`, {
      'http.request.method': request.method,
      'http.route': url,
    });
    if (!span.isRecording()) return;
    request.span = span;
    const log = request.log.child({ trace_id: span.spanContext().traceId });
    request.log = log;
    reply.log = log;
  });
  app.addHook('onResponse', async ({ span, problem }, { statusCode }) => {
    if (span === null) return;
    span.setAttribute('http.response.status_code', statusCode);
    if (problem !== null) span.setAttribute('xueshi.problem', problem);
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
}
