import { HucreError } from 'hucre';
import { type CellValue, readXlsx } from 'hucre/xlsx';
import { type Cell, type SheetRow, type Source, UnreadableError } from './row.ts';

/**
 * A workbook's first sheet, by hucre: nothing else knows of it. In memory, for only so are formulas told from their last results; bounded.
 * @param most how many rows it may have with its heading
 */
export async function readWorkbook(
  source: Source,
  most: number,
): Promise<{ format: string; rows: AsyncGenerator<SheetRow> }> {
  const file = await gathered(source);
  if (inflatedBytes(file) > EMPTY_WORKBOOK_BYTES + most * ROW_BYTES) throw tooLarge(most);
  const sheet = await firstSheet(file, most);
  if (sheet.rows.length > most) throw tooLarge(most);
  return { format: `XLSX，工作表“${sheet.name}”`, rows: rowsOf(sheet) };
}

/**
 * What a workbook may unfold to, some ten long cells a row. The reader holds the thread while it reads, and ten thousand cells fit in a
 * kilobyte of a zip: half a minute and a gigabyte for what a bound of all rows together would let through.
 */
const ROW_BYTES = 1_280;
const EMPTY_WORKBOOK_BYTES = 2 * 1024 * 1024;

const tooLarge = (most: number): UnreadableError =>
  new UnreadableError({
    code: 'import-too-large',
    detail: `XLSX 文件最多 ${most - 1} 行，且内容过大的不能读取。`,
    fix: '请删去无关的列、格式和图片，或拆分文件，或另存为 CSV（UTF-8）后上传。',
  });

async function gathered(source: Source): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.bytes()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function firstSheet(file: Buffer, most: number) {
  try {
    const workbook = await readXlsx(file, { sheets: [0], maxRows: most + 1 });
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

/**
 * What the parts of the zip unfold to by its own directory, found where the reader finds it: from the end, so that a directory planted
 * among the contents is none. The reader stops a part at the size it declares, but one that declares nothing only at gigabytes.
 * @returns Infinity where the directory cannot be believed
 */
function inflatedBytes(file: Buffer): number {
  const end = file.lastIndexOf('PK\x05\x06', -DIRECTORY_END, 'latin1');
  if (end === -1) return 0;
  const count = file.readUInt16LE(end + 10);
  let at = file.readUInt32LE(end + 16);
  let sum = 0;
  for (let entry = 0; entry < count; entry += 1) {
    if (at + CENTRAL_HEAD > file.length || file.readUInt32LE(at) !== CENTRAL_ENTRY) return Number.POSITIVE_INFINITY;
    sum += declaredBytes(file, at);
    at += CENTRAL_HEAD + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return sum;
}

const DIRECTORY_END = 22;
const CENTRAL_ENTRY = 0x02014b50;
const CENTRAL_HEAD = 46;
const HAS_DESCRIPTOR = 8;
/** Deflated nothing. */
const NOTHING_BYTES = 2;

function declaredBytes(file: Buffer, at: number): number {
  const packed = file.readUInt32LE(at + 20);
  const unpacked = file.readUInt32LE(at + 24);
  if (unpacked > 0) return unpacked;
  const isFolder = file[at + CENTRAL_HEAD + file.readUInt16LE(at + 28) - 1] === SLASH;
  const isDescribedElsewhere = (file.readUInt16LE(at + 8) & HAS_DESCRIPTOR) !== 0;
  return isFolder || (packed <= NOTHING_BYTES && !isDescribedElsewhere) ? 0 : Number.POSITIVE_INFINITY;
}

const SLASH = 0x2f;

type Read = { rows: CellValue[][]; cells?: Map<string, { formula?: string }> };

// CSV's rows come asynchronously, and both readers have one shape.
// eslint-disable-next-line @typescript-eslint/require-await
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
