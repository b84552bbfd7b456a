import type { Readable } from 'node:stream';
import pg from 'pg';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';
import { copyIn } from './copy.ts';
import { copied, type Dump, type DumpedTable, quoted } from './dump.ts';

/**
 * A record read back into an empty database: the schema is laid by the migrations it was written under, its rows come in one transaction, and
 * then the later migrations run. Needs no superuser: what keeps rows from coming in any order is put aside by its owner, and put back.
 */

/** The tables of our schema that are there already. A database to restore into has none. */
export async function tablesIn(url: string): Promise<string[]> {
  const client = await connected(url);
  try {
    const { rows } = await client.query<{ name: string }>(
      `select schemaname || '.' || tablename as name from pg_tables where schemaname in ('public', 'graphile_worker') order by 1`,
    );
    return rows.map((row) => row.name);
  } finally {
    await client.end();
  }
}

/** What of a back-up's schema this program does not know: it was made by a newer release. */
export const unknownTo = ({ migrations: had }: Pick<Dump, 'migrations'>): string[] =>
  had.filter((name) => !(name in migrations));

/**
 * @param open what was written of a table, as COPY's text
 * @throws when a table's rows are not those that were written; then nothing was loaded
 */
export async function load(url: string, from: Dump, open: (table: string) => Readable): Promise<void> {
  await migrate(url, { only: from.migrations });
  const client = await connected(url);
  try {
    await client.query(`set time zone 'UTC'; set datestyle = 'ISO'; begin`);
    const putBack = await putAside(client);
    await client.query(`truncate ${from.tables.map((table) => quoted(table.name)).join(', ')}`);
    for (const table of from.tables) await loadTable(client, table, open(table.name));
    for (const { name, value } of from.sequences)
      if (value !== null) await client.query('select setval($1::regclass, $2::bigint)', [quoted(name), value]);
    for (const statement of putBack) await client.query(statement);
    await client.query('commit; analyze');
  } finally {
    await client.end();
  }
  await migrate(url);
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'xueshi restore' });
  // Told again to whoever waits for a query.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function loadTable(client: pg.Client, table: DumpedTable, source: Readable): Promise<void> {
  const rows = await copyIn(client, copied(table), source);
  if (rows !== table.rows) throw new Error(`${table.name}: ${rows} rows came in, ${table.rows} were written out`);
}

/** Takes foreign keys away and triggers out of service. @returns what puts them back: each key is then checked over all rows */
async function putAside(client: pg.Client): Promise<string[]> {
  const keys = await pairs(
    client,
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as away,
       format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as back
     from pg_constraint where contype = 'f' and connamespace in ('public'::regnamespace, 'graphile_worker'::regnamespace)
       and conparentid = 0 order by conrelid, conname`,
  );
  const triggers = await pairs(
    client,
    `select format('alter table %s disable trigger %I', tgrelid::regclass, tgname) as away,
       format('alter table %s enable trigger %I', tgrelid::regclass, tgname) as back
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where not tgisinternal and tgenabled = 'O' and c.relnamespace in ('public'::regnamespace, 'graphile_worker'::regnamespace)`,
  );
  for (const { away } of [...keys, ...triggers]) await client.query(away);
  return [...keys, ...triggers].map(({ back }) => back);
}

const pairs = async (client: pg.Client, text: string): Promise<{ away: string; back: string }[]> =>
  (await client.query<{ away: string; back: string }>(text)).rows;
