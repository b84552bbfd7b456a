import type { Writable } from 'node:stream';
import pg from 'pg';
import { copyOut } from './copy.ts';

/**
 * The record, written out as it stands at one moment (one REPEATABLE READ transaction) while people go on working. The schema is not
 * written: migrations lay it, by the names kept here. docs/decisions/0050-back-up.md
 */

export type DumpedTable = { name: string; columns: string[]; rows: number };
export type StoredFile = { storageKey: string; sha256: string; sizeBytes: number };
export type Dump = {
  takenAt: string;
  postgres: string;
  /** Names of our migrations, and how many the outbox (graphile-worker) has had. */
  migrations: string[];
  outboxMigrations: number;
  tables: DumpedTable[];
  sequences: { name: string; value: string | null }[];
  /** The audit chain's last seal. */
  auditHead: { seq: number; digest: string } | null;
};

/** Where the rows of a table go: a stream, and when all of it is kept. */
export type Sink = { stream: Writable; kept: Promise<void> };

/** What is of this machine's moment alone, or laid by the migrations themselves. People log in again after a restore. */
const LEFT_OUT = [
  'public.heartbeat',
  'public.session',
  'public.kysely_migration',
  'public.kysely_migration_lock',
  'graphile_worker.migrations',
];

/**
 * Writes every table out, each to a sink of its own.
 * @param sinkOf opens the sink for a table (`public.claim`)
 * @param files told of the evidence that the record names at that moment, distinct, ordered by its key
 */
export async function dump(
  url: string,
  sinkOf: (table: string) => Sink,
  files: (files: StoredFile[]) => void,
): Promise<Dump> {
  const client = new pg.Client({ connectionString: url, application_name: 'xueshi back-up' });
  // Told again to whoever waits for a query.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`set time zone 'UTC'; set datestyle = 'ISO'; begin isolation level repeatable read read only`);
    const about = await readAbout(client);
    const tables = await tablesOf(client);
    // Held to the end: a migration that would change a table waits, and says for whom.
    await client.query(`lock table ${tables.map((table) => quoted(table.name)).join(', ')} in access share mode`);
    files(await filesOf(client));
    const dumped: DumpedTable[] = [];
    for (const table of tables) dumped.push({ ...table, rows: await dumpTable(client, table, sinkOf(table.name)) });
    // Numbers are given outside of transactions: read last, they are beyond every row written out.
    const sequences = await sequencesOf(client);
    await client.query('commit');
    return { ...about, tables: dumped, sequences };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The evidence that the record names now. */
export async function storedFiles(url: string): Promise<StoredFile[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'xueshi back-up' });
  await client.connect();
  try {
    return await filesOf(client);
  } finally {
    await client.end();
  }
}

/** `public.claim` as SQL. */
export const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => pg.escapeIdentifier(part))
    .join('.');

/** A table with its columns, as COPY wants it. */
export const copied = ({ name, columns }: Pick<DumpedTable, 'name' | 'columns'>): string =>
  `${quoted(name)} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')})`;

async function dumpTable(client: pg.Client, table: Omit<DumpedTable, 'rows'>, { stream, kept }: Sink): Promise<number> {
  const rows = copyOut(client, copied(table), stream).then((count) => {
    stream.end();
    return count;
  });
  // Whichever goes wrong first is what went wrong.
  const [count] = await Promise.all([rows, kept]);
  return count;
}

async function readAbout(client: pg.Client): Promise<Omit<Dump, 'tables' | 'sequences'>> {
  const [row] = await ask<Omit<Dump, 'tables' | 'sequences'>>(
    client,
    `select to_json(now())#>>'{}' as "takenAt", current_setting('server_version') as postgres,
       (select coalesce(json_agg(name order by name), '[]') from kysely_migration) as migrations,
       (select count(*)::int from graphile_worker.migrations) as "outboxMigrations",
       (select json_build_object('seq', seq, 'digest', encode(digest, 'hex')) from audit_seal order by seq desc limit 1) as "auditHead"`,
  );
  if (!row) throw new Error('the database says nothing of itself');
  return row;
}

/** Every ordinary table that lasts, with the columns that are not computed. */
const tablesOf = (client: pg.Client): Promise<Omit<DumpedTable, 'rows'>[]> =>
  ask(
    client,
    `select n.nspname || '.' || c.relname as name, json_agg(a.attname order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where n.nspname in ('public', 'graphile_worker') and c.relkind = 'r' and c.relpersistence = 'p'
       and n.nspname || '.' || c.relname <> all ($1)
     group by 1 order by 1`,
    [LEFT_OUT],
  );

const sequencesOf = (client: pg.Client): Promise<Dump['sequences']> =>
  ask(
    client,
    `select schemaname || '.' || sequencename as name, last_value::text as value from pg_sequences
     where schemaname in ('public', 'graphile_worker') order by 1`,
  );

/** Whichever tables name files: they are known by their columns, so that a new one is not forgotten. */
async function filesOf(client: pg.Client): Promise<StoredFile[]> {
  const tables = await ask<{ name: string }>(
    client,
    `select quote_ident(table_name) as name from information_schema.columns
     where table_schema = 'public' and column_name in ('storage_key', 'sha256', 'size_bytes')
     group by table_name having count(*) = 3 order by table_name`,
  );
  const each = tables.map(
    ({ name }) => `select storage_key, encode(sha256, 'hex') as sha256, size_bytes from public.${name}`,
  );
  return ask(
    client,
    `select distinct on (storage_key) storage_key as "storageKey", sha256, size_bytes::int as "sizeBytes"
     from (${each.join(' union all ')}) files order by storage_key`,
  );
}

async function ask<T extends pg.QueryResultRow>(client: pg.Client, text: string, values: unknown[] = []): Promise<T[]> {
  return (await client.query<T>(text, values)).rows;
}
