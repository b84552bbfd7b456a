import { IMPORT_LIMITS } from '../contract/imports.ts';
import { readCsv } from './csv.ts';
import type { SheetRow, Source } from './row.ts';
import { readWorkbook } from './xlsx.ts';

const ZIP = Buffer.from('PK\x03\x04', 'latin1');

/**
 * The rows of a list, whatever kind of file it is; told by content, not by name. May be read again from the beginning.
 * @param workbookRows how many rows a workbook, which is held in memory, may have below its heading
 * @throws UnreadableError while opening or reading
 */
export async function readSheet(
  source: Source,
  workbookRows: number = IMPORT_LIMITS.xlsxRows,
): Promise<{ format: string; rows: AsyncGenerator<SheetRow> }> {
  for await (const chunk of source.bytes()) {
    return chunk.subarray(0, ZIP.length).equals(ZIP) ? readWorkbook(source, workbookRows + 1) : readCsv(source);
  }
  return readCsv(source);
}
