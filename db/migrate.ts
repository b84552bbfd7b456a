import { runMigrations } from 'graphile-worker';
import { Migrator } from 'kysely';
import { connectPool, kyselyOn } from './connect.ts';
import { migrations } from './migrations/index.ts';

/** Brings the database at `url` to the newest schema: ours, then the outbox's. Safe to run twice or from two places (kysely locks). */
export async function migrate(url: string): Promise<string[]> {
  const db = kyselyOn(connectPool(url, 2));
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve(migrations) },
      // Parts are numbered when they are begun and land when they are done: a database may have a later one and lack an earlier.
      allowUnorderedMigrations: true,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error) throw error instanceof Error ? error : new Error('migration failed', { cause: error });
    await runMigrations({ connectionString: url });
    return (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName);
  } finally {
    await db.destroy();
  }
}
