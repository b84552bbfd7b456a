import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP's JSON has it. */
export type Received = {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string | undefined;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Record<string, unknown>;
};

type Value = { stringValue?: string; intValue?: number; doubleValue?: number; boolValue?: boolean };
type Attribute = { key: string; value: Value };
type Sent = {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: (Omit<Received, 'service' | 'attributes'> & { attributes: Attribute[] })[] }[];
  }[];
};

/** A collector of traces (OTLP over HTTP, JSON) that keeps what it gets. With `hang` it takes everything and never answers. */
export async function startCollector({ hang = false } = {}) {
  const spans: Received[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      bodies.push(body);
      spans.push(...spansOf(JSON.parse(body) as Sent));
      if (!hang) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    /** The names of a span and of everything above it, up to where its trace began. */
    wayTo: (span: Received): string[] => wayTo(spans, span),
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function wayTo(spans: readonly Received[], span: Received): string[] {
  const above = spans.find(({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId);
  if (span.parentSpanId === undefined) return [span.name];
  return [...(above ? wayTo(spans, above) : ['(missing)']), span.name];
}

const spansOf = ({ resourceSpans }: Sent): Received[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        ...span,
        service: String(read(resource.attributes)['service.name']),
        attributes: read(span.attributes),
      })),
    ),
  );

const read = (attributes: Attribute[]): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue,
    ]),
  );
