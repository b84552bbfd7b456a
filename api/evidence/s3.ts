import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Outcomes } from '../../contract/problems.ts';
import { StorageAwayError, StorageFullError } from './faults.ts';
import { type EvidenceStore, newKey, objectNameOf, type StoredFile, type Taken, takeIn } from './store.ts';

/** A bucket of an S3-compatible store, and the keys that open it. */
export type Bucket = {
  /** Null: Amazon's own. */
  endpoint: string | null;
  region: string;
  bucket: string;
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key`. */
  pathStyle: boolean;
  accessKeyId: string;
  secretAccessKey: string;
};

/** How long a store may take to be reached, and to begin its answer or go on with it, in milliseconds. */
export type Patience = { connectMs: number; answerMs: number };
const PATIENCE: Patience = { connectMs: 3_000, answerMs: 20_000 };
const TRIES = 3;
/** After so long nothing is tried again: somebody waits at an upload. */
const TRY_NO_LONGER_MS = 20_000;
const PAUSE_MS = 200;
const CHECK_MS = 2_000;
const CHECK_KEPT_MS = 2_000;

/**
 * Evidence in a bucket, which nobody but the API reads: objects are private, and pages get them through the API's own checks. Works with
 * any store that knows signature version 4; none of Amazon's later additions is used.
 */
export function s3EvidenceStore(at: Bucket, patience = PATIENCE): EvidenceStore {
  const client = clientOf(at, { patience });
  const within = (key: string) => ({ Bucket: at.bucket, Key: objectNameOf(key) });
  return {
    put: (content) => put(client, at.bucket, content),
    keep: async (key, content) => {
      await again(() => client.send(new PutObjectCommand({ ...within(key), Body: content })));
    },
    open: async (key) => {
      const found = await again(() => client.send(new GetObjectCommand(within(key)))).catch(nullIfNoSuchKey);
      if (found === null) return null;
      if (found.Body instanceof Readable) return found.Body;
      throw new Error('the object came without its content');
    },
    remove: async (key) => {
      await again(() => client.send(new DeleteObjectCommand(within(key)))).catch(nullIfNoSuchKey);
    },
    unwell: keptFor(CHECK_KEPT_MS, async () => {
      const fault = await faultOf(() => client.send(new HeadBucketCommand({ Bucket: at.bucket }), SOON));
      return fault === null ? null : fault.code;
    }),
  };
}

function clientOf(
  { endpoint, region, pathStyle, ...keys }: Bucket,
  { patience = PATIENCE, isNobody = false }: { patience?: Patience; isNobody?: boolean } = {},
): S3Client {
  return new S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    region,
    forcePathStyle: pathStyle,
    credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey },
    ...(isNobody ? { signer: { sign: (request) => Promise.resolve(request) } } : {}),
    // `again` tries again: a body that streams cannot be sent twice by the client.
    maxAttempts: 1,
    // It would write to the console; what went wrong is thrown, and logged where it is answered.
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    // Checksums in trailers are Amazon's alone; the signature covers the content's SHA-256.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: patience.connectMs,
      requestTimeout: patience.answerMs,
      throwOnRequestTimeout: true,
      socketTimeout: patience.answerMs,
    },
  });
}

/**
 * First into a nameless file of this machine, then into the bucket: a slow sender holds no connection to the store, what is refused
 * never gets there, length and SHA-256 are known before the first byte leaves, and a failed try can be made again under the same key.
 */
async function put(client: S3Client, bucket: string, content: Readable): Promise<Outcomes<StoredFile>> {
  const storageKey = newKey();
  const file = await namelessFile(storageKey);
  try {
    const taken = await takeIn(file, content);
    if ('code' in taken) return { ok: false, refusal: taken };
    try {
      await again(() => send(client, { Bucket: bucket, Key: objectNameOf(storageKey) }, file, taken));
    } catch (error) {
      // The store may have kept it all the same and only its answer been lost; nobody will ever ask for that key.
      await Promise.allSettled([
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: objectNameOf(storageKey) }), SOON),
      ]);
      throw error;
    }
    return { ok: true, value: { storageKey, ...taken } };
  } finally {
    await file.close();
  }
}

async function namelessFile(key: string): Promise<FileHandle> {
  const name = path.join(tmpdir(), `xueshi-${key}.part`);
  const file = await open(name, 'wx+', 0o600);
  // Whatever happens to this process, nothing is left of it.
  await rm(name);
  return file;
}

async function send(
  client: S3Client,
  at: { Bucket: string; Key: string },
  file: FileHandle,
  { sizeBytes, sha256, mediaType }: Taken,
): Promise<void> {
  const body = Readable.from(piecesOf(file), { objectMode: false });
  try {
    const command = new PutObjectCommand({ ...at, Body: body, ContentLength: sizeBytes, ContentType: mediaType });
    // Signed with the request, so the store itself refuses what was altered on its way.
    command.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        headers['x-amz-content-sha256'] = sha256.toString('hex');
        return next(args);
      },
      { step: 'build', name: 'known-sha256' },
    );
    await client.send(command);
  } finally {
    body.destroy();
  }
}

const nothing = (): void => undefined;

const PIECE_BYTES = 64 * 1024;

/** The file from its start. Not its own stream, which closes the file when a try is given up. */
async function* piecesOf(file: FileHandle): AsyncGenerator<Buffer> {
  let position = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

const SOON = { requestTimeout: CHECK_MS };

/** Tries so often, while it may pass by itself. @throws StorageAwayError, StorageFullError; NoSuchKey as it is */
async function again<T>(work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const mayPass = isPassing(error) && tries < TRIES && performance.now() - began < TRY_NO_LONGER_MS;
      if (!mayPass) throw asFault(error);
    }
    await sleep(PAUSE_MS * 3 ** (tries - 1) * (0.5 + Math.random()));
  }
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** No answer at all, or one that says later. */
const isPassing = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === undefined
    ? isNetworks(error)
    : status === 408 || status === 429 || (status >= 500 && status !== 507);
};

/** Nobody answered (E…), or somebody whom we do not trust (a certificate). */
const NETWORKS = /^(E(?!RR_)[A-Z_]+|CERT_.*|DEPTH_.*|SELF_SIGNED_.*|UNABLE_TO_.*|ERR_TLS_.*)$/;

const isNetworks = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'TimeoutError' || ('code' in error && typeof error.code === 'string' && NETWORKS.test(error.code)));

const FULL = new Set(['QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'InsufficientCapacity']);

function asFault(error: unknown): unknown {
  if (isNoSuchKey(error)) return error;
  if (statusOf(error) === 507 || (error instanceof S3ServiceException && FULL.has(error.name)))
    return new StorageFullError('the bucket is full', { cause: error });
  if (statusOf(error) !== undefined || isNetworks(error)) return new StorageAwayError(wordOf(error), { cause: error });
  return error;
}

/** The store's own word for what is wrong; of an answer without one (HEAD has no body) its status. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const status = statusOf(error);
  if (status !== undefined)
    return ['UnknownError', 'Error', 'Unknown'].includes(error.name) ? String(status) : error.name;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

const isNoSuchKey = (error: unknown): boolean => error instanceof S3ServiceException && error.name === 'NoSuchKey';

function nullIfNoSuchKey(error: unknown): null {
  if (isNoSuchKey(error)) return null;
  throw error;
}

/** Many who ask at once, or soon after, get one answer. */
function keptFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | null = null;
  return () => {
    if (last === null || performance.now() - last.at > ms) last = { at: performance.now(), answer: ask() };
    return last.answer;
  };
}

export type BucketFault = { kind: 'away' | 'missing' | 'refused' | 'elsewhere' | 'public'; code: string };

async function faultOf(work: () => Promise<unknown>): Promise<BucketFault | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return { kind: kindOf(statusOf(error)), code: wordOf(error) };
  }
}

function kindOf(status: number | undefined): BucketFault['kind'] {
  if (status === 404) return 'missing';
  if (status === 301 || status === 307 || status === 400) return 'elsewhere';
  return status === 401 || status === 403 ? 'refused' : 'away';
}

/**
 * Whether the bucket is there, takes and gives up a file under our keys, and shows strangers nothing: asked once, at the start.
 * @returns null when all is well
 */
export async function bucketFault(at: Bucket): Promise<BucketFault | null> {
  const client = clientOf(at);
  const probe = { Bucket: at.bucket, Key: `probe-${randomUUID()}` };
  const steps = [
    () => client.send(new HeadBucketCommand({ Bucket: at.bucket })),
    () => client.send(new PutObjectCommand({ ...probe, Body: 'xueshi' })),
    () => client.send(new DeleteObjectCommand(probe)),
  ];
  for (const step of steps) {
    const fault = await faultOf(step);
    if (fault !== null) return fault;
  }
  return (await showsStrangers(at)) ? { kind: 'public', code: 'public' } : null;
}

async function showsStrangers(at: Bucket): Promise<boolean> {
  const nobody = clientOf(at, { isNobody: true });
  return (await faultOf(() => nobody.send(new ListObjectsV2Command({ Bucket: at.bucket, MaxKeys: 1 }), SOON))) === null;
}
