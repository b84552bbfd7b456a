import type { WholeProblem } from '../contract/imports.ts';

/**
 * Lists as files, apart from any database. The frame, from file to record:
 *
 *   file ── encoding.ts / csv.ts / xlsx.ts ──▶ SheetRow (numbered cells)          readSheet (sheet.ts)
 *        ── columns.ts: header → columns, cell → value ──▶ values or RowErrors    RowSchema (one a kind of list)
 *        ── db/imports.ts: staged in import_row, shown (预览), confirmed, then carried out page by page
 *
 * A new kind of list (attendance of a training, people of a unit) needs:
 *   1. a line in IMPORT_KINDS (contract/imports.ts);
 *   2. a file db/import-<kind>.ts that gives an ImportKind: its columns and row schema; `check`, which turns a page of values into what is to
 *      be done (ids, never ID numbers) with a key that tells repeated rows; `apply`, which does a page in the job's transaction
 *      and says what became of each row; the words of its outcomes; who may import (`organisationFor`);
 *   3. its entry in IMPORTERS (db/imports.ts).
 * Reading, encodings, formulas, limits, preview, restart, progress, cancelling and the page on the web then come by themselves.
 *
 * Restart: a job works for some seconds and asks for the next one. The cursor moves in the transaction of the rows it passes, under the
 * import's row lock: an interrupted import goes on behind the last row done, and two jobs of one import cannot both do a page.
 */

/** A cell: its text as a person reads it. A formula is not a value, and a number may have lost digits. */
export type Cell = { text: string; kind: 'text' | 'number' | 'formula' };

/** A row with its number as a spreadsheet shows it. */
export type SheetRow = { number: number; cells: readonly Cell[] };

/** The file as a whole cannot be read. */
export class UnreadableError extends Error {
  readonly problem: WholeProblem;
  constructor(problem: WholeProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** A file's bytes, from the beginning, as often as asked. */
export type Source = { name: string; bytes(): AsyncIterable<Buffer> };
