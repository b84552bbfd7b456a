import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open, rename, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import { EVIDENCE_MAX_BYTES, EVIDENCE_MEDIA_TYPES } from '../../contract/evidence.ts';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import { FILE_TOO_LARGE } from '../problems.ts';
import { StorageAwayError } from './faults.ts';

export type StoredFile = {
  storageKey: string;
  sizeBytes: number;
  sha256: Buffer;
  mediaType: (typeof EVIDENCE_MEDIA_TYPES)[number];
};

/**
 * Where evidence is kept: a folder here, a bucket in `s3.ts`. Keys are made by the store; names of people's files never reach it.
 * Every method but `unwell` throws StorageAwayError while the place cannot be used.
 */
export type EvidenceStore = {
  /** Takes a file in, or refuses it by its content; a refused one leaves nothing behind. */
  put(content: Readable): Promise<Outcomes<StoredFile>>;
  /** Keeps a file that is on record already under its key (the demo's); what lies there is replaced. */
  keep(storageKey: string, content: Buffer): Promise<void>;
  /** Null when the file is not there: somebody has to look for it, but the page can say so. */
  open(storageKey: string): Promise<Readable | null>;
  /** One that is not there is no fault. */
  remove(storageKey: string): Promise<void>;
  /** Why files can be neither kept nor read now, as a word for the log; null when they can. */
  unwell(): Promise<string | null>;
};

/** Evidence in a folder. A file is whole or not there: written aside, flushed, then renamed. */
export function fileEvidenceStore(
  folder: string,
  free: (folder: string) => Promise<number> = freeBytes,
): EvidenceStore {
  return {
    put: (content) => orAway(() => put(folder, content)),
    keep: (key, content) => orAway(() => keep(folder, key, content)),
    open: (key) => orAway(() => openFile(folder, key)),
    remove: (key) => orAway(() => rm(placeOf(folder, key), { force: true })),
    unwell: () => unwell(folder, free),
  };
}

async function put(folder: string, content: Readable): Promise<Outcomes<StoredFile>> {
  const storageKey = newKey();
  const place = placeOf(folder, storageKey);
  await mkdir(path.dirname(place), { recursive: true });
  const aside = `${place}.part`;
  try {
    const written = await writeAside(aside, content);
    if ('code' in written) return { ok: false, refusal: written };
    await rename(aside, place);
    return { ok: true, value: { storageKey, ...written } };
  } finally {
    await rm(aside, { force: true });
  }
}

async function writeAside(aside: string, content: Readable): Promise<Taken | Refusal> {
  const file = await open(aside, 'wx', 0o640);
  try {
    const taken = await takeIn(file, content);
    if (!('code' in taken)) await file.sync();
    return taken;
  } finally {
    await file.close();
  }
}

async function keep(folder: string, key: string, content: Buffer): Promise<void> {
  const place = placeOf(folder, key);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, content, { mode: 0o640, flush: true });
}

async function openFile(folder: string, key: string): Promise<Readable | null> {
  try {
    const handle = await open(placeOf(folder, key), 'r');
    return handle.createReadStream();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function unwell(folder: string, free: (folder: string) => Promise<number>): Promise<string | null> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.R_OK | constants.W_OK);
    // The largest file would not fit.
    return (await free(folder)) < EVIDENCE_MAX_BYTES ? 'ENOSPC' : null;
  } catch (error) {
    return codeOf(error) ?? 'unknown';
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What the system says of a folder whose disk or network share has gone, or that was made somebody else's. */
const AWAY = new Set(['EIO', 'ESTALE', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENODEV', 'ENXIO', 'EHOSTDOWN']);

async function orAway<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    throw code !== undefined && AWAY.has(code) ? new StorageAwayError(code, { cause: error }) : error;
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const HEAD_BYTES = 4_100;

/** What is known of a file once it has come in. */
export type Taken = Omit<StoredFile, 'storageKey'>;

/** Writes and hashes in one pass; the limit and the type are judged on what arrives, not on what is claimed. */
export async function takeIn(file: FileHandle, content: Readable): Promise<Taken | Refusal> {
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
  return mediaType === null ? WRONG_TYPE : { sizeBytes, sha256: hash.digest(), mediaType };
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

/** Drawn, not made from the content: two people's equal files are two, so that taking one off leaves the other. */
export const newKey = (): string => randomBytes(24).toString('hex');

const KEY = /^[0-9a-f]{48}$/;
const SEEDED_KEY = /^[0-9a-f-]{36}$/;

/**
 * Where a file lies, in a folder and in a bucket alike, so that the one can be copied into the other: two levels by the key's first
 * digits, so that no folder grows without bound; the demo data's few files lie side by side.
 */
export function objectNameOf(key: string): string {
  if (KEY.test(key)) return `${key.slice(0, 2)}/${key.slice(2, 4)}/${key}`;
  if (SEEDED_KEY.test(key)) return key;
  throw new Error('not a storage key');
}

/** A file's path in a folder. */
export const placeOf = (folder: string, key: string): string => path.join(folder, objectNameOf(key));
