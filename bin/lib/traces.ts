import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Settings, TRACE_SETTINGS } from '../config.ts';

/**
 * The traces of a process: where its spans (db/spans.ts) go. They wait in memory, 2,048 at most, and are sent off in the background; what a
 * collector does not take, because it is away, slow or refuses, is dropped and said once a minute. Nothing ever waits for it.
 */
export type Traces = {
  /** Begins a span whose trace, or whose own id, is known beforehand. */
  startAs(ids: KnownIds, name: string, options: SpanOptions, parent?: Context): Span;
  /** Sends what is left, for a few seconds at most. Nothing is traced afterwards. */
  close(): Promise<void>;
};

export type TraceSettings = Pick<Settings, (typeof TRACE_SETTINGS)[number]>;
type KnownIds = { traceId?: string; spanId?: string };

/** A batch that the collector has not taken by then is lost; it is also what a stopping process waits for. */
const DELIVERY_MS = 3_000;
const CLOSING_MS = 5_000;
const COMPLAIN_EVERY_MS = 60_000;

/**
 * Opens the process's traces.
 * @param service its name where OTEL_SERVICE_NAME gives none
 * @param complain told of spans that were lost, once a minute at most
 * @returns undefined where no collector is named: then nothing is traced
 */
export function openTraces(
  settings: TraceSettings,
  service: string,
  complain: (fault: unknown) => void,
): Traces | undefined {
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  const ids = new Ids();
  const provider = new BasicTracerProvider({
    resource: new Resource({ 'service.name': settings.OTEL_SERVICE_NAME ?? service }),
    sampler: samplerOf(settings.OTEL_TRACES_SAMPLER, settings.OTEL_TRACES_SAMPLER_ARG),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(exporterTo(endpoint))],
  });
  const lost = atMostEvery(COMPLAIN_EVERY_MS, complain);
  setGlobalErrorHandler(lost);
  provider.register({ contextManager: new AsyncContexts(), propagator: null });
  return {
    startAs: (known, name, options, parent = ROOT_CONTEXT) =>
      ids.using(known, () => trace.getTracer('xueshi').startSpan(name, options, parent)),
    close: () => within(CLOSING_MS, provider.shutdown().catch(lost)),
  };
}

/** A request's trace has the request's id, a UUID, without its dashes: what people are told, the audit and the log lead to it. */
export const requestTraces =
  (traces: Traces) =>
  (requestId: string, name: string, attributes: Attributes): Span =>
    traces.startAs({ traceId: requestId.replaceAll('-', '') }, name, { kind: SpanKind.SERVER, attributes });

/** The collector's headers it reads from OTEL_EXPORTER_OTLP_HEADERS by itself. */
const exporterTo = (endpoint: string): OTLPTraceExporter =>
  new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: DELIVERY_MS,
    concurrencyLimit: 8,
  });

function samplerOf(name: TraceSettings['OTEL_TRACES_SAMPLER'], ratio: number): Sampler {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  }
}

/** Chance gives the ids, except while a span begins whose ids are known. */
class Ids implements IdGenerator {
  readonly #chance = new RandomIdGenerator();
  #known: KnownIds = {};

  using<T>(known: KnownIds, begin: () => T): T {
    this.#known = known;
    try {
      return begin();
    } finally {
      this.#known = {};
    }
  }

  generateTraceId = (): string => this.#known.traceId ?? this.#chance.generateTraceId();
  generateSpanId = (): string => this.#known.spanId ?? this.#chance.generateSpanId();
}

/** Which span is under way, also across what is awaited. */
class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => fn.apply(thisArg, args));
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target;
    const bound = (...args: unknown[]): unknown =>
      this.with(active, () => Reflect.apply(target, undefined, args) as unknown);
    return bound as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

function atMostEvery(ms: number, say: (fault: unknown) => void): (fault: unknown) => void {
  let quietUntil = 0;
  return (fault) => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + ms;
    say(fault);
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
  context.disable();
  trace.disable();
}
