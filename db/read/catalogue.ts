/** What lists of a catalogue share: the place where a page begins is the code of the last entry before it. */
export const placeOf = (code: string): string => Buffer.from(code).toString('base64url');
export const nameOf = (place: string): string => Buffer.from(place, 'base64url').toString();

/** A pattern for `ilike` that finds a text anywhere, whatever characters it has. */
export const likeOf = (text = ''): string => `%${text.replace(/[\\%_]/g, (special) => `\\${special}`)}%`;
