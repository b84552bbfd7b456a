import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.ts';
import { inStatement } from './spans.ts';

export type Db = Kysely<Database>;

// bigint identities stay far below 2^53; a legal day stays the text it is (a Date would shift it by the process's time zone).
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): unknown => {
    if (oid === pg.types.builtins.INT8) return Number;
    if (oid === pg.types.builtins.DATE) return (value: string) => value;
    return pg.types.getTypeParser(oid, format);
  },
};

/**
 * A pool of connections to PostgreSQL.
 * @param url a postgres:// address
 * @param max at most so many connections; a caller past that waits up to 5 s and then fails
 * @param patience how long a statement, and its waiting for a lock, may take before PostgreSQL gives it up; and how long a transaction may do nothing
 */
export function connectPool(url: string, max = 10, patience: Partial<Patience> = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 5_000,
    application_name: 'xueshi',
    ...patience,
  });
  // A connection that the server ends must not end this process, idle or in use; the next query opens another.
  const note = (error: Error): void => process.emitWarning(`a database connection ended: ${error.message}`);
  pool.on('connect', (client) => client.on('error', note));
  pool.on('error', note);
  return pool;
}

/** Milliseconds. */
type Patience = Record<
  'statement_timeout' | 'lock_timeout' | 'idle_in_transaction_session_timeout' | 'connectionTimeoutMillis',
  number
>;

/** For whoever answers people: what takes longer holds a connection that others wait for. */
export const OF_ANSWERS: Partial<Patience> = {
  statement_timeout: 60_000,
  lock_timeout: 15_000,
  idle_in_transaction_session_timeout: 60_000,
};

export function kyselyOn(pool: pg.Pool): Db {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: preparing(pool) }) });
}

/** Statements are prepared once a connection: planning them costs PostgreSQL more than running them (bench/RESULTS.md). */
const preparing = (pool: pg.Pool): PostgresPool => ({
  connect: async () => {
    const client = await pool.connect();
    return {
      query: (text: unknown, values: readonly unknown[] = []): never => {
        if (typeof text !== 'string') throw new Error('cursors are not configured');
        // Without values it may be several statements (migrations), which cannot be prepared.
        const name = values.length > 0 ? nameOf(text) : undefined;
        // kysely declares its own subset of pg's types.
        return inStatement(text, () => client.query({ ...(name && { name }), text, values: [...values] })) as never;
      },
      release: () => {
        client.release();
      },
    };
  },
  end: () => pool.end(),
});

const MAX_NAMES = 500;
const names = new Map<string, string>();
/** A migration may add to their result while this process runs, and PostgreSQL refuses a prepared statement whose result changed. */
const ANY_COLUMN = /\b(select|returning)\s+(distinct\s+)?\*|\.\*/i;

/** The same name for the same text in all connections; none for a text that is not prepared (lists make many texts: bounded). */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES || ANY_COLUMN.test(text)) return known;
  const name = `q${names.size}`;
  names.set(text, name);
  return name;
}
