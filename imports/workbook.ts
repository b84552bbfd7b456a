import { HucreError } from 'hucre';
import { type CellValue, readXlsx } from 'hucre/xlsx';
import type { Cell, SheetRow } from './row.ts';
import { answering, taskOf } from './threads.ts';

/**
 * A thread of its own for one workbook, begun by xlsx.ts: hucre holds the thread it reads in, seconds for some thousand rows. Whoever
 * began it asks for one answer after the other, so that neither side holds more than a page in passing.
 */

export type WorkbookTask = {
  file: Uint8Array;
  /** Rows with the heading. */
  most: number;
  /** Cells of all rows together. */
  mostCells: number;
};
export type WorkbookAnswer =
  | { is: 'opened'; sheet: string }
  | { is: 'rows'; rows: SheetRow[] }
  | { is: 'end' }
  | { is: 'not-a-table' }
  | { is: 'too-large' };

const answers = answersTo(taskOf<WorkbookTask>());
answering<'next', WorkbookAnswer>(async () => {
  const { value } = await answers.next();
  return value ?? { is: 'end' };
});

const ROWS_A_PAGE = 250;

async function* answersTo({ file, most, mostCells }: WorkbookTask): AsyncGenerator<WorkbookAnswer, undefined> {
  const sheet = await firstSheet(file, most);
  if (!sheet) {
    yield { is: 'not-a-table' };
    return undefined;
  }
  const cells = sheet.rows.reduce((sum, row) => sum + row.length, 0);
  if (sheet.rows.length > most || cells > mostCells) {
    yield { is: 'too-large' };
    return undefined;
  }
  yield { is: 'opened', sheet: sheet.name };
  for (let from = 0; from < sheet.rows.length; from += ROWS_A_PAGE) yield { is: 'rows', rows: rowsOf(sheet, from) };
  return undefined;
}

async function firstSheet(file: Uint8Array, most: number) {
  try {
    const { sheets } = await readXlsx(file, { sheets: [0], maxRows: most + 1 });
    return sheets[0] ?? null;
  } catch (error) {
    if (error instanceof HucreError) return null;
    throw error;
  }
}

type Read = { rows: CellValue[][]; cells?: Map<string, { formula?: string }> };

const rowsOf = ({ rows, cells }: Read, from: number): SheetRow[] =>
  rows.slice(from, from + ROWS_A_PAGE).map((values, index) => ({
    number: from + index + 1,
    cells: values.map((value, column) => cellOf(value, cells?.get(`${from + index},${column}`)?.formula !== undefined)),
  }));

function cellOf(value: CellValue, isFormula: boolean): Cell {
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value ?? '').trim();
  if (isFormula || text.startsWith('=')) return { text, kind: 'formula' };
  return { text, kind: typeof value === 'number' ? 'number' : 'text' };
}
