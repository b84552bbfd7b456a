import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { writeXlsx, writeXlsxStream } from 'hucre/xlsx';

/** Tables as files. Rows are pulled as the receiver reads, so that a million of them need no more memory than a page. */

export type Cell = string | number | null;
type RowsOf<R> = AsyncIterable<R> | Iterable<R>;
export type Sheet = { name: string; header: readonly string[]; rows: RowsOf<readonly Cell[]> };

/** A sheet that is held in memory, with its heading. */
export type SmallSheet = { name: string; rows: readonly (readonly Cell[])[] };

/** A workbook with one sheet; more rows than a sheet holds go on in the next. Text stays text, also when it begins like a formula. */
export function asXlsx({ name, header, rows }: Sheet): Readable {
  const columns = header.map((each) => ({ header: each }));
  const stream = writeXlsxStream(mutable(rows), { name, columns, freezePane: { rows: 1 } });
  return Readable.fromWeb(stream);
}

/** UTF-8 with the mark that spreadsheets ask for; what would be read as a formula is kept text by a leading apostrophe. */
export function asCsv({ header, rows }: Sheet): Readable {
  const csv = stringify({
    bom: true,
    header: true,
    columns: [...header],
    escape_formulas: true,
    record_delimiter: 'windows',
  });
  const source = Readable.from(mutable(rows));
  source.once('error', (error) => csv.destroy(error));
  // A receiver that goes away ends the reading of rows.
  csv.once('close', () => source.destroy());
  return source.pipe(csv);
}

/** A small workbook of several sheets, made in one go. */
export async function asWorkbook(sheets: readonly SmallSheet[]): Promise<Readable> {
  const bytes = await writeXlsx({
    sheets: sheets.map(({ name, rows }) => ({ name, rows: rows.map((row) => [...row]), freezePane: { rows: 1 } })),
  });
  return Readable.from([Buffer.from(bytes)]);
}

const TEMPLATE_WIDTH = 22;
/** Rows of a template whose empty cells are text already; hucre formats cells, not whole columns. */
export const TEXT_ROWS = 2_000;

/**
 * A list to fill in: heading and example, and a second sheet that says what each column is for. Its cells are text, also where nothing is
 * written yet: a spreadsheet drops the last digits of an ID number typed into a cell without a format.
 */
export async function asTemplate(
  name: string,
  { header, example, notes }: { header: readonly string[]; example: readonly string[]; notes: readonly Cell[][] },
): Promise<Readable> {
  const columns = header.map(() => ({ numFmt: '@', width: TEMPLATE_WIDTH }));
  const empty = Array.from({ length: TEXT_ROWS }, () => header.map(() => null));
  const bytes = await writeXlsx({
    sheets: [
      { name, columns, rows: [[...header], [...example], ...empty], freezePane: { rows: 1 } },
      { name: '填写说明', columns: [{ width: 16 }, { width: 12 }, { width: 60 }], rows: [...notes] },
    ],
  });
  return Readable.from([Buffer.from(bytes)]);
}

async function* mutable(rows: RowsOf<readonly Cell[]>): AsyncGenerator<Cell[]> {
  for await (const row of rows) yield [...row];
}
