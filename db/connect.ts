import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.ts';

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
 */
export function connectPool(url: string, max = 10): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 5_000,
    application_name: 'xueshi',
  });
  // A connection that the server ends must not end this process, idle or in use; the next query opens another.
  const note = (error: Error): void => process.emitWarning(`a database connection ended: ${error.message}`);
  pool.on('connect', (client) => client.on('error', note));
  pool.on('error', note);
  return pool;
}

export function kyselyOn(pool: pg.Pool): Db {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
