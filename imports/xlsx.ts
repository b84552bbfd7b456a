import { HucreError } from 'hucre';
import { type CellValue, readXlsx } from 'hucre/xlsx';
import { IMPORT_LIMITS } from '../contract/imports.ts';
import { type Cell, type SheetRow, type Source, UnreadableError } from './row.ts';

/** A workbook's first sheet, by hucre: nothing else knows of it. In memory, for only so are formulas told from their last results; bounded. */
export async function readWorkbook(source: Source): Promise<{ format: string; rows: AsyncGenerator<SheetRow> }> {
  const file = await gathered(source);
  if (inflatedBytes(file) > MOST_INFLATED) throw TOO_LARGE;
  const sheet = await firstSheet(file);
  if (sheet.rows.length > IMPORT_LIMITS.xlsxRows + 1) throw TOO_LARGE;
  return { format: `XLSX，工作表“${sheet.name}”`, rows: rowsOf(sheet) };
}

const MOST_INFLATED = 200 * 1024 * 1024;

const TOO_LARGE = new UnreadableError({
  code: 'import-too-large',
  detail: `XLSX 文件最多 ${IMPORT_LIMITS.xlsxRows} 行。`,
  fix: '请拆分文件，或另存为 CSV（UTF-8）后上传，CSV 最多 100 万行。',
});

async function gathered(source: Source): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.bytes()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function firstSheet(file: Buffer) {
  try {
    const workbook = await readXlsx(file, { sheets: [0], maxRows: IMPORT_LIMITS.xlsxRows + 2 });
    const [sheet] = workbook.sheets;
    if (sheet) return sheet;
  } catch (error) {
    if (!(error instanceof HucreError)) throw error;
  }
  throw new UnreadableError({
    code: 'import-not-a-table',
    detail: '文件不是可读取的 XLSX 工作簿（已损坏、加密，或只是改了扩展名）。',
    fix: '请用表格软件打开，取消密码后另存为 XLSX 或 CSV，再重新上传。',
  });
}

const CENTRAL_ENTRY = 0x02014b50;
const CENTRAL_HEAD = 46;

/** What the parts of the zip unfold to, by its own directory: a small file may claim gigabytes. */
function inflatedBytes(file: Buffer): number {
  let sum = 0;
  for (let at = file.indexOf('PK\x01\x02', 0, 'latin1'); at !== -1 && at + CENTRAL_HEAD <= file.length; ) {
    if (file.readUInt32LE(at) !== CENTRAL_ENTRY) break;
    sum += file.readUInt32LE(at + 24);
    at += CENTRAL_HEAD + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
    if (at + 4 > file.length) break;
  }
  return sum;
}

type Read = { rows: CellValue[][]; cells?: Map<string, { formula?: string }> };

async function* rowsOf({ rows, cells }: Read): AsyncGenerator<SheetRow> {
  for (const [index, values] of rows.entries()) {
    yield {
      number: index + 1,
      cells: values.map((value, column) => cellOf(value, cells?.get(`${index},${column}`)?.formula !== undefined)),
    };
  }
}

function cellOf(value: CellValue, isFormula: boolean): Cell {
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value ?? '').trim();
  if (isFormula || text.startsWith('=')) return { text, kind: 'formula' };
  return { text, kind: typeof value === 'number' ? 'number' : 'text' };
}
