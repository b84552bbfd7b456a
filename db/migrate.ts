import { runMigrations } from 'graphile-worker';
import { type Migration, Migrator } from 'kysely';
import { connectPool, kyselyOn } from './connect.ts';
import { migrations } from './migrations/index.ts';
import { schemaState } from './schema-state.ts';

export type Migrated = { applied: string[]; ofNewer: string[] };

type Choice = {
  /** Names; all by default. An older schema is laid for an older back-up. */
  only?: readonly string[];
  /** For how long in all a migration tries to get its locks while people work, in milliseconds. */
  patienceMs?: number;
};

/**
 * Brings the database at `url` to the newest schema: ours, then the outbox's. Safe to run twice or from two places (kysely locks). What a
 * newer release has done to it stays (migrations only add), so that a release can be rolled back.
 *
 * People may be working: a table's lock is waited for no longer than a statement of theirs may wait behind it. What does not get it is rolled
 * back whole and tried again, since whoever waits for such a lock keeps everybody else waiting behind.
 * @returns what was applied now, and what is there of a newer release
 * @throws PostgreSQL's 55P03 when a table stayed locked for all of the patience
 */
export async function migrate(url: string, { only, patienceMs = 5 * 60_000 }: Choice = {}): Promise<Migrated> {
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await migrateOnce(url, only);
    } catch (error) {
      if (!isLockTimeout(error) || performance.now() >= endsAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** A second is what somebody at a page hardly notices; behind it the queue drains for as long. */
const LOCK_TIMEOUT_MS = 1_000;
const PAUSE_MS = 1_000;

const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
const LOCK_NOT_AVAILABLE = '55P03';

async function migrateOnce(url: string, only: readonly string[] | undefined): Promise<Migrated> {
  const pool = connectPool(url, 2);
  // Queued before whatever the connection is wanted for.
  pool.on('connect', (client) => {
    client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`).catch((error: unknown) => {
      process.emitWarning(`lock_timeout was not set: ${String(error)}`);
    });
  });
  const db = kyselyOn(pool);
  try {
    const { unknown: ofNewer } = await schemaState(db);
    const placeholders = Object.fromEntries(ofNewer.map((name) => [name, DONE_ELSEWHERE]));
    const ours = Object.entries(migrations).filter(([name]) => only?.includes(name) ?? true);
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ ...Object.fromEntries(ours), ...placeholders }) },
      // Parts are numbered when they are begun and land when they are done: a database may have a later one and lack an earlier.
      allowUnorderedMigrations: true,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error) throw error instanceof Error ? error : new Error('migration failed', { cause: error });
    await runMigrations({ pgPool: pool });
    return { applied: (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName), ofNewer };
  } finally {
    await db.destroy();
  }
}

/** kysely refuses a database with migrations it is not given; these have run already and never run here. */
const DONE_ELSEWHERE: Migration = {
  up: () => Promise.reject(new Error('a migration of a newer release does not run here')),
};
