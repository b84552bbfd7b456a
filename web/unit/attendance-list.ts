import { isDay } from '../../rules/calendar.ts';

/** An attendance list as cells pasted from a spreadsheet; files are read by the API. */

export type ListedRow = {
  row: number;
  workNumber?: string;
  idNumber?: string;
  personKey?: string;
  name?: string;
  missed?: string[];
};
type Column = Exclude<keyof ListedRow, 'row'>;

/** What the columns may be called. */
const HEADERS: Readonly<Record<string, Column>> = {
  工号: 'workNumber',
  职工号: 'workNumber',
  身份证号: 'idNumber',
  身份证号码: 'idNumber',
  证件号码: 'idNumber',
  人员标识: 'personKey',
  姓名: 'name',
  缺席日期: 'missed',
};

/**
 * The rows of a list, each with its number as a spreadsheet shows it. Without a heading the first column is the work number and the second
 * the name. Empty rows are left out.
 * @returns what is wrong with the whole list, in Chinese, or its rows
 */
export function readList(text: string): { rows: ListedRow[] } | { problem: string } {
  const cells = cellsOf(text);
  const first = cells[0]?.map((cell) => HEADERS[cell.trim()]);
  const hasHeading = first?.some((column) => column !== undefined) ?? false;
  const columns: (Column | undefined)[] = hasHeading ? (first ?? []) : ['workNumber', 'name'];
  if (!columns.some((column) => column === 'workNumber' || column === 'idNumber' || column === 'personKey'))
    return { problem: '名单中没有“工号”“身份证号”或“人员标识”一列。' };
  const rows = cells.flatMap((line, index) =>
    (hasHeading && index === 0) || line.every((cell) => cell.trim() === '') ? [] : [rowOf(line, columns, index + 1)],
  );
  return rows.length === 0 ? { problem: '名单是空的。' } : { rows };
}

function rowOf(line: readonly string[], columns: readonly (Column | undefined)[], row: number): ListedRow {
  const listed: ListedRow = { row };
  for (const [index, column] of columns.entries()) {
    const cell = (line[index] ?? '').trim();
    if (column === undefined || cell === '') continue;
    if (column === 'missed') listed.missed = daysIn(cell);
    else listed[column] = cell;
  }
  return listed;
}

/** `2026/10/3、2026-10-04`: days as people write them. What is no day stays, for the answer to name it. */
const daysIn = (cell: string): string[] =>
  cell
    .split(/[、,，;；\s]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [, year = '', month = '', date = ''] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(part) ?? [];
      const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
      return isDay(day) ? day : part;
    });

/** Cells separated by tabs (pasted) or commas; a cell in quotes may hold both, and line ends. */
function cellsOf(text: string): string[][] {
  const plain = text.replace(/^\uFEFF/, '');
  const separator = plain.includes('\t') ? '\t' : ',';
  const lines: string[][] = [];
  let line: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    line.push(cell);
    cell = '';
  };
  const endLine = () => {
    endCell();
    lines.push(line);
    line = [];
  };
  for (let index = 0; index < plain.length; index += 1) {
    const char = plain.charAt(index);
    if (isQuoted && char === '"' && plain.charAt(index + 1) === '"') {
      cell += char;
      index += 1;
    } else if (char === '"' && (isQuoted || cell === '')) isQuoted = !isQuoted;
    else if (!isQuoted && (char === separator || (separator === ',' && char === '，'))) endCell();
    else if (!isQuoted && char === '\n') endLine();
    else if (isQuoted || char !== '\r') cell += char;
  }
  if (cell !== '' || line.length > 0) endLine();
  return lines;
}
