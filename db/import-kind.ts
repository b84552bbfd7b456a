import type { RowError } from '../contract/imports.ts';
import type { Places, RowSchema } from '../imports/columns.ts';
import type { SheetRow } from '../imports/row.ts';
import type { Caller } from './acts/caller.ts';
import type { Db } from './connect.ts';

/** What a row asks for, checked: `content` is kept with the import and must hold ids, never ID numbers; equal keys ask for the same. */
export type Checked = { number: number } & ({ content: unknown; key: string } | { errors: RowError[] });

export type RowToDo = { number: number; content: unknown };
export type ImportContext = { organisationId: string; today: string };

/** A kind of list that can be imported (imports/row.ts says what belongs to a new one). */
export type Importer = {
  schema: RowSchema<string>;
  /** Judges a page of rows; writes nothing. */
  check(db: Db, context: ImportContext, places: Places<string>, rows: readonly SheetRow[]): Promise<Checked[]>;
  /** Carries out a page in the job's transaction; the outcome of each row, by number. */
  apply(trx: Db, context: ImportContext, rows: readonly RowToDo[]): Promise<Map<number, string>>;
  /** Each outcome in words. */
  outcomes: Readonly<Record<string, string>>;
  /** For which organisation the caller imports lists of this kind; null when for none. */
  organisationFor(db: Db, caller: Caller, today: string): Promise<string | null>;
};
