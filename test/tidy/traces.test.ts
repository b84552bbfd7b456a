import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { JobHelpers } from 'graphile-worker';
import { sql } from 'kysely';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readConfig, TRACE_SETTINGS } from '../../bin/config.ts';
import { openLog } from '../../bin/lib/log.ts';
import { openTraces, requestTraces, type Traces } from '../../bin/lib/traces.ts';
import { inSpan, inStatement, isTraced, tracedJob, tracedJson, traceparent } from '../../db/spans.ts';
import { inTraces } from '../../relay/traced.ts';
import { startCollector } from '../support/collector.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  vi.unstubAllEnvs();
});

const collecting = async (how?: { hang: boolean }) => {
  const collector = await startCollector(how);
  endings.push(() => collector.close());
  return collector;
};

/** Traces as a process opens them; what it would complain of is noted. */
function opened(env: Record<string, string>) {
  const complaints: unknown[] = [];
  const traces = openTraces(readConfig(env, TRACE_SETTINGS), 'xueshi-test', (fault) => complaints.push(fault));
  if (!traces) throw new Error('no traces');
  endings.push(() => traces.close());
  return { traces, complaints };
}

/** Does the work in a request's trace. */
async function inRequest<T>(traces: Traces, work: () => Promise<T>, requestId = randomUUID()): Promise<T> {
  const span = requestTraces(traces)(requestId, 'GET /test', {});
  try {
    return await inSpan('work', { parent: span }, work);
  } finally {
    span.end();
  }
}

describe('without a collector', () => {
  test('nothing is traced, and a job’s payload is as it was', async () => {
    expect(openTraces(readConfig({}, TRACE_SETTINGS), 'xueshi-test', () => undefined)).toBeUndefined();
    const payload = sql`json_build_object()`;
    const seen = await inSpan('act', {}, () =>
      Promise.resolve({
        isTraced: isTraced(),
        name: traceparent(),
        job: tracedJob({ claimId: 'c' }),
        payload: tracedJson(payload),
      }),
    );
    expect(seen).toEqual({ isTraced: false, name: null, job: '{"claimId":"c"}', payload });
  });
});

describe('a collector', () => {
  test('gets what a process that stops has left; of a failure the type and the code, never its words', async () => {
    const collector = await collecting();
    const { traces, complaints } = opened({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/` });
    const requestId = randomUUID();
    const failing = Object.assign(new Error('invalid input: "欧阳无痕"'), { code: '22P02' });
    const statement =
      'with c as (select) insert into claim (title) select $1 from person on conflict do update set title = $1';
    const work = inRequest(traces, () => inStatement(statement, () => Promise.reject(failing)), requestId);
    await expect(work).rejects.toThrow();
    await traces.close();
    const traceId = requestId.replaceAll('-', '');
    expect(collector.spans.map(({ name, service }) => [service, name]).sort()).toEqual([
      ['xueshi-test', 'GET /test'],
      ['xueshi-test', 'WITH claim person'],
      ['xueshi-test', 'work'],
    ]);
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(collector.spans.find(({ name }) => name === 'work')?.attributes).toEqual({
      'error.type': 'Error',
      'xueshi.error_code': '22P02',
    });
    expect(collector.bodies.join('')).not.toContain('欧阳无痕');
    expect(complaints).toEqual([]);
  });

  test('gets the requests that the sampler keeps, whole, and nothing of the others', async () => {
    const collector = await collecting();
    const { traces } = opened({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.5',
      OTEL_SERVICE_NAME: 'by-its-name',
    });
    const names: (string | null)[] = [];
    for (let i = 0; i < 200; i += 1) names.push(await inRequest(traces, () => Promise.resolve(traceparent())));
    await traces.close();
    const kept = names.filter((name) => name !== null).length;
    expect(kept).toBeGreaterThan(50);
    expect(kept).toBeLessThan(150);
    expect(collector.spans).toHaveLength(2 * kept);
    expect(collector.spans[0]?.service).toBe('by-its-name');
  });

  test.each([
    ['is away', () => Promise.resolve('http://127.0.0.1:1')],
    ['refuses', refusing],
    ['never answers', async () => (await collecting({ hang: true })).endpoint],
  ])('that %s costs no request anything, is said once a minute, and lets the process go', async (_how, where) => {
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '1');
    const { traces, complaints } = opened({ OTEL_EXPORTER_OTLP_ENDPOINT: await where() });
    const before = process.memoryUsage().heapUsed;
    // Past what the queue holds. That it comes to its end is the proof that nothing waits: a delivery takes up to three seconds.
    for (let i = 0; i < 3_000; i += 1) {
      await inRequest(traces, () => Promise.resolve());
      if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 2 ** 20);
    const from = performance.now();
    await traces.close();
    expect(performance.now() - from).toBeLessThan(15_000);
    expect(complaints).toHaveLength(1);
  });
});

async function refusing(): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(400).end('no'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a job', () => {
  const run = async (payload: unknown): Promise<unknown> => {
    const job = { id: '7', attempts: 1, run_at: new Date(Date.now() + 60_000) };
    let seen: unknown;
    const { ring } = inTraces({
      ring: (given) => {
        seen = { given, isTraced: isTraced() };
      },
    });
    await ring?.(payload, { job } as JobHelpers);
    return seen;
  };

  test('of an act that was not traced, of an older release, or with a name that is none, just runs', async () => {
    const collector = await collecting();
    opened({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    const unsampled = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
    for (const name of [undefined, null, 7, '', 'x', `00-${'0'.repeat(32)}-${'2'.repeat(16)}-01`, unsampled]) {
      const payload = { claimId: randomUUID(), traceparent: name };
      expect(await run(payload), String(name)).toEqual({ given: payload, isTraced: false });
    }
    expect(await run(null)).toEqual({ given: null, isTraced: false });
  });

  test('of a traced act goes on below it, and has not waited for less than nothing where clocks differ', async () => {
    const collector = await collecting();
    const { traces } = opened({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    const claimId = randomUUID();
    await inRequest(traces, async () => {
      const payload: unknown = JSON.parse(tracedJob({ claimId }));
      expect(await run(payload)).toEqual({ given: payload, isTraced: true });
    });
    await traces.close();
    const job = collector.spans.find(({ name }) => name === 'ring');
    if (!job) throw new Error('no span');
    expect(collector.wayTo(job)).toEqual(['GET /test', 'work', 'outbox ring', 'ring']);
    expect(job.attributes).toEqual({ 'xueshi.job': '7', 'xueshi.attempt': 1, 'xueshi.claim_id': claimId });
    for (const { startTimeUnixNano: from, endTimeUnixNano: to } of collector.spans)
      expect(BigInt(to)).toBeGreaterThanOrEqual(BigInt(from));
  });
});

test('a line that is logged in a trace carries its id, any other none', async () => {
  const collector = await collecting();
  const { traces } = opened({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
  const lines: string[] = [];
  const log = openLog('test', 'info', { write: (line) => lines.push(line) });
  const requestId = randomUUID();
  log.info('before');
  await inRequest(
    traces,
    () => {
      log.info('within');
      return Promise.resolve();
    },
    requestId,
  );
  expect(lines.map((line) => (JSON.parse(line) as { trace_id?: string }).trace_id)).toEqual([
    undefined,
    requestId.replaceAll('-', ''),
  ]);
});

test('a span whose id is known has that id, and the next one another', async () => {
  const collector = await collecting();
  const { traces } = opened({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
  const spans = [{ spanId: 'a'.repeat(16) }, {}].map((ids) => traces.startAs(ids, 'one', {}, ROOT_CONTEXT));
  expect(spans.map((span) => span.spanContext().spanId === 'a'.repeat(16))).toEqual([true, false]);
});

test('what is wrong with the settings is told with all others, the collector’s token never', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'pl4nted',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_TRACES_SAMPLER: 'often',
    OTEL_TRACES_SAMPLER_ARG: '2',
  };
  const read = () => readConfig(env, TRACE_SETTINGS);
  expect(read).toThrow(/写错了 5 项设置/);
  expect(read).not.toThrow(/pl4nted/);
});
