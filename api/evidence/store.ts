import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import { EVIDENCE_MAX_BYTES, EVIDENCE_MEDIA_TYPES } from '../../contract/evidence.ts';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import { FILE_TOO_LARGE } from '../problems.ts';

export type StoredFile = {
  storageKey: string;
  sizeBytes: number;
  sha256: Buffer;
  mediaType: (typeof EVIDENCE_MEDIA_TYPES)[number];
};

/** Where evidence is kept: a folder here, an object store elsewhere. Keys are made by the store; names of people's files never reach it. */
export type EvidenceStore = {
  /** Takes a file in, or refuses it by its content; a refused one leaves nothing behind. */
  put(content: Readable): Promise<Outcomes<StoredFile>>;
  /** Null when the file is not there: somebody has to look for it, but the page can say so. */
  open(storageKey: string): Promise<Readable | null>;
  remove(storageKey: string): Promise<void>;
};

/** Evidence in a folder. A file is whole or not there: written aside, flushed, then renamed. */
export function fileEvidenceStore(folder: string): EvidenceStore {
  return {
    put: (content) => put(folder, content),
    open: async (key) => {
      try {
        const handle = await open(placeOf(folder, key), 'r');
        return handle.createReadStream();
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    remove: (key) => rm(placeOf(folder, key), { force: true }),
  };
}

async function put(folder: string, content: Readable): Promise<Outcomes<StoredFile>> {
  const storageKey = randomBytes(24).toString('hex');
  const place = placeOf(folder, storageKey);
  await mkdir(path.dirname(place), { recursive: true });
  const aside = `${place}.part`;
  try {
    const written = await write(aside, content);
    if ('code' in written) return { ok: false, refusal: written };
    await rename(aside, place);
    return { ok: true, value: { storageKey, ...written } };
  } finally {
    await rm(aside, { force: true });
  }
}

const HEAD_BYTES = 4_100;

/** Writes and hashes in one pass; the limit and the type are judged on what arrives, not on what is claimed. */
async function write(aside: string, content: Readable): Promise<Omit<StoredFile, 'storageKey'> | Refusal> {
  const file = await open(aside, 'wx', 0o640);
  try {
    const hash = createHash('sha256');
    let head = Buffer.alloc(0);
    let sizeBytes = 0;
    for await (const chunk of content as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > EVIDENCE_MAX_BYTES) return FILE_TOO_LARGE;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES)]);
      hash.update(chunk);
      // `write` may take less than it was given; this goes on until all of it is there.
      await file.writeFile(chunk);
    }
    if (sizeBytes === 0) return EMPTY;
    const mediaType = await typeOf(head);
    if (mediaType === null) return WRONG_TYPE;
    await file.sync();
    return { sizeBytes, sha256: hash.digest(), mediaType };
  } finally {
    await file.close();
  }
}

const EMPTY: Refusal = { code: 'evidence-empty', detail: '文件是空的。', fix: '请检查文件能否打开，再重新上传。' };
const WRONG_TYPE: Refusal = {
  code: 'evidence-type',
  detail: '文件内容不是 PDF、JPEG 或 PNG。',
  fix: '请上传 PDF、JPEG 或 PNG 文件；只改扩展名的文件不能使用。',
};

async function typeOf(head: Buffer): Promise<StoredFile['mediaType'] | null> {
  const found = await fileTypeFromBuffer(head);
  return EVIDENCE_MEDIA_TYPES.find((type) => type === found?.mime) ?? null;
}

const KEY = /^[0-9a-f]{48}$/;
const SEEDED_KEY = /^[0-9a-f-]{36}$/;

/** A file's path. Two levels of folders by the key's first digits, so that none grows without bound; the demo data's few files lie side by side. */
export function placeOf(folder: string, key: string): string {
  if (KEY.test(key)) return path.join(folder, key.slice(0, 2), key.slice(2, 4), key);
  if (SEEDED_KEY.test(key)) return path.join(folder, key);
  throw new Error('not a storage key');
}
