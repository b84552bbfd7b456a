import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { fileTypeFromBuffer } from 'file-type';
import { IMPORT_LIMITS, LIST_TEMPLATES, type ShownImport } from '../../contract/imports.ts';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import {
  beginImport,
  cancelImport,
  confirmImport,
  dropImport,
  keepChunk,
  startReading,
} from '../../db/acts/imports.ts';
import type { Db } from '../../db/connect.ts';
import { everyError, importRows, listImports, readImport } from '../../db/read/imports.ts';
import { readListTemplate } from '../../db/read/list-templates.ts';
import type { Scope } from '../../db/read/scope.ts';
import type { Deps } from '../deps.ts';
import { CUT_OFF, firstPart, plainName } from '../evidence/transfer.ts';
import { asCsv, asTemplate, type Cell, TEXT_ROWS } from '../exports/sheet.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';

/** Lists handed in as files. The file is taken in as a stream and kept in pieces; reading it is the worker's. */
export function importRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  fileRoutes(app, deps);
  serve(app, 'imports', async ({ scope, params }) => {
    const items = await listImports(db, scope, params.kind, today());
    return items ? given({ items }) : refused(NOT_YOURS);
  });
  serve(app, 'uploadImport', async ({ scope, params, headers, request }) => {
    const part = await firstPart(request, { fileSize: IMPORT_LIMITS.csvBytes + 1 });
    if ('detail' in part) return refused(part);
    const asked = {
      kind: params.kind,
      fileName: plainName(part),
      requestKey: headers['idempotency-key'],
      today: today(),
    };
    const begun = await beginImport(db, scope, asked);
    if (!begun.ok) {
      part.file.resume();
      return begun;
    }
    if (begun.value.isNew) {
      const taken = await takeIn(db, scope, begun.value.id, part);
      if (taken) return refused(taken);
    } else part.file.resume();
    return show(db, scope, begun.value.id);
  });
  serve(app, 'import', ({ scope, params }) => show(db, scope, params.id));
  serve(app, 'importRows', async ({ scope, params, query }) => {
    const found = await readImport(db, scope, params.id, today());
    return found ? given(await importRows(db, found, query)) : refused(NO_IMPORT);
  });
  serve(app, 'confirmImport', async ({ scope, params }) => {
    const done = await confirmImport(db, scope, params.id, today());
    return done.ok ? show(db, scope, params.id) : done;
  });
  serve(app, 'cancelImport', async ({ scope, params }) => {
    const done = await cancelImport(db, scope, params.id, today());
    return done.ok ? show(db, scope, params.id) : done;
  });
}

/** What is downloaded: a list to fill in, and what was wrong with one. */
function fileRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'importErrors', async ({ scope, params, reply }) => {
    const found = await readImport(db, scope, params.id, today());
    if (!found) return refused(NO_IMPORT);
    const plain = found.fileName.replace(/\.[^.]*$/, '');
    void reply
      .header('content-type', MEDIA_TYPES.csv)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(`${plain}-有误的行.csv`)}`);
    return given(
      asCsv({ name: '有误的行', header: ['行号', '列', '问题'], rows: errorLines(everyError(db, params.id)) }),
    );
  });
  serve(app, 'listTemplate', async ({ params: { list }, query: { format }, reply }) => {
    const name = LIST_TEMPLATES[list];
    void reply
      .header('content-type', MEDIA_TYPES[format])
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.${format}`)}`);
    return given(await templateFile(name, readListTemplate(list), format));
  });
}

const MEDIA_TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
} as const;

async function templateFile(
  name: string,
  { header, example, notes }: ReturnType<typeof readListTemplate>,
  format: keyof typeof MEDIA_TYPES,
): Promise<Readable> {
  if (format === 'csv') return asCsv({ name, header, rows: [example] });
  const explained = notes.map(({ column, isRequired, note }) => [column, isRequired ? '必填' : '选填', note]);
  const head = ['列', '是否必填', '说明'];
  const last = [
    ['示例行', '', '第二行为示例，请删除或改写后上传'],
    ['格式', '', `前 ${TEXT_ROWS} 行已设为文本格式；更多的行请先把整列设为文本，再填写身份证号`],
  ];
  return asTemplate('名单', { header, example, notes: [head, ...explained, ...last] });
}

/** A line for each thing that is wrong: a row may have several. */
async function* errorLines(rows: ReturnType<typeof everyError>): AsyncGenerator<Cell[]> {
  for await (const { number, errors } of rows)
    for (const { column, message } of errors) yield [number, column, message];
}

async function show(db: Db, scope: Scope, id: string): Promise<Outcomes<ShownImport>> {
  const found = await readImport(db, scope, id, today());
  return found ? given(found) : refused(NO_IMPORT);
}

/** Keeps the file; a refused or broken one leaves nothing behind. */
async function takeIn(db: Db, scope: Scope, importId: string, part: MultipartFile): Promise<Refusal | null> {
  let problem: Refusal | null;
  try {
    const kept = await keep(db, importId, part);
    if ('sha256' in kept) {
      await startReading(db, scope, { importId, ...kept });
      return null;
    }
    problem = kept;
  } catch (error) {
    if (part.file.errored !== error) throw error;
    problem = CUT_OFF;
  } finally {
    // Does nothing once the reading has begun.
    await dropImport(db, importId);
  }
  part.file.resume();
  return problem;
}

const CHUNK_BYTES = 512 * 1024;

async function keep(
  db: Db,
  importId: string,
  part: MultipartFile,
): Promise<{ sizeBytes: number; sha256: Buffer } | Refusal> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let seq = 0;
  let most: number = IMPORT_LIMITS.csvBytes;
  for await (const chunk of inPieces(part.file as AsyncIterable<Buffer>)) {
    if (seq === 0) {
      const problem = await whyNoList(chunk);
      if (problem) return problem;
      if (chunk.subarray(0, 2).toString('latin1') === 'PK') most = IMPORT_LIMITS.xlsxBytes;
    }
    sizeBytes += chunk.length;
    if (sizeBytes > most) return tooLarge(most);
    hash.update(chunk);
    await keepChunk(db, importId, seq, chunk);
    seq += 1;
  }
  return sizeBytes === 0 ? EMPTY_FILE : { sizeBytes, sha256: hash.digest() };
}

/** Pieces of one size: what arrives comes in drops. */
async function* inPieces(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const drop of file) {
    waiting.push(drop);
    bytes += drop.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

/** Pictures, PDF, old workbooks, programs: known by their first bytes, whatever they are called. */
async function whyNoList(head: Buffer): Promise<Refusal | null> {
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (isUtf16) return null;
  const found = await fileTypeFromBuffer(head.subarray(0, 4_100));
  const isText = found === undefined && !head.subarray(0, 1_000).includes(0);
  if (isText || (found !== undefined && SHEETS.includes(found.mime))) return null;
  return {
    code: 'import-type',
    detail: '文件不是 CSV 或 XLSX 表格。',
    fix: '请用表格软件另存为 XLSX 或 CSV 后上传；旧版 .xls 也请另存。只改扩展名的文件不能使用。',
  };
}

const SHEETS: readonly string[] = [
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  // A workbook whose parts come in another order is told from any zip only by reading it.
  'application/zip',
];

const EMPTY_FILE: Refusal = {
  code: 'import-empty',
  detail: '文件是空的。',
  fix: '第一行为表头，从第二行起填写数据后重新上传。',
};
const tooLarge = (most: number): Refusal => ({
  code: 'import-too-large',
  detail: `文件超过 ${most / 1024 / 1024} MB。`,
  fix:
    most === IMPORT_LIMITS.xlsxBytes
      ? '请拆分文件，或另存为 CSV（UTF-8）后上传。'
      : '请拆分文件后分别上传，每个文件不超过 100 万行。',
});
const NOT_YOURS: Refusal = {
  code: 'forbidden',
  detail: '您不能导入这类名单。',
  fix: '请由省人社厅或平台运营单位的系统管理员办理。',
};
const NO_IMPORT: Refusal = {
  code: 'not-found',
  detail: '没有找到这次导入。',
  fix: '请从导入记录重新进入。',
};
