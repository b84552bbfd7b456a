import type { ColumnType } from 'kysely';

/** An instant: read as a Date, written as a Date or an ISO string. */
export type Instant = ColumnType<Date, Date | string, Date | string>;
export type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** An instant the database sets when none is given. */
export type InstantNow = ColumnType<Date, Date | string | undefined, Date | string>;
/** A legal day, 'YYYY-MM-DD'. */
export type Day = string;
/** JSON is written as text so that arrays are not mistaken for PostgreSQL arrays. */
export type Json<T> = ColumnType<T, string, string>;
export type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>;
export type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;
