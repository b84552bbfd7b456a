/** A random version-4 UUID, also where the page came over plain http and `crypto.randomUUID` is withheld. */
export function newId(): string {
  // The DOM's types say it is always there; browsers withhold it outside secure contexts.
  const made = (crypto as Partial<Pick<Crypto, 'randomUUID'>>).randomUUID?.call(crypto);
  if (made !== undefined) return made;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
