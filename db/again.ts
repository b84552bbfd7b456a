const TRIES = 4;

/** Runs a transaction again when PostgreSQL undid it for a deadlock or a serialisation failure: another try is as good as the first. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (tries === TRIES || (code !== '40P01' && code !== '40001')) throw error;
    }
  }
}

/** Thrown inside a transaction that another has overtaken: it is undone and run again, as on a serialisation failure. */
export class OvertakenError extends Error {
  readonly code = '40001';
}
