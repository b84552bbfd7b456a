import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type RawBuilder, sql } from 'kysely';

/**
 * Traces (链路追踪): a request's way through the act, the outbox, the workflow and its activities, as spans of one trace. Terms: a *span* is one
 * step with its times; its *traceparent* (W3C) names it to whoever goes on elsewhere, and is what a job carries. A trace begins with a
 * request (api/plugins/traced.ts) and nowhere else: everything here continues one, or does nothing. Without an exporter (bin/lib/traces.ts)
 * there is never one, and all of this costs a look at an empty context. Attributes are codes, routes and ids: nothing that names anybody.
 */

type SpanOptions = { kind?: SpanKind; attributes?: Attributes; parent?: Span | null };

const tracer = (): Tracer => trace.getTracer('xueshi');

/** Whether what runs now belongs to a trace that is kept. */
export const isTraced = (): boolean => trace.getActiveSpan()?.isRecording() === true;

/**
 * Does the work as a span below `parent`, by default below the one that is under way; where there is none, or it is not kept, just does it.
 * A failure is told by the error's type and code: messages carry what people typed.
 */
export async function inSpan<T>(
  name: string,
  { kind = SpanKind.INTERNAL, attributes, parent }: SpanOptions,
  work: () => Promise<T>,
): Promise<T> {
  const above = parent ?? trace.getActiveSpan();
  if (above?.isRecording() !== true) return work();
  return inChild(tracer().startSpan(name, { kind, ...(attributes && { attributes }) }, below(above)), work);
}

/**
 * Does the work as a span below the one another process named; without a name, just does it.
 * @param cause a traceparent
 */
export async function inSpanOf<T>(
  cause: string | null,
  name: string,
  { kind = SpanKind.INTERNAL, attributes }: Omit<SpanOptions, 'parent'>,
  work: () => Promise<T>,
): Promise<T> {
  const origin = contextOf(cause);
  if (origin === null) return work();
  return inChild(tracer().startSpan(name, { kind, ...(attributes && { attributes }) }, origin), work);
}

async function inChild<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await context.with(below(span), work);
  } catch (error) {
    failed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

const below = (span: Span): Context => trace.setSpan(context.active(), span);

/** Marks a span as failed, without the error's words. */
export function failed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' || typeof code === 'number') span.setAttribute('xueshi.error_code', code);
}

/** The span under way, by the name that others continue it by; null where nothing is traced. */
export function traceparent(): string | null {
  const span = trace.getActiveSpan();
  return span?.isRecording() === true ? traceparentOf(span) : null;
}

export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The context below a traceparent; null for none, for one that is not well-formed, and for a trace that is not kept. */
export function contextOf(name: string | null): Context | null {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(name ?? '') ?? [];
  const origin = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  const isKept = isSpanContextValid(origin) && (origin.traceFlags & TraceFlags.SAMPLED) !== 0;
  return isKept ? trace.setSpanContext(ROOT_CONTEXT, origin) : null;
}

/** A job's payload, which says in which trace it goes on. */
export function tracedJob(payload: Record<string, unknown>): string {
  const name = traceparent();
  return JSON.stringify(name === null ? payload : { ...payload, traceparent: name });
}

/** The same of a payload that is an SQL expression of type json. */
export function tracedJson(payload: RawBuilder<unknown>): RawBuilder<unknown> {
  const name = traceparent();
  return name === null ? payload : sql`(${payload}::jsonb || jsonb_build_object('traceparent', ${name}::text))::json`;
}

/** One statement as a span that says what it does to which tables, never with which values. */
export const inStatement = <T>(text: string, work: () => Promise<T>): Promise<T> =>
  isTraced()
    ? inSpan(
        summaryOf(text),
        { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql', 'db.query.summary': summaryOf(text) } },
        work,
      )
    : work();

const MAX_SUMMARIES = 500;
const MAX_TABLES = 6;
const summaries = new Map<string, string>();

/** `with … insert into audit … from claim` → `WITH audit claim`: the first word, and the tables in their order. */
function summaryOf(text: string): string {
  const known = summaries.get(text);
  if (known !== undefined) return known;
  const [, verb = ''] = /^\s*\(*\s*([a-z]+)/i.exec(text) ?? [];
  const own = new Set(
    [...text.matchAll(/([a-z_]+)\s+as\s+(?:(?:not\s+)?materialized\s+)?\(/gi)].map(([, name]) => name),
  );
  const tables = [...text.matchAll(/\b(?:from|join|into|update)\s+"?([a-z_][a-z0-9_]*)"?/gi)]
    .map(([, name = '']) => name)
    .filter((name) => !own.has(name) && !NO_TABLES.has(name.toLowerCase()));
  const summary = [verb.toUpperCase(), ...[...new Set(tables)].slice(0, MAX_TABLES)].join(' ');
  if (summaries.size < MAX_SUMMARIES) summaries.set(text, summary);
  return summary;
}
/** Words that follow `from` or `update` without being a table: `do update set`, `for update of`. */
const NO_TABLES = new Set(['set', 'of', 'skip', 'nowait', 'unnest', 'select', 'lateral', 'generate_series', 'only']);
