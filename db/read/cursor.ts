import { isDay } from '../../rules/calendar.ts';

/** Where a page ended: the sort key of its last row and the row's id. Opaque outside; what does not decode is refused. */
export type Cursor = { key: string; id: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** As PostgreSQL writes an instant; no offset that it would not read. */
const INSTANT = /^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-4])(:[0-5]\d)?$/;

export const encodeCursor = ({ key, id }: Cursor): string => Buffer.from(`${key}|${id}`).toString('base64url');

/** @returns null for a text that no page of this kind has given out */
export function decodeCursor(text: string, kind: 'day' | 'instant'): Cursor | null {
  const [key = '', id = '', ...rest] = Buffer.from(text, 'base64url').toString().split('|');
  const fits = kind === 'day' ? isDay(key) : INSTANT.test(key) && isDay(key.slice(0, 10));
  return fits && UUID.test(id) && rest.length === 0 ? { key, id } : null;
}

/** Cuts the one row too many that was asked for, and says where the next page begins. */
export function pageOf<R>(rows: R[], limit: number, cursorOf: (row: R) => Cursor): { rows: R[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}
