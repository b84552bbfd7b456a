import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import pg from 'pg';

/** COPY over one connection, as a stream: pg knows the messages and leaves what they bring to whoever asks. */

/** What of pg's connection COPY needs; its types leave the last three out. */
type Wire = {
  stream: Duplex;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(why: string): void;
};

/**
 * Writes what a table holds to `sink`, in COPY's text form.
 * @param what a table with its columns, quoted
 * @returns how many rows
 * @throws what PostgreSQL or the sink says; after a fault of the sink the connection is gone
 */
export async function copyOut(client: pg.Client, what: string, sink: Writable): Promise<number> {
  const query = new CopyOut(`copy ${what} to stdout`, sink);
  const rows = rowsOf(client, query);
  const fault = faultOf(sink);
  try {
    const count = await Promise.race([rows, fault.promise]);
    query.flush();
    return count;
  } finally {
    fault.forget();
    // The fault of a broken connection follows that of the sink, and nobody waits for it any more.
    rows.catch(() => undefined);
  }
}

/**
 * Fills a table with what `copyOut` wrote.
 * @returns how many rows
 */
export const copyIn = (client: pg.Client, what: string, source: Readable): Promise<number> =>
  rowsOf(client, new CopyIn(`copy ${what} from stdin`, source));

const rowsOf = (client: pg.Client, query: pg.Query): Promise<number> =>
  new Promise((resolve, reject) => {
    query.on('error', reject);
    query.on('end', (result) => {
      resolve(result.rowCount ?? 0);
    });
    client.query(query);
  });

function faultOf(sink: Writable): { promise: Promise<never>; forget(): void } {
  let forget = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    sink.once('error', reject);
    forget = () => void sink.off('error', reject);
  });
  return { promise, forget };
}

class CopyOut extends pg.Query {
  readonly #sink: Writable;
  #rows: Buffer[] = [];
  #bytes = 0;

  constructor(text: string, sink: Writable) {
    super(text);
    this.#sink = sink;
  }

  /** pg's own handler, called for each row. A sink that broke ends the connection, for what is under way has no other end. */
  handleCopyData({ chunk }: { chunk: Buffer }, { stream }: Wire): void {
    if (this.#sink.destroyed) {
      stream.destroy();
      return;
    }
    // The parser uses its memory again.
    this.#rows.push(Buffer.from(chunk));
    this.#bytes += chunk.length;
    if (this.#bytes >= BATCH_BYTES && !this.flush()) this.#wait(stream);
  }

  /** Hands over what has come. @returns false when the sink is full */
  flush(): boolean {
    const batch = Buffer.concat(this.#rows);
    this.#rows = [];
    this.#bytes = 0;
    return batch.length === 0 || this.#sink.write(batch);
  }

  /** PostgreSQL waits while the sink is full; what had been read of the connection still comes. */
  #wait(stream: Duplex): void {
    if (stream.isPaused()) return;
    stream.pause();
    const goOn = (): void => {
      for (const event of ['drain', 'close']) this.#sink.off(event, goOn);
      stream.resume();
    };
    for (const event of ['drain', 'close']) this.#sink.on(event, goOn);
  }
}

const BATCH_BYTES = 64 * 1024;

class CopyIn extends pg.Query {
  readonly #source: Readable;

  constructor(text: string, source: Readable) {
    super(text);
    this.#source = source;
  }

  handleCopyInResponse(wire: Wire): void {
    pour(this.#source, wire).catch((error: unknown) => {
      wire.sendCopyFail(error instanceof Error ? error.message : String(error));
    });
  }
}

async function pour(source: Readable, wire: Wire): Promise<void> {
  for await (const chunk of source as AsyncIterable<Buffer>) {
    wire.sendCopyFromChunk(chunk);
    if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain');
  }
  wire.endCopyFrom();
}
