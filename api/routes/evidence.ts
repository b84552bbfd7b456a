import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import { attachEvidence, removeEvidence } from '../../db/acts/evidence.ts';
import { evidenceById, evidenceFile } from '../../db/read/evidence.ts';
import type { Deps } from '../deps.ts';
import type { StoredFile } from '../evidence/store.ts';
import { given, refused, serve } from '../serve.ts';

/** Evidence: taken in as a stream, kept outside the database, given out so that no browser runs it. */
export function evidenceRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, evidence } = deps;
  serve(app, 'uploadEvidence', async ({ scope, params, request }) => {
    const part = await firstPart(request);
    if ('code' in part) return refused(part);
    const stored = await takeIn(deps, part);
    if (!stored.ok) return stored;
    try {
      const file = { ...stored.value, claimId: params.id, fileName: plainName(part) };
      const attached = await attachEvidence(db, scope, file);
      if (attached.ok) return given(await evidenceById(db, attached.value.id));
      await evidence.remove(stored.value.storageKey);
      return attached;
    } catch (error) {
      await discard(deps, stored.value);
      throw error;
    }
  });
  serve(app, 'removeEvidence', async ({ scope, params, request }) => {
    const removed = await removeEvidence(db, scope, { claimId: params.id, evidenceId: params.evidenceId });
    if (!removed.ok) return removed;
    const { id, storageKey } = removed.value;
    // The row says it is gone: a file that cannot be removed is a leftover for the log, not a failed request.
    const [left] = await Promise.allSettled(storageKey === null ? [] : [evidence.remove(storageKey)]);
    if (left?.status === 'rejected')
      request.log.warn({ evidenceId: id }, 'a removed piece of evidence is still stored');
    return given({ id });
  });
  serve(app, 'evidenceFile', async ({ scope, params, request, reply }) => {
    const file = await evidenceFile(db, scope, { claimId: params.id, evidenceId: params.evidenceId });
    if (!file) return refused(NO_EVIDENCE);
    const content = await evidence.open(file.storage_key);
    if (!content) {
      request.log.error({ evidenceId: params.evidenceId }, 'a piece of evidence is on record and not in the store');
      return refused(FILE_LOST);
    }
    void reply
      .header('content-type', file.media_type)
      .header('content-length', String(file.size_bytes))
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.file_name)}`)
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('cache-control', 'private, max-age=3600, immutable');
    return given(content);
  });
}

/** The file's part of the upload, or why there is none. */
async function firstPart(request: FastifyRequest): Promise<MultipartFile | Refusal> {
  if (!request.isMultipart()) return NO_FILE;
  try {
    return (await request.file()) ?? NO_FILE;
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

const CUT_OFF: Refusal = {
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

const NO_EVIDENCE: Refusal = {
  code: 'not-found',
  detail: '没有找到这份证明材料。',
  fix: '请从申报详情重新打开。',
};

const FILE_LOST: Refusal = {
  code: 'not-found',
  detail: '证明材料已登记，但文件暂时无法读取。',
  fix: '请联系系统管理员；已记录此问题，申报与审核记录不受影响。',
};

/** The file's own name without folders and control characters: it is shown and offered for download, never used as a path. */
function plainName(part: MultipartFile): string {
  // A part without a name is a file all the same; the plugin's type knows none.
  const name = (part.filename as string | undefined) ?? '';
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const plain = [...last].filter((c) => c >= ' ' && c !== '\u007f').join('');
  return plain.replace(/^\.+/, '').slice(-120).trim() || '证明材料';
}

/** The database refused: the file must not stay. That it cannot be removed must not hide why. */
async function discard({ evidence }: Deps, file: StoredFile): Promise<void> {
  await Promise.allSettled([evidence.remove(file.storageKey)]);
}
