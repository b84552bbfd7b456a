import { Http, pause, together } from '../lib/load.ts';
import { type Cpu, costed, usageOf } from '../lib/measure.ts';
import { type Settings, say } from '../lib/settings.ts';
import type { System } from '../lib/system.ts';
import { prepare, submit } from './claims.ts';

/** What claims cost that wait for people, while nobody acts. */

export interface IdleResult {
  openClaims: number;
  errors: number;
  seconds: number;
  empty: Cpu;
  waiting: Cpu;
  /** Worker, API, Temporal and PostgreSQL, less the same without the claims. */
  moreCpuS: number;
  rssMiB: { before: Record<string, number>; after: Record<string, number> };
  workerAndApiMiB: number;
}

export async function measureIdle(system: System, settings: Settings): Promise<IdleResult> {
  await untilQuiet(system);
  const before = memory(system);
  const empty = await atRest(system, settings.idleSeconds);
  say('leaving', settings.idleClaims, 'claims open');
  const errors = await leaveOpen(system, settings);
  await untilQuiet(system);
  const waiting = await atRest(system, settings.idleSeconds);
  const after = memory(system);
  const sum = (cpu: Cpu): number => Object.keys(system.parts).reduce((total, part) => total + (cpu[part] ?? 0), 0);
  return {
    openClaims: settings.idleClaims,
    errors: errors.length,
    seconds: settings.idleSeconds,
    empty,
    waiting,
    moreCpuS: Number((sum(waiting) - sum(empty)).toFixed(2)),
    rssMiB: { before, after },
    workerAndApiMiB: (after['worker'] ?? 0) + (after['api'] ?? 0),
  };
}

async function leaveOpen(system: System, { idleClaims, callers }: Settings): Promise<string[]> {
  const declarations = await prepare(system, idleClaims);
  const http = new Http(system.base, callers);
  const errors = await together(declarations, callers, async ({ declarant, draft }) => {
    if (draft) await submit(http, declarant, draft);
  });
  await http.close();
  const { db } = system.world;
  for (const end = Date.now() + 180_000; Date.now() < end; ) {
    await pause(500);
    const { open } = await db
      .selectFrom('claim')
      .select((eb) => eb.fn.countAll<number>().as('open'))
      .where('state', '=', 'first-review')
      .whereRef('applied_seq', '=', 'act_seq')
      .executeTakeFirstOrThrow();
    if (open >= idleClaims - errors.length) return errors;
  }
  throw new Error('the open claims did not reach their first task in 180 s');
}

/** Until two seconds pass in which the parts use little: caches settle, a checkpoint ends. */
async function untilQuiet(system: System): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const { cpu } = await costed(system.parts, () => pause(2_000));
    const used = Object.keys(system.parts).reduce((total, part) => total + (cpu[part] ?? 0), 0);
    if (used < 0.25) return;
  }
  say('the system did not become quiet in two minutes');
}

const atRest = async (system: System, seconds: number): Promise<Cpu> =>
  (await costed(system.parts, () => pause(seconds * 1000))).cpu;

const memory = ({ parts }: System): Record<string, number> =>
  Object.fromEntries(Object.entries(parts).map(([part, pid]) => [part, usageOf(pid).rssMiB]));
