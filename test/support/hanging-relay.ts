import type { Client } from '@temporalio/client';
import { connectPool, kyselyOn } from '../../db/connect.ts';
import { startRelay } from '../../relay/relay.ts';

/** A relay of a process of its own whose Temporal never answers: it takes jobs and keeps them. For tests that kill it. */
const url = process.env['DATABASE_URL'] ?? '';
const never = (): Promise<never> => new Promise(() => undefined);
const client = { workflow: { start: never } } as unknown as Client;

const db = kyselyOn(connectPool(url, 3));
await startRelay({
  db,
  courier: { db, publicUrl: 'http://127.0.0.1' },
  pool: connectPool(url, 6),
  client,
  taskQueue: 'none',
  log: () => undefined,
});
console.log('READY');
