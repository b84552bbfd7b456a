/**
 * A place of this system to lead a browser to, as its path, query and fragment; null for anything that could lead elsewhere. Judged as a
 * browser reads it: it drops tabs, takes a backslash for a slash, and folds `/./`.
 */
export function ownPath(text: string | null | undefined): string | null {
  if (typeof text !== 'string' || !text.startsWith('/') || text.length > 2000) return null;
  const here = 'http://here.invalid';
  if (!URL.canParse(text, here)) return null;
  const { origin, pathname, search, hash } = new URL(text, here);
  return origin === here && !pathname.startsWith('//') ? pathname + search + hash : null;
}
