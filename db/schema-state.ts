import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { migrations } from './migrations/index.ts';

/** How a database differs from what this program was written for: migrations it lacks, and those this program does not know. */
export type SchemaState = { missing: string[]; unknown: string[] };

/** Compares the migrations a database has had with those of this program. Throws when the database does not answer. */
export async function schemaState(db: Db): Promise<SchemaState> {
  const applied = await appliedMigrations(db);
  const known = Object.keys(migrations);
  return {
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

async function appliedMigrations(db: Db): Promise<string[]> {
  const { rows: tables } = await sql<{ there: boolean }>`
    select to_regclass('kysely_migration') is not null as there`.execute(db);
  if (tables[0]?.there !== true) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}
