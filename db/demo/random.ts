/**
 * A small deterministic source of chance (mulberry32), so that the same seed makes the same province on every machine.
 * Nothing in the demo data may use `Math.random` or the clock.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both possible. */
  int(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Picks by weight; the weights need not add up to anything. */
  weighted<T>(from: readonly (readonly [T, number])[]): T;
  /** A copy in another order. */
  shuffled<T>(from: readonly T[]): T[];
  /** A UUID of version 7 whose time part is the given instant. */
  uuid(at: Date): string;
  /** An independent source: what one part of the data draws does not shift another part. */
  fork(label: string): Random;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

function weightedPick<T>(next: () => number, from: readonly (readonly [T, number])[]): T {
  let left = next() * from.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of from) {
    left -= weight;
    if (left < 0) return value;
  }
  return at(from, from.length - 1)[0];
}

function at<T>(from: readonly T[], index: number): T {
  if (index < 0 || index >= from.length) throw new Error('picked from an empty list');
  return from[index] as T;
}

function uuidAt(next: () => number, instant: Date): string {
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += Math.floor(next() * 16).toString(16);
    return text;
  };
  const time = instant.getTime().toString(16).padStart(12, '0');
  const variant = (8 + Math.floor(next() * 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}

/** A source for a seed; sources of equal seeds give equal values. */
export function randomOf(seed: string | number): Random {
  const name = String(seed);
  const next = mulberry32(hashOf(name));
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (from) => at(from, Math.floor(next() * from.length)),
    weighted: (from) => weightedPick(next, from),
    shuffled: (from) => {
      const copy = [...from];
      for (let last = copy.length - 1; last > 0; last -= 1) {
        const other = int(0, last);
        const kept = at(copy, last);
        copy[last] = at(copy, other);
        copy[other] = kept;
      }
      return copy;
    },
    uuid: (instant) => uuidAt(next, instant),
    fork: (label) => randomOf(`${name}/${label}`),
  };
}
