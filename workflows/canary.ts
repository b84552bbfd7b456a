import { canaries } from './proxies.ts';

/**
 * Comes to its end at once, by way of the database, as a claim's step does: that it did proves Temporal's store, a worker that takes
 * tasks, its workflows' code, and its database.
 */
export const canary = (): Promise<void> => canaries.askDatabase();
