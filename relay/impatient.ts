import type { Pool, PoolClient } from 'pg';

/**
 * graphile-worker asks for jobs every 200 ms, but sleeps up to three minutes inside one such question when a connection is refused
 * with one of three codes: PostgreSQL is starting up or shutting down (57P03), or its machine does not answer. Without the code the
 * question just fails, and the next one 200 ms later finds PostgreSQL back.
 */
const SLEPT_OVER = ['57P03', 'EHOSTUNREACH', 'ETIMEDOUT'];

/** The pool, whose refused connections are plain faults. */
export function impatient(pool: Pool): Pool {
  const connect = async (): Promise<PoolClient> => {
    try {
      return await pool.connect();
    } catch (error) {
      throw withoutCode(error);
    }
  };
  return new Proxy(pool, {
    get: (target, key) => {
      // The listener connects with a callback, and has a patience of its own that costs nothing: the questions go on meanwhile.
      if (key === 'connect')
        return (...args: [] | Parameters<Pool['connect']>) => {
          const [callback] = args;
          if (!callback) return connect();
          pool.connect(callback);
          return undefined;
        };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function withoutCode(error: unknown): unknown {
  const isSleptOver = error instanceof Error && 'code' in error && SLEPT_OVER.includes(String(error.code));
  return isSleptOver ? new Error(`PostgreSQL refuses connections: ${error.message}`, { cause: error }) : error;
}
