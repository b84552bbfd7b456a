import { defineConfig } from 'vitest/config';

/** Quick, pure tests first; then those on a real PostgreSQL and Temporal; whole systems and browsers last, one at a time. */
const projects = [
  { name: 'rules', order: 0, timeoutSeconds: 30 },
  { name: 'tidy', order: 0, timeoutSeconds: 120 },
  { name: 'demo', order: 0, timeoutSeconds: 120 },
  { name: 'web', order: 0, timeoutSeconds: 60 },
  { name: 'contract', order: 0, timeoutSeconds: 30 },
  { name: 'support', order: 1, timeoutSeconds: 120 },
  { name: 'db', order: 1, timeoutSeconds: 120 },
  { name: 'workflows', order: 1, timeoutSeconds: 180 },
  { name: 'api', order: 1, timeoutSeconds: 120 },
  { name: 'simulation', order: 0, timeoutSeconds: 300 },
  { name: 'chaos', order: 2, timeoutSeconds: 300 },
  { name: 'system', order: 2, timeoutSeconds: 300 },
  { name: 'start', order: 2, timeoutSeconds: 300 },
  { name: 'e2e', order: 2, timeoutSeconds: 300 },
] as const;

export default defineConfig({
  test: {
    globalSetup: ['test/support/global.ts'],
    maxWorkers: 2,
    projects: projects.map(({ name, order, timeoutSeconds }) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.{ts,tsx}`],
        pool: 'forks' as const,
        maxWorkers: order === 2 ? 1 : 2,
        sequence: { groupOrder: order },
        testTimeout: timeoutSeconds * 1000,
        hookTimeout: Math.max(timeoutSeconds, 120) * 1000,
        // The library's own second is short for a busy machine.
        expect: { poll: { timeout: 30_000 } },
      },
    })),
  },
});
