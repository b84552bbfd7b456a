import { Pool } from 'undici';

/** The load generator: so many callers at once over kept-alive connections, and looking that does not become the load. */

export const now = (): number => performance.now();
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Works the items off with so many callers at once; an error is noted with its item, and the caller goes on. */
export async function together<T>(
  items: readonly T[],
  callers: number,
  work: (item: T, caller: number) => Promise<void>,
): Promise<string[]> {
  const errors: string[] = [];
  let next = 0;
  const one = async (caller: number): Promise<void> => {
    while (next < items.length) {
      const item = items[next++];
      if (item === undefined) continue;
      try {
        await work(item, caller);
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => one(caller)));
  return errors;
}

/** What is to be told to a look that has to be repeated. */
export interface Patience {
  requests: number;
  polls: number;
  lag: Record<string, number>;
}

export const patience = (): Patience => ({ requests: 0, polls: 0, lag: {} });

/**
 * Looks until `look` sees something: at once, then after 5, 10, 20 … ms. So that looking is not most of the load on a system that moves
 * on after its reply, the first look waits for about as long as it has needed of late, later ones for a quarter of that and more.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | null>,
  stats: Patience,
  limitMs = 60_000,
): Promise<T> {
  const began = now();
  const lag = stats.lag[what] ?? 0;
  if (lag >= 1) await pause(lag);
  for (let wait = Math.max(5, lag / 4), looks = 1; ; wait = Math.min(wait * 2, Math.max(80, lag)), looks += 1) {
    stats.requests += 1;
    const seen = await look();
    if (seen !== null) {
      stats.lag[what] = looks === 1 ? lag * 0.98 : lag * 0.9 + (now() - began) * 0.1;
      return seen;
    }
    if (now() - began > limitMs) throw new Error(`gave up waiting for ${what} after ${String(limitMs / 1000)} s`);
    stats.polls += 1;
    await pause(wait);
  }
}

export interface Request {
  method?: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  json?: unknown;
  raw?: Buffer;
}

/** One origin over so many kept-alive connections. */
export class Http {
  readonly #pool: Pool;

  constructor(base: string, connections: number) {
    this.#pool = new Pool(base, { connections, pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });
  }

  /** @throws Error with the status and the beginning of the answer when it is not a success */
  async call<T>({ method = 'GET', path, headers = {}, json, raw }: Request): Promise<T> {
    const typed = json === undefined ? headers : { 'content-type': 'application/json', ...headers };
    const body = raw ?? (json === undefined ? null : JSON.stringify(json));
    const answer = await this.#pool.request({ method, path, headers: typed, body });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) {
      throw new Error(`${method} ${path}: ${String(answer.statusCode)} ${text.slice(0, 300)}`);
    }
    return JSON.parse(text) as T;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
