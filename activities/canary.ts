import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';

/** The canary's only step. */
export const canaryActivities = ({ db }: { db: Db }) => ({
  async askDatabase(): Promise<void> {
    await sql`select`.execute(db);
  },
});

export type CanaryActivities = ReturnType<typeof canaryActivities>;
