import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { encodingOf, textOf } from './encoding.ts';
import { type Cell, type SheetRow, type Source, UnreadableError } from './row.ts';

const SEPARATORS = { ',': '逗号', '\t': '制表符', ';': '分号', '，': '全角逗号', '|': '竖线' } as const;
const LONGEST_ROW = 256 * 1024;

/** The rows of a text table, streamed. `format` says how it was read, in Chinese. */
export async function readCsv(source: Source): Promise<{ format: string; rows: AsyncGenerator<SheetRow> }> {
  const encoding = await encodingOf(source);
  const separator = await separatorOf(textOf(source, encoding));
  return {
    format: `CSV，${encoding.label}，${SEPARATORS[separator]}分隔`,
    rows: rowsOf(textOf(source, encoding), separator),
  };
}

/** The separator that the first line with any text has most of. */
async function separatorOf(text: AsyncIterable<string>): Promise<keyof typeof SEPARATORS> {
  let head = '';
  for await (const piece of text) {
    head += piece;
    if (/\S[^\n]*\n/.test(head) || head.length > LONGEST_ROW) break;
  }
  const line = head.split(/\r?\n/).find((each) => each.trim() !== '') ?? '';
  const counted = (Object.keys(SEPARATORS) as (keyof typeof SEPARATORS)[]).map((separator) => ({
    separator,
    count: line.split(separator).length - 1,
  }));
  return counted.reduce((best, each) => (each.count > best.count ? each : best), { separator: ',', count: 0 })
    .separator;
}

async function* rowsOf(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<SheetRow> {
  const parser = parse({
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: LONGEST_ROW,
  });
  // A fault of the source ends the parser, and is thrown where its rows are read.
  pipeline(Readable.from(text), parser, () => undefined);
  let number = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      number += 1;
      yield { number, cells: record.map(cellOf) };
    }
  } catch (error) {
    if (error instanceof CsvError) throw broken(number + 1);
    throw error;
  }
}

const broken = (row: number): UnreadableError =>
  new UnreadableError({
    code: 'import-broken-row',
    detail: `第 ${row} 行起无法识别：引号没有成对，或一行过长。`,
    fix: '请用表格软件打开核对后另存，再重新上传。',
  });

/** A text that begins with = is what a spreadsheet would compute. */
function cellOf(raw: string): Cell {
  const text = raw.trim();
  return { text, kind: text.startsWith('=') ? 'formula' : 'text' };
}
