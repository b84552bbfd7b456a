import iconv from 'iconv-lite';
import { type Source, UnreadableError } from './row.ts';

/** In what the text is written: UTF-8 with or without a mark, UTF-16 with one, else GB 18030 (what spreadsheets in Chinese offices save). */
export type Encoding = { code: 'utf8' | 'utf16le' | 'utf16-be' | 'gb18030'; label: string };

/** Found in one pass that keeps nothing: UTF-8 is told by its own form, which GB 18030 text all but never has. */
export async function encodingOf(source: Source): Promise<Encoding> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let isFirst = true;
  for await (const chunk of source.bytes()) {
    const marked = isFirst ? byMark(chunk) : null;
    if (marked) return marked;
    isFirst = false;
    try {
      utf8.decode(chunk, { stream: true });
    } catch (error) {
      if (error instanceof TypeError) return GB18030;
      throw error;
    }
  }
  try {
    utf8.decode();
    return { code: 'utf8', label: 'UTF-8' };
  } catch (error) {
    if (error instanceof TypeError) return GB18030;
    throw error;
  }
}

const GB18030: Encoding = { code: 'gb18030', label: 'GB 18030' };

function byMark(head: Buffer): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { code: 'utf8', label: 'UTF-8（带标记）' };
  if (head[0] === 0xff && head[1] === 0xfe) return { code: 'utf16le', label: 'UTF-16' };
  return head[0] === 0xfe && head[1] === 0xff ? { code: 'utf16-be', label: 'UTF-16' } : null;
}

/**
 * The file's text, piece by piece.
 * @throws UnreadableError where a piece is no text in the encoding
 */
export async function* textOf(source: Source, { code }: Encoding): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(code);
  for await (const chunk of source.bytes()) yield whole(decoder.write(chunk));
  yield whole(decoder.end() ?? '');
}

function whole(text: string): string {
  if (!text.includes('\u0000') && !text.includes('\uFFFD')) return text;
  throw new UnreadableError({
    code: 'import-not-a-table',
    detail: '文件内容不是文本表格，或编码无法识别。',
    fix: '请用表格软件另存为 XLSX，或编码为 UTF-8 或 GB 18030 的 CSV 后重新上传。',
  });
}
