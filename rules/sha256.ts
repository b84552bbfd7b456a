/**
 * SHA-256 (FIPS 180-4) of a text, by arithmetic alone: the same in the API, in a browser and in a test, so that whoever doubts a sample
 * can recompute it anywhere, also with `sha256sum`.
 */

const K = primes(64).map((prime) => fraction(Math.cbrt(prime)));
const START = primes(8).map((prime) => fraction(Math.sqrt(prime)));

/** The hash of a text's UTF-8 bytes: 64 lower-case hexadecimal digits. */
export function sha256(text: string): string {
  const state = [...START];
  const words = padded(bytesOf(text));
  for (let at = 0; at < words.length; at += 16) absorb(state, words.subarray(at, at + 16));
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function absorb(state: number[], block: Uint32Array): void {
  const w = schedule(block);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at += 1) {
    const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + (K[at] ?? 0) + (w[at] ?? 0)) | 0;
    const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => {
    state[at] = ((state[at] ?? 0) + word) | 0;
  });
}

function schedule(block: Uint32Array): Int32Array {
  const w = new Int32Array(64);
  w.set(block);
  for (let at = 16; at < 64; at += 1) {
    const [before15, before2] = [w[at - 15] ?? 0, w[at - 2] ?? 0];
    const small0 = rotated(before15, 7) ^ rotated(before15, 18) ^ (before15 >>> 3);
    const small1 = rotated(before2, 17) ^ rotated(before2, 19) ^ (before2 >>> 10);
    w[at] = ((w[at - 16] ?? 0) + small0 + (w[at - 7] ?? 0) + small1) | 0;
  }
  return w;
}

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The message, a one, zeros, and its length in bits, as big-endian words in whole blocks of sixteen. */
function padded(bytes: readonly number[]): Uint32Array {
  const words = new Uint32Array((((bytes.length + 8) >> 6) + 1) * 16);
  const put = (at: number, byte: number): void => {
    words[at >> 2] = (words[at >> 2] ?? 0) | (byte << (24 - (at % 4) * 8));
  };
  bytes.forEach((byte, at) => {
    put(at, byte);
  });
  put(bytes.length, 0x80);
  words[words.length - 2] = Math.floor((bytes.length * 8) / 2 ** 32);
  words[words.length - 1] = bytes.length * 8;
  return words;
}

/** The UTF-8 bytes of a text; a lone surrogate is a fault of the caller. */
function bytesOf(text: string): number[] {
  const bytes: number[] = [];
  const encoded = encodeURIComponent(text);
  for (let at = 0; at < encoded.length; at += 1) {
    const isEscaped = encoded[at] === '%';
    bytes.push(isEscaped ? Number.parseInt(encoded.slice(at + 1, at + 3), 16) : encoded.charCodeAt(at));
    if (isEscaped) at += 2;
  }
  return bytes;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** The first 32 bits of the fractional part. */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}
