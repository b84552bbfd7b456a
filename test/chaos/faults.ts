import type { Db } from '../../db/connect.ts';
import type { Random } from '../../db/demo/random.ts';
import { until } from '../support/world.ts';
import { type House, PARTS, type Part } from './house.ts';

/** The faults of a run, drawn from the seed: which part, killed or stopped, when, and for how long. */

interface Fault {
  part: Part;
  /** Killed and started anew, or stopped and woken. */
  kind: 'SIGKILL' | 'SIGSTOP';
  /** Milliseconds after the run's beginning, and until its return. */
  atMs: number;
  downMs: number;
}

/** What a fault did: until the part answered again, and until a claim moved again, in milliseconds after the part was to return. */
export interface Suffered extends Fault {
  answersAfterMs: number;
  movesAfterMs: number;
}

/** So many faults over the time, every part's turn coming round: each is killed the first time, then stopped at a third of the times. */
export function drawFaults(random: Random, { count, ms }: { count: number; ms: number }): Fault[] {
  const order = Array.from({ length: Math.ceil(count / PARTS.length) }, () => random.shuffled(PARTS)).flat();
  const gap = ms / count;
  return order.slice(0, count).map((part, n) => ({
    part,
    kind: n >= PARTS.length && random.chance(1 / 3) ? 'SIGSTOP' : 'SIGKILL',
    atMs: Math.round((n + 0.1 + 0.8 * random.next()) * gap),
    downMs: random.int(0, Math.min(5_000, Math.round(gap / 2))),
  }));
}

/** Lets the faults happen at their times, whatever is still down from those before. */
export async function letHappen(house: House, faults: readonly Fault[], tell: Tell): Promise<Suffered[]> {
  const began = performance.now();
  const busy = new Map<Part, Promise<unknown>>();
  return Promise.all(
    faults.map(async (fault) => {
      await pause(fault.atMs - (performance.now() - began));
      // A part that is still on its way back is hit when it is there.
      const before = busy.get(fault.part) ?? Promise.resolve();
      const hit = before.then(() => suffer(house, fault));
      busy.set(
        fault.part,
        hit.then(({ answered }) => answered),
      );
      const { suffered } = await hit;
      const told = await suffered;
      tell(
        `${fault.kind} ${fault.part}, down ${seconds(fault.downMs)}: answers after ${seconds(told.answersAfterMs)}, claims move after ${seconds(told.movesAfterMs)}`,
      );
      return told;
    }),
  );
}

export type Tell = (line: string) => void;

/** Hits the part now. @returns two promises apart, so that the next fault need not wait until claims move */
async function suffer(house: House, fault: Fault): Promise<{ answered: Promise<number>; suffered: Promise<Suffered> }> {
  house.signal(fault.part, fault.kind);
  await pause(fault.downMs);
  const returned = performance.now();
  const at = new Date();
  const since = (): number => Math.round(performance.now() - returned);
  const answered = (async () => {
    if (fault.kind === 'SIGSTOP') house.signal(fault.part, 'SIGCONT');
    else await house.restart(fault.part);
    return since();
  })();
  const moves = answered.then(async () => {
    await until('a claim to move', () => hasMovedSince(house.world.db, at), 120_000);
    return since();
  });
  const suffered = Promise.all([answered, moves]).then(([answersAfterMs, movesAfterMs]) => ({
    ...fault,
    answersAfterMs,
    movesAfterMs,
  }));
  return { answered, suffered };
}

/** Whether a workflow moved a claim since; none may be left to move at the end. A database that is down has not been asked. */
async function hasMovedSince(db: Db, at: Date): Promise<boolean> {
  try {
    const moved = await db
      .selectFrom('timeline')
      .select('claim_id')
      .where('at', '>', at)
      .where('actor_id', 'is', null)
      .limit(1)
      .executeTakeFirst();
    if (moved) return true;
    const waiting = await db
      .selectFrom('claim')
      .select('id')
      .where('state', 'in', ['first-review', 're-review', 'filing', 'correction'])
      .limit(1)
      .executeTakeFirst();
    return waiting === undefined;
  } catch {
    // Down by the next fault: asked again.
    return false;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
