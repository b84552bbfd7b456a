/** Negative, zero or positive by code points: plain `<` on UTF-16 units would sort a surrogate before U+E000. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (at < a.length && a.codePointAt(at) === b.codePointAt(at)) at += (a.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}
