import { expect, test, vi } from 'vitest';
import { KINDS, playLife } from './lives.ts';

vi.mock('@temporalio/workflow', () => import('./temporal.ts'));

/**
 * `npm run simulate`: LIVES=100000 by default, from SEED=1; a life that breaks names its seed, and `LIVES=1 SEED=that npm run simulate` plays it again.
 */
const LIVES = Number(process.env['LIVES'] ?? 100_000);
const FIRST = Number(process.env['SEED'] ?? 1);

test.each(KINDS)(
  `lives of a %s with lost, doubled and late messages, dying tries and lost runs: every sentence of invariants.ts holds`,
  async (kind) => {
    const share = Math.ceil(LIVES / KINDS.length);
    for (let seed = FIRST; seed < FIRST + share; seed += 1) {
      try {
        await playLife(kind, String(seed));
      } catch (fault) {
        expect.unreachable(`SEED=${String(seed)}: ${fault instanceof Error ? fault.message : String(fault)}`);
      }
    }
  },
);
