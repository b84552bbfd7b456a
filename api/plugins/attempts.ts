/**
 * Failed log-ins counted in memory, by a key (an address, or a name no account has), so that guessing from one place is slowed and an
 * unknown name is refused as a known one would be. Bounded: the oldest keys are forgotten first.
 */
export type Attempts = {
  /** Seconds until the key may try again; 0 when it may now. */
  blockedSeconds(key: string): number;
  failed(key: string): void;
};

const REMEMBERED = 10_000;

export function countAttempts({ limit, windowMs }: { limit: number; windowMs: number }): Attempts {
  const failures = new Map<string, { count: number; since: number }>();
  const current = (key: string) => {
    const found = failures.get(key);
    return found && performance.now() - found.since < windowMs ? found : undefined;
  };
  return {
    blockedSeconds: (key) => {
      const found = current(key);
      if (!found || found.count < limit) return 0;
      return Math.max(1, Math.ceil((found.since + windowMs - performance.now()) / 1000));
    },
    failed: (key) => {
      const found = current(key) ?? { count: 0, since: performance.now() };
      failures.delete(key);
      failures.set(key, { ...found, count: found.count + 1 });
      if (failures.size <= REMEMBERED) return;
      for (const oldest of failures.keys()) {
        failures.delete(oldest);
        return;
      }
    },
  };
}

/** Runs what belongs to one key one after the other, so that parallel guesses are counted like a row of them. */
export function inTurn(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return work();
    })();
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
