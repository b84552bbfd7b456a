/**
 * Runs what belongs to one key one after the other, and at most as many keys' at once as there are lanes: a person's two windows are
 * never taken for two guesses, and what is under way is few against any count of failures.
 */
export function inTurn(lanes: number): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last: Promise<unknown>[] = [];
  return (key, work) => {
    const lane = laneOf(key, lanes);
    const before = last[lane] ?? Promise.resolve();
    const mine = before.then(work);
    // The next in the lane does not mind how this one ended; its own caller does.
    last[lane] = mine.catch(() => undefined);
    return mine;
  };
}

function laneOf(key: string, lanes: number): number {
  let sum = 0;
  for (const character of key) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum % lanes;
}
