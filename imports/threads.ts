import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** Work that would hold a serving thread for seconds, in threads of its own: few at once, some more waiting, the rest told to come again. */

/** Too many wait already. */
export class BusyError extends Error {
  constructor() {
    super('all threads are taken, and as many wait as may');
  }
}

/** The thread used more memory or time than its work may. */
export class TooMuchError extends Error {}

type Bounds = {
  /** Threads that run. */
  atOnce: number;
  /** Who waits for one. */
  waiting: number;
  /** The heap of one. */
  heapMiB: number;
  /** How long one answer may take. */
  answerMs: number;
};

/** A thread that answers one question after the other. */
export type Thread<Q, A> = {
  /** @throws TooMuchError, or what the thread failed with */
  ask(question: Q): Promise<A>;
  /** Must be called, once or more: the next who waits gets its place. */
  end(): Promise<void>;
};

/** One small pool: begins a thread for each piece of work, since one that has read a large file keeps what it needed for it. */
export class Threads {
  readonly #bounds: Bounds;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /**
   * @param script the thread's file
   * @param task what `taskOf` gives the thread
   * @throws BusyError at once when too many wait
   */
  async begin<Q, A>(script: string, task: unknown): Promise<Thread<Q, A>> {
    await this.#enter();
    const worker = this.#beginWorker(script, task);
    const gone = goneBy(worker);
    let isEnded = false;
    return {
      ask: (question) => Promise.race([this.#answer<A>(worker, question), gone]),
      end: async () => {
        if (isEnded) return;
        isEnded = true;
        await worker.terminate();
        this.#leave();
      },
    };
  }

  /** A thread that cannot even begin leaves its place to the next. */
  #beginWorker(script: string, task: unknown): Worker {
    try {
      return new Worker(path.join(import.meta.dirname, 'thread.mjs'), {
        workerData: { script: pathToFileURL(script).href, task },
        // thread.mjs brings what a thread needs; what this process was started with would come a second time.
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: this.#bounds.heapMiB },
      });
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  async #answer<A>(worker: Worker, question: unknown): Promise<A> {
    const signal = AbortSignal.timeout(this.#bounds.answerMs);
    const answered = once(worker, 'message', { signal });
    worker.postMessage(question);
    try {
      const [answer] = (await answered) as [A];
      return answer;
    } catch (error) {
      throw signal.aborted ? new TooMuchError('no answer in time') : asTooMuch(error);
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#bounds.atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#bounds.waiting) throw new BusyError();
    // Whoever leaves hands its place on.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}

/** The thread's side: what it was begun for. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who begins the thread and what it asks for are in two files of one noun
export const taskOf = <T>(): T => (workerData as { task: T }).task;

/**
 * The thread's side: answers one question after the other. A failure ends the thread, and reaches whoever asked.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as above
export function answering<Q, A>(answer: (question: Q) => Promise<A>): void {
  const port = parentPort;
  if (!port) throw new Error('this is the program of a thread');
  port.on('message', (question: Q) => {
    answer(question).then(
      (value) => {
        port.postMessage(value);
      },
      (error: unknown) => {
        // Out of the promise, where it would only be noted.
        setImmediate(() => {
          throw error;
        });
      },
    );
  });
}

/** Rejects when the thread ends by itself; told to whoever asks next, if anybody does. */
function goneBy(worker: Worker): Promise<never> {
  const gone = new Promise<never>((_, reject) => {
    worker.once('error', (error) => reject(asTooMuch(error)));
    worker.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
  });
  gone.catch(() => undefined);
  return gone;
}

const asTooMuch = (error: unknown): Error =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new TooMuchError('out of memory')
    : error instanceof Error
      ? error
      : new Error(String(error));
