import path from 'node:path';
import { IMPORT_LIMITS } from '../contract/imports.ts';
import { type SheetRow, type Source, UnreadableError } from './row.ts';
import { type Thread, Threads, TooMuchError } from './threads.ts';
import type { WorkbookAnswer, WorkbookTask } from './workbook.ts';

/**
 * A workbook's first sheet, read by hucre in a thread of its own (workbook.ts). Held in memory, for only so are formulas told from their
 * last results; bounded in bytes, rows, cells, and in what the zip unfolds to.
 * @param most how many rows it may have with its heading
 * @throws UnreadableError while opening or reading; BusyError when too many are being read
 */
export async function readWorkbook(
  source: Source,
  most: number,
): Promise<{ format: string; rows: AsyncGenerator<SheetRow> }> {
  const file = await gathered(source, most);
  if (inflatedBytes(file) > EMPTY_WORKBOOK_BYTES + most * ROW_BYTES) throw tooLarge(most);
  const task: WorkbookTask = { file, most, mostCells: most * CELLS_A_ROW };
  const thread = await readers.begin<'next', WorkbookAnswer>(path.join(import.meta.dirname, 'workbook.ts'), task);
  try {
    const opened = await thread.ask('next');
    if (opened.is === 'opened') return { format: `XLSX，工作表“${opened.sheet}”`, rows: rowsOf(thread, most) };
    throw opened.is === 'not-a-table' ? notATable() : tooLarge(most);
  } catch (error) {
    await thread.end();
    throw error instanceof TooMuchError ? tooLarge(most) : error;
  }
}

async function* rowsOf(thread: Thread<'next', WorkbookAnswer>, most: number): AsyncGenerator<SheetRow> {
  try {
    for (;;) {
      const answer = await thread.ask('next');
      if (answer.is !== 'rows') return;
      yield* answer.rows;
    }
  } catch (error) {
    throw error instanceof TooMuchError ? tooLarge(most) : error;
  } finally {
    await thread.end();
  }
}

/** Of this process. Fifty thousand rows of twenty cells need half a gigabyte and some five seconds of a processor. */
const readers = new Threads({ atOnce: 2, waiting: 6, heapMiB: 768, answerMs: 120_000 });
/** On the average of as many rows as there may be. */
const CELLS_A_ROW = 40;

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

async function gathered(source: Source, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source.bytes()) {
    bytes += chunk.length;
    if (bytes > IMPORT_LIMITS.xlsxBytes) throw tooLarge(most);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const notATable = (): UnreadableError =>
  new UnreadableError({
    code: 'import-not-a-table',
    detail: '文件不是可读取的 XLSX 工作簿（已损坏、加密，或只是改了扩展名）。',
    fix: '请用表格软件打开，取消密码后另存为 XLSX 或 CSV，再重新上传。',
  });

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
