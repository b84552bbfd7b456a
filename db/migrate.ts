import { runMigrations } from 'graphile-worker';
import { type Migration, Migrator } from 'kysely';
import { connectPool, kyselyOn } from './connect.ts';
import { migrations } from './migrations/index.ts';
import { schemaState } from './schema-state.ts';

/**
 * Brings the database at `url` to the newest schema: ours, then the outbox's. Safe to run twice or from two places (kysely locks). What a
 * newer release has done to it stays (migrations only add), so that a release can be rolled back.
 * @returns what was applied now, and what is there of a newer release
 */
export async function migrate(url: string): Promise<{ applied: string[]; ofNewer: string[] }> {
  const db = kyselyOn(connectPool(url, 2));
  try {
    const { unknown: ofNewer } = await schemaState(db);
    const placeholders = Object.fromEntries(ofNewer.map((name) => [name, DONE_ELSEWHERE]));
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ ...migrations, ...placeholders }) },
      // Parts are numbered when they are begun and land when they are done: a database may have a later one and lack an earlier.
      allowUnorderedMigrations: true,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error) throw error instanceof Error ? error : new Error('migration failed', { cause: error });
    await runMigrations({ connectionString: url });
    return { applied: (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName), ofNewer };
  } finally {
    await db.destroy();
  }
}

/** kysely refuses a database with migrations it is not given; these have run already and never run here. */
const DONE_ELSEWHERE: Migration = {
  up: () => Promise.reject(new Error('a migration of a newer release does not run here')),
};
