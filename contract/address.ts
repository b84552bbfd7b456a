/** What an address is completed with. */
export type Parts = { params?: Record<string, unknown>; query?: Record<string, unknown> };

/** A path with its `:parameters` filled in and its query behind it. */
export function filledIn(path: string, { params = {}, query = {} }: Parts): string {
  const filled = path.replace(/:([a-zA-Z]+)/g, (_, key: string) => encodeURIComponent(String(params[key])));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString();
  return search === '' ? filled : `${filled}?${search}`;
}
