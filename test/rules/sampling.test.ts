import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawSample, frameHash, frameOf, SAMPLING_ALGORITHM } from '../../rules/sampling.ts';
import { sha256 } from '../../rules/sha256.ts';

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex');
const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `claim-${at}`);

describe('SHA-256 by arithmetic', () => {
  // Around the ends of one block and two.
  test.each(['', 'abc', '学时', '😀', ...[55, 56, 63, 64, 119, 120].map((n) => 'a'.repeat(n))])('of %j', (text) => {
    expect(sha256(text)).toBe(hashed(text));
  });
  test('of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => sha256(text) === hashed(text)));
  });
});

describe('a random sample', () => {
  test('20: is recomputed by anybody with a hash and a sort', () => {
    const [seed, frame] = ['0f'.repeat(16), ids(200)];
    const ranked = frame.map((id) => [hashed(`${seed}:${id}`), id] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    expect(drawSample({ seed, frame, size: 10 })).toEqual(ranked.slice(0, 10).map(([, id]) => id));
    expect(SAMPLING_ALGORITHM).toBe('sha256-rank-1');
  });

  test('20: is the same for the same seed and frame, in whatever order and however often the frame names an id', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ids(60), { minLength: 5 }), fc.string(), (frame, seed) => {
        const again = [...frame].reverse().concat(frame.slice(0, 3));
        expect(drawSample({ seed, frame: again, size: 5 })).toEqual(drawSample({ seed, frame, size: 5 }));
        expect(frameHash(again)).toBe(frameHash(frame));
      }),
    );
  });

  test('20: draws ids of the frame, each once, no more than there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 80 }), fc.integer({ min: 0, max: 50 }), (size, count) => {
        const sample = drawSample({ seed: 's', frame: ids(count), size });
        expect(new Set(sample).size).toBe(Math.min(Math.max(size, 0), count));
        expect(sample.every((id) => ids(count).includes(id))).toBe(true);
      }),
    );
  });

  test('20: a larger sample of one seed begins with the smaller', () => {
    const of = (size: number) => drawSample({ seed: 'x', frame: ids(50), size });
    expect(of(20).slice(0, 7)).toEqual(of(7));
  });

  test('20: every id has about the same chance', () => {
    const drawn = new Map<string, number>();
    for (let at = 0; at < 2000; at += 1)
      for (const id of drawSample({ seed: `seed-${at}`, frame: ids(20), size: 5 }))
        drawn.set(id, (drawn.get(id) ?? 0) + 1);
    for (const count of drawn.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
    expect(drawn.size).toBe(20);
  });

  test('20: an id put in or left out changes the fingerprint of the frame', () => {
    expect(frameHash(ids(10))).not.toBe(frameHash(ids(11)));
    expect(frameHash(['b', 'a'])).toBe(hashed('a\nb'));
    expect(frameOf(['b', 'a', 'b'])).toEqual(['a', 'b']);
  });
});
