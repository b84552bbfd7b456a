import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Bucket } from '../../api/evidence/s3.ts';

/** What befalls one request on its way: its answer is lost, it is put off, it is altered, or never answered. */
type Fate = 'answer-lost' | 'later' | 'altered' | 'silence';

export type S3Door = {
  /** The bucket as it is reached through the door. */
  through(bucket: Bucket): Bucket;
  /** The next requests of the method meet these, one each. */
  next(method: string, ...fates: Fate[]): void;
  close(): Promise<void>;
};

/** A door before an S3 server, through which things go wrong when they are told to. */
export async function s3Door(endpoint: string): Promise<S3Door> {
  const waiting: { method: string; fate: Fate }[] = [];
  const server = createServer((request, response) => {
    const i = waiting.findIndex(({ method }) => method === request.method);
    const [meets] = i < 0 ? [] : waiting.splice(i, 1);
    pass(endpoint, request, response, meets?.fate).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    through: (bucket) => ({ ...bucket, endpoint: `http://127.0.0.1:${String(port)}` }),
    next: (method, ...fates) => {
      waiting.push(...fates.map((fate) => ({ method, fate })));
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function pass(to: string, request: IncomingMessage, response: ServerResponse, fate?: Fate): Promise<void> {
  if (request.headers.expect !== undefined) response.writeContinue();
  const body = await buffer(request);
  if (fate === 'silence') return;
  if (fate === 'later') {
    response.writeHead(503, { 'content-type': 'application/xml' });
    response.end('<Error><Code>SlowDown</Code><Message>later</Message></Error>');
    return;
  }
  if (fate === 'altered') body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
  const { method, url, headers } = request;
  const { expect: _, ...passed } = headers;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(new URL(url ?? '/', to), { method, headers: passed }, resolve)
      .once('error', reject)
      .end(body);
  });
  const content = await buffer(answer);
  if (fate === 'answer-lost') {
    response.destroy();
    return;
  }
  response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
  response.end(content);
}
