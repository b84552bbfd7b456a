import { readdirSync, readFileSync } from 'node:fs';

/** What processes cost, from /proc (Linux), and how samples are put in few numbers. */

const TICKS_A_SECOND = 100;

/** Processor seconds and memory of a process with everything it started. */
export interface Usage {
  cpuS: number;
  rssMiB: number;
}

interface Stat {
  parent: number;
  cpuS: number;
}

/** The process and its descendants; children that have ended count through the parent that waited for them. */
export function usageOf(root: number): Usage {
  const stats = readStats();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of stats) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const family = [root];
  for (const pid of family) family.push(...(children.get(pid) ?? []));
  return {
    cpuS: family.reduce((sum, pid) => sum + (stats.get(pid)?.cpuS ?? 0), 0),
    rssMiB: family.reduce((sum, pid) => sum + rssMiB(pid), 0),
  };
}

function readStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = textOf(`/proc/${name}/stat`)?.split(') ').at(-1)?.split(' ').map(Number);
    if (!fields) continue;
    // Counted from the state, which is the third field: ppid 4, utime 14, stime 15, cutime 16, cstime 17.
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0);
    stats.set(Number(name), { parent: fields[1] ?? 0, cpuS: ticks / TICKS_A_SECOND });
  }
  return stats;
}

function rssMiB(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(textOf(`/proc/${String(pid)}/status`) ?? '')?.[1];
  return Math.round(Number(kib ?? 0) / 1024);
}

/** Null for a process that has just ended. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Processor seconds the machine has been busy: what is left after our own share is other people's work. */
function machineCpuS(): number {
  const [user, nice, system, , , irq, softirq, steal] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '')
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return [user, nice, system, irq, softirq, steal].reduce<number>((sum, n) => sum + (n ?? 0), 0) / TICKS_A_SECOND;
}

/** Processor seconds by part; `load` is this process, `other` whatever else the machine did. */
export type Cpu = Record<string, number>;

/** Runs the work and says what each of the processes (name → pid), this one, and the rest of the machine used meanwhile. */
export async function costed<T>(
  parts: Record<string, number>,
  work: () => Promise<T>,
): Promise<{ value: T; cpu: Cpu }> {
  const before = cpuOf(parts);
  const all = machineCpuS();
  const value = await work();
  const after = cpuOf(parts);
  const cpu: Cpu = {};
  for (const name of Object.keys(after)) cpu[name] = rounded((after[name] ?? 0) - (before[name] ?? 0));
  const ours = Object.values(cpu).reduce((sum, s) => sum + s, 0);
  return { value, cpu: { ...cpu, other: rounded(machineCpuS() - all - ours) } };
}

function cpuOf(parts: Record<string, number>): Cpu {
  const own = process.cpuUsage();
  return {
    ...Object.fromEntries(Object.entries(parts).map(([name, pid]) => [name, usageOf(pid).cpuS])),
    load: (own.user + own.system) / 1e6,
  };
}

export const rounded = (n: number, digits = 2): number => Number(n.toFixed(digits));

/** Milliseconds: how many samples, and the usual percentiles. */
export interface Summary {
  n: number;
  p50: number;
  p95: number;
  p99: number;
}

export function summary(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (p: number): number => rounded(sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN);
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Each percentile's own median over repeated measurements. */
export const medianSummary = (all: readonly Summary[]): Summary => ({
  n: all.reduce((sum, s) => sum + s.n, 0),
  p50: median(all.map((s) => s.p50)),
  p95: median(all.map((s) => s.p95)),
  p99: median(all.map((s) => s.p99)),
});
