import type { RouteOutput } from '../../contract/routes.ts';
import { addressOf } from '../../contract/routes.ts';
import { Http, now, patience, pause } from '../lib/load.ts';
import { rounded, type Summary, summary, usageOf } from '../lib/measure.ts';
import { employ, newPeople, type SignedIn } from '../lib/people.ts';
import { say } from '../lib/settings.ts';
import type { System } from '../lib/system.ts';
import { appointOfficers, EMPLOYER, noSamples, type Officers, type Samples, takeToItsEnd } from './claims.ts';

/**
 * The highest load that holds, held: lives begin at a steady rate, whether or not earlier ones have ended. A life is a declarant who looks at
 * the year, declares with draft, upload and submission, and looks again; five officers who find and decide it; two looks at an inbox.
 */

export interface SoakResult {
  livesPerS: number;
  minutes: number;
  lives: { begun: number; ended: number; underWayAtEnd: number };
  requestsPerS: number;
  ms: Record<string, Summary>;
  errors: number;
  /** Of the errors: told to come again later (503). */
  refused: number;
  firstErrors: string[];
  /** MiB of each process with its children; the slope over the whole, in MiB a minute. */
  memory: Record<string, Growth>;
  holds: boolean;
}

type Growth = { start: number; middle: number; end: number; perMinute: number };

export async function measureSoak(
  system: System,
  { minutes, rate }: { minutes: number; rate: number | null },
): Promise<SoakResult> {
  const officers = await appointOfficers(system, LANES);
  const people = await newPeople(system.world.db, '申报人', PEOPLE);
  await employ(system.world.db, people, EMPLOYER);
  const town: Town = { system, officers, people, lives: 0 };
  say('warming up');
  await live(town, { livesPerS: WARM_RATE, seconds: WARM_SECONDS });
  const livesPerS = rate ?? rounded((await highestThatHolds(town)) * STEADY, 1);
  say('soaking at', livesPerS, 'lives/s for', minutes, 'minutes');
  return live(town, { livesPerS, seconds: minutes * 60 });
}

const LANES = 16;
/** Enough that nobody has many claims, few enough that what is kept for each (a session) is full before the measurement begins to count. */
const PEOPLE = 2_000;
const WARM_RATE = 3;
const WARM_SECONDS = 30;
const PROBE_SECONDS = 30;
/** Of what half a minute bears, what is borne for long: beyond it a slow minute is never made up for. 9.4 of 9.4 lives/s was tried and left 3,759 under way. */
const STEADY = 0.8;
/** Slower than this, or with so many lives begun and not ended for each that begins in a second, it does not hold. */
const SLOWEST_P99_MS = 1_000;
const LONGEST_LIFE_S = 20;

type Town = { system: System; officers: Officers; people: SignedIn[]; lives: number };

/** Upwards by a quarter until it does not hold; then the step before, tried once more and lowered until it does. */
async function highestThatHolds(town: Town): Promise<number> {
  const tries = async (livesPerS: number): Promise<boolean> => {
    const probe = await live(town, { livesPerS, seconds: PROBE_SECONDS });
    say('at', livesPerS, 'lives/s:', probe.holds ? 'holds' : 'does not hold', probe.ms['decision'], probe.firstErrors);
    await pause(5_000);
    return probe.holds;
  };
  let rate = WARM_RATE;
  while (await tries(rounded(rate * 1.25, 1))) rate = rounded(rate * 1.25, 1);
  while (!(await tries(rate))) rate = rounded(rate * 0.85, 1);
  return rate;
}

/** So many lives a second for so long, and then until all have ended. */
async function live(town: Town, { livesPerS, seconds }: { livesPerS: number; seconds: number }): Promise<SoakResult> {
  const http = new Http(town.system.base, CONNECTIONS);
  const seen: Seen = { samples: { ...noSamples(), inbox: [], year: [] }, errors: [], ended: 0, requests: patience() };
  const memory = watchMemory(town.system);
  const underWay = new Set<Promise<void>>();
  const began = now();
  let begun = 0;
  for (; now() - began < seconds * 1_000; begun += 1) {
    const life = oneLife(town, http, seen).finally(() => underWay.delete(life));
    underWay.add(life);
    await pause(Math.max(0, began + ((begun + 1) * 1_000) / livesPerS - now()));
  }
  const underWayAtEnd = underWay.size;
  const lasted = (now() - began) / 1_000;
  const growth = memory.stop();
  await Promise.all(underWay);
  await http.close();
  const ms = Object.fromEntries(Object.entries(seen.samples).map(([kind, taken]) => [kind, summary(taken)]));
  return {
    livesPerS,
    minutes: rounded(lasted / 60),
    lives: { begun, ended: seen.ended, underWayAtEnd },
    requestsPerS: rounded(Object.values(seen.samples).reduce((sum, taken) => sum + taken.length, 0) / lasted, 0),
    ms,
    errors: seen.errors.length,
    refused: seen.errors.filter((error) => error.includes(': 503 ')).length,
    firstErrors: seen.errors.slice(0, 3),
    memory: growth,
    holds:
      seen.errors.length === 0 &&
      underWayAtEnd <= livesPerS * LONGEST_LIFE_S &&
      PEOPLES_KINDS.every((kind) => (ms[kind]?.p99 ?? 0) <= SLOWEST_P99_MS),
  };
}

const CONNECTIONS = 64;
const PEOPLES_KINDS = ['draft', 'upload', 'submit', 'decision', 'inbox', 'look', 'year'];

type Seen = {
  samples: Record<keyof Samples | 'inbox' | 'year', number[]>;
  errors: string[];
  ended: number;
  requests: ReturnType<typeof patience>;
};

async function oneLife(town: Town, http: Http, seen: Seen): Promise<void> {
  const { officers, people } = town;
  const number = town.lives++;
  const declarant = people[number % people.length];
  const lane = number % LANES;
  const officer = officers[lane]?.[number % 5];
  if (!declarant || !officer) throw new Error('nobody lives here');
  const look = async (kind: 'inbox' | 'year', who: SignedIn, path: string): Promise<void> => {
    const at = now();
    await http.call<RouteOutput<'tasks' | 'year'>>({ path, headers: who.headers });
    seen.samples[kind].push(now() - at);
  };
  const year = addressOf('year', { params: { year: 2026 } });
  try {
    await look('year', declarant, year);
    await look('inbox', officer, addressOf('tasks'));
    const run = { http, officers, samples: seen.samples, stats: seen.requests, thinkMs: 0 };
    await takeToItsEnd(run, { declarant, draft: null, title: `第${String(number)}届学术年会` }, lane);
    await look('inbox', officer, addressOf('tasks'));
    await look('year', declarant, year);
    seen.ended += 1;
  } catch (error) {
    seen.errors.push(error instanceof Error ? error.message : String(error));
  }
}

const SAMPLE_MS = 2_000;

/** Each process's memory every two seconds; a third of the samples each for start, middle and end, so that one collection decides nothing. */
function watchMemory({ parts }: System): { stop(): Record<string, Growth> } {
  const samples: Record<string, number[]> = Object.fromEntries(
    [...Object.keys(parts), 'load'].map((part) => [part, []]),
  );
  const take = (): void => {
    for (const [part, pid] of Object.entries(parts)) samples[part]?.push(usageOf(pid).rssMiB);
    samples['load']?.push(process.memoryUsage().rss / 2 ** 20);
  };
  take();
  const taking = setInterval(take, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(taking);
      return Object.fromEntries(Object.entries(samples).map(([part, taken]) => [part, growthOf(taken)]));
    },
  };
}

function growthOf(taken: readonly number[]): Growth {
  const third = Math.max(1, Math.floor(taken.length / 3));
  const mean = (part: readonly number[]): number => part.reduce((sum, n) => sum + n, 0) / Math.max(1, part.length);
  const at = (taken.length - 1) / 2;
  const level = mean(taken);
  const spread = taken.reduce((sum, _, i) => sum + (i - at) ** 2, 0);
  const slope = taken.reduce((sum, n, i) => sum + (i - at) * (n - level), 0) / (spread || 1);
  return {
    start: rounded(mean(taken.slice(0, third)), 0),
    middle: rounded(mean(taken.slice(third, 2 * third)), 0),
    end: rounded(mean(taken.slice(-third)), 0),
    perMinute: rounded((slope * 60_000) / SAMPLE_MS),
  };
}

/** The result as a person reads it. */
export function soakInWords(r: SoakResult): string {
  const { begun, ended, underWayAtEnd } = r.lives;
  return [
    `${String(r.livesPerS)} lives/s for ${String(r.minutes)} minutes: ${r.holds ? 'holds' : 'DOES NOT HOLD'}`,
    `${String(begun)} begun, ${String(ended)} ended, ${String(underWayAtEnd)} under way at the end; ${String(r.requestsPerS)} requests/s`,
    `errors ${String(r.errors)}, of them refused with 503 ${String(r.refused)} ${r.firstErrors.join(' | ')}`,
    '',
    '| kind | n | p50 ms | p95 ms | p99 ms |',
    '|---|---|---|---|---|',
    ...Object.entries(r.ms).map(([kind, s]) => `| ${kind} | ${[s.n, s.p50, s.p95, s.p99].map(String).join(' | ')} |`),
    '',
    '| RSS MiB | start | middle | end | a minute |',
    '|---|---|---|---|---|',
    ...Object.entries(r.memory).map(
      ([part, m]) => `| ${part} | ${[m.start, m.middle, m.end, m.perMinute].map(String).join(' | ')} |`,
    ),
  ].join('\n');
}
