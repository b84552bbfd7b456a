import { randomBytes } from 'node:crypto';
import { querySql } from '../../bin/lib/postgres.ts';
import { server } from './servers.ts';

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A new database with every migration applied (none when `{ migrated: false }`), on the run's PostgreSQL 18. */
export async function freshDatabase(options: { migrated: boolean } = { migrated: true }): Promise<TestDatabase> {
  const { admin, template } = await server('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await querySql(admin, `create database ${name} template ${options.migrated ? template : 'template1'}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await querySql(admin, `drop database if exists ${name} with (force)`);
    },
  };
}
