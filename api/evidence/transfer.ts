import type { Readable } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import type { Deps } from '../deps.ts';
import { given, refused } from '../serve.ts';
import type { StoredFile } from './store.ts';

/** How files come in and go out, whatever they belong to: streamed, stored outside the database, given out so that no browser runs them. */

/**
 * Stores what arrives and hands it on to be put on record. When that refuses or fails, the file goes again.
 * @param record writes the row; its answer is the route's
 */
export async function takeUpload<T>(
  deps: Deps,
  request: FastifyRequest,
  record: (file: StoredFile & { fileName: string }) => Promise<Outcomes<T>>,
): Promise<Outcomes<T>> {
  const part = await firstPart(request);
  if ('code' in part) return refused(part);
  const stored = await takeIn(deps, part);
  if (!stored.ok) return stored;
  try {
    const outcome = await record({ ...stored.value, fileName: plainName(part) });
    if (!outcome.ok) await discard(deps, request, stored.value);
    return outcome;
  } catch (error) {
    await discard(deps, request, stored.value);
    throw error;
  }
}

type OnRecord = { storage_key: string; file_name: string; media_type: string; size_bytes: number };

/** A stored file as an answer. */
export async function fileAnswer(
  { evidence }: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  file: OnRecord,
): Promise<Outcomes<Readable>> {
  const content = await evidence.open(file.storage_key);
  if (!content) {
    request.log.error({ storageKey: file.storage_key }, 'a file is on record and not in the store');
    return refused(FILE_LOST);
  }
  void reply
    .header('content-type', file.media_type)
    .header('content-length', String(file.size_bytes))
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.file_name)}`)
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('cache-control', 'private, max-age=3600, immutable');
  return given(content);
}

/** The file's part of the upload, or why there is none. */
export async function firstPart(
  request: FastifyRequest,
  limits: { fileSize?: number } = {},
): Promise<MultipartFile | Refusal> {
  if (!request.isMultipart()) return NO_FILE;
  try {
    return (await request.file({ limits })) ?? NO_FILE;
  } catch (error) {
    // The plugin's own limits carry a status; what the parser under it cannot read (no boundary, no end) is a plain error.
    if (error instanceof Error && 'statusCode' in error) throw error;
    return CUT_OFF;
  }
}

/** Stores what arrives. That the upload itself broke off is the sender's to mend; any other failure is the store's. */
async function takeIn({ evidence }: Deps, part: MultipartFile): Promise<Outcomes<StoredFile>> {
  try {
    return await evidence.put(part.file);
  } catch (error) {
    if (part.file.errored === error) return refused(CUT_OFF);
    throw error;
  }
}

export const CUT_OFF: Refusal = {
  code: 'malformed-upload',
  detail: '上传的内容不完整，没有收到整个文件。',
  fix: '请检查网络后重新上传；程序请按 multipart/form-data 写明 boundary 并发送到结尾。',
};

const NO_FILE: Refusal = {
  code: 'invalid-input',
  detail: '没有收到文件。',
  fix: '请选择一个文件（PDF、JPEG 或 PNG）后上传。',
  fields: [{ path: 'file', message: '请选择文件' }],
};

const FILE_LOST: Refusal = {
  code: 'not-found',
  detail: '证明材料已登记，但文件暂时无法读取。',
  fix: '请联系系统管理员；已记录此问题，申报与审核记录不受影响。',
};

/** The file's own name without folders and control characters: it is shown and offered for download, never used as a path. */
export function plainName(part: MultipartFile): string {
  // A part without a name is a file all the same; the plugin's type knows none.
  const name = (part.filename as string | undefined) ?? '';
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const plain = [...last].filter((c) => c >= ' ' && c !== '\u007f').join('');
  return plain.replace(/^\.+/, '').slice(-120).trim() || '证明材料';
}

/** The database refused: the file must not stay. That it cannot be removed must not hide why. */
async function discard({ evidence }: Deps, request: FastifyRequest, file: StoredFile): Promise<void> {
  const [left] = await Promise.allSettled([evidence.remove(file.storageKey)]);
  if (left.status === 'rejected') request.log.warn({ storageKey: file.storageKey }, 'a refused file is still stored');
}
