import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { HeadObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { StorageAwayError } from '../../api/evidence/faults.ts';
import { type Bucket, bucketFault, s3EvidenceStore } from '../../api/evidence/s3.ts';
import { type EvidenceStore, fileEvidenceStore, objectNameOf } from '../../api/evidence/store.ts';
import { openEvidenceStore } from '../../bin/lib/evidence-store.ts';
import { EVIDENCE_MAX_BYTES } from '../../contract/evidence.ts';
import { type S3Door, s3Door } from '../support/s3-door.ts';
import { objectsIn, type S3Server, s3Server } from '../support/s3-server.ts';
import { conference } from '../support/world.ts';
import { aPdf, type Bench, expectProblem, makeBench, upload } from './support.ts';

/** Where evidence is kept: a folder and a real S3 server keep the same promises. */

let server: S3Server;
let door: S3Door;
let folder: string;
beforeAll(async () => {
  server = await s3Server();
  door = await s3Door((await server.newBucket()).endpoint ?? '');
  folder = mkdtempSync(path.join(tmpdir(), 'xueshi-store-'));
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await door.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

type Place = {
  store: EvidenceStore;
  /** Where files lie in it. */
  kept(): Promise<string[]>;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
};

function folderPlace(): Promise<Place> {
  const own = path.join(folder, randomBytes(4).toString('hex'));
  return Promise.resolve({
    store: fileEvidenceStore(own),
    kept: () =>
      Promise.resolve(
        existsSync(own)
          ? readdirSync(own, { recursive: true, withFileTypes: true }).flatMap((e) =>
              e.isFile() ? [path.relative(own, path.join(e.parentPath, e.name))] : [],
            )
          : [],
      ),
    // As a network share that is no longer mounted: something else stands where the folder was.
    goAway: () => {
      renameSync(own, `${own}.away`);
      writeFileSync(own, '');
      return Promise.resolve();
    },
    comeBack: () => {
      rmSync(own);
      renameSync(`${own}.away`, own);
      return Promise.resolve();
    },
  });
}

async function bucketPlace(): Promise<Place> {
  const bucket = await server.newBucket();
  return {
    store: s3EvidenceStore(bucket),
    kept: () => objectsIn(server, bucket),
    goAway: () => server.kill(),
    comeBack: () => server.start(),
  };
}

const large = (): Buffer => Buffer.concat([aPdf(), randomBytes(3_000_000)]);
const inPieces = (content: Buffer): Readable =>
  Readable.from([content.subarray(0, 7), content.subarray(7, 1_000_000), content.subarray(1_000_000)]);

async function keptIn(store: EvidenceStore, content: Buffer): Promise<string> {
  const stored = await store.put(inPieces(content));
  if (!stored.ok) throw new Error(stored.refusal.code);
  return stored.value.storageKey;
}

async function contentOf(store: EvidenceStore, key: string): Promise<Buffer | null> {
  const found = await store.open(key);
  return found === null ? null : buffer(found);
}

describe.each([
  ['a folder', folderPlace],
  ['a bucket', bucketPlace],
])('evidence in %s', (_name, makePlace) => {
  let place: Place;
  let store: EvidenceStore;
  beforeAll(async () => {
    place = await makePlace();
    ({ store } = place);
  });

  test('comes out as it went in, with its size, its type and its SHA-256', async () => {
    const content = large();
    const stored = await store.put(inPieces(content));
    if (!stored.ok) throw new Error(stored.refusal.code);
    const { storageKey, ...known } = stored.value;
    const sha256 = createHash('sha256').update(content).digest();
    expect(known).toEqual({ sizeBytes: content.length, mediaType: 'application/pdf', sha256 });
    expect((await contentOf(store, storageKey))?.equals(content)).toBe(true);
    expect(await place.kept()).toContain(objectNameOf(storageKey));
  });

  test('is refused by its content, and then leaves nothing', async () => {
    const before = await place.kept();
    const refusedFor = async (content: Buffer) => {
      const stored = await store.put(inPieces(content));
      return stored.ok ? 'kept' : stored.refusal.code;
    };
    expect(await refusedFor(Buffer.alloc(0))).toBe('evidence-empty');
    expect(await refusedFor(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe('evidence-type');
    expect(await refusedFor(Buffer.concat([aPdf(), Buffer.alloc(EVIDENCE_MAX_BYTES)]))).toBe('evidence-too-large');
    expect(await place.kept()).toEqual(before);
  });

  test('whose sender breaks off is that sender’s fault, and leaves nothing', async () => {
    const before = await place.kept();
    const broken = new Error('gone');
    const content = Readable.from(
      (async function* () {
        yield aPdf();
        await Promise.resolve();
        throw broken;
      })(),
    );
    await expect(store.put(content)).rejects.toBe(broken);
    expect(await place.kept()).toEqual(before);
  });

  test('of two people is two files, also when it is the same: taking one off leaves the other', async () => {
    const content = large();
    const [mine, yours] = [await keptIn(store, content), await keptIn(store, content)];
    expect(mine).not.toBe(yours);
    await store.remove(mine);
    await store.remove(mine);
    expect(await contentOf(store, mine)).toBeNull();
    expect((await contentOf(store, yours))?.equals(content)).toBe(true);
  });

  test('that is on record already is kept under its key, and replaces what lies there', async () => {
    const key = '0198c0de-0000-7000-8000-000000000001';
    await store.keep(key, aPdf('old'));
    await store.keep(key, aPdf('new'));
    expect(await contentOf(store, key)).toEqual(aPdf('new'));
    expect((await place.kept()).filter((name) => name.includes(key))).toEqual([key]);
  });

  test('has no key that leads elsewhere', async () => {
    for (const key of ['../secret', '/etc/passwd', 'a'.repeat(47), `${'a'.repeat(48)}/..`, ''])
      await expect(store.open(key)).rejects.toThrow('not a storage key');
  });

  test('while the place is away nothing is kept and nothing is lost; afterwards all goes on', async () => {
    const content = large();
    const key = await keptIn(store, content);
    const before = await place.kept();
    expect(await store.unwell()).toBeNull();
    await place.goAway();
    try {
      await expect(store.put(inPieces(content))).rejects.toThrow(StorageAwayError);
      await expect(store.open(key)).rejects.toThrow(StorageAwayError);
      await expect(store.remove(key)).rejects.toThrow(StorageAwayError);
      await vi.waitFor(async () => expect(await store.unwell()).toMatch(/^E[A-Z]+$/), 20_000);
    } finally {
      await place.comeBack();
    }
    expect(await place.kept()).toEqual(before);
    expect((await contentOf(store, key))?.equals(content)).toBe(true);
    await keptIn(store, content);
    await vi.waitFor(async () => expect(await store.unwell()).toBeNull(), 20_000);
  });
});

test('in a folder a file is kept whole on a disk that takes a few bytes at a time', async () => {
  const probe = await open(path.join(folder, 'probe'), 'w');
  const handles = Object.getPrototypeOf(probe) as { write: (this: unknown, chunk: Buffer) => Promise<unknown> };
  await probe.close();
  const write = handles.write;
  vi.spyOn(handles, 'write').mockImplementation(function (this: unknown, chunk) {
    return write.call(this, chunk.subarray(0, 7));
  });
  const store = fileEvidenceStore(path.join(folder, 'slow'));
  const content = Buffer.concat([aPdf(), Buffer.alloc(100_000, 'x')]);
  const key = await keptIn(store, content);
  expect((await contentOf(store, key))?.equals(content)).toBe(true);
});

describe('a bucket', () => {
  let bucket: Bucket;
  let store: EvidenceStore;
  beforeAll(async () => {
    bucket = await server.newBucket();
    store = s3EvidenceStore(door.through(bucket), { connectMs: 2_000, answerMs: 1_500 });
  });

  test('keeps one object of an upload whose answers were lost, were put off or never came', async () => {
    for (const fates of [['answer-lost', 'answer-lost'], ['later', 'later'], ['silence']] as const) {
      const before = await objectsIn(server, bucket);
      door.next('PUT', ...fates);
      const content = large();
      const key = await keptIn(store, content);
      expect((await objectsIn(server, bucket)).length, fates.join()).toBe(before.length + 1);
      expect((await contentOf(store, key))?.equals(content)).toBe(true);
    }
  });

  test('gives up after three tries, and takes back what it may have got all the same', async () => {
    const before = await objectsIn(server, bucket);
    door.next('PUT', 'answer-lost', 'answer-lost', 'answer-lost');
    await expect(store.put(inPieces(large()))).rejects.toThrow(StorageAwayError);
    expect(await objectsIn(server, bucket)).toEqual(before);
  });

  test('does not keep what was altered on its way', async () => {
    const before = await objectsIn(server, bucket);
    door.next('PUT', 'altered');
    await expect(store.put(inPieces(large()))).rejects.toThrow(StorageAwayError);
    expect(await objectsIn(server, bucket)).toEqual(before);
  });

  test('knows its objects’ type, and shows them to nobody without the keys', async () => {
    const key = await keptIn(store, large());
    const head = await server.client.send(new HeadObjectCommand({ Bucket: bucket.bucket, Key: objectNameOf(key) }));
    expect(head.ContentType).toBe('application/pdf');
    const stranger = await fetch(`${bucket.endpoint ?? ''}/${bucket.bucket}/${objectNameOf(key)}`);
    expect(stranger.status).toBe(403);
  });

  test('that is not there, does not know the keys or is open to strangers is told at the start; one that is well leaves no trace', async () => {
    const own = await server.newBucket();
    expect(await bucketFault(own)).toBeNull();
    expect(await objectsIn(server, own)).toEqual([]);
    expect(await bucketFault({ ...own, bucket: 'no-such-bucket' })).toMatchObject({ kind: 'missing' });
    expect(await bucketFault({ ...own, secretAccessKey: 'wrong' })).toMatchObject({ kind: 'refused' });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: ['s3:ListBucket'], Resource: [`arn:aws:s3:::${own.bucket}`] },
      ],
    });
    await server.client.send(new PutBucketPolicyCommand({ Bucket: own.bucket, Policy }));
    expect(await bucketFault(own)).toMatchObject({ kind: 'public' });
  });

  test('is refused at the start in words, with the cure and without the secret; one that is only away is waited for', async () => {
    const own = await server.newBucket();
    const configured = (other: Partial<Bucket>) => {
      const at = { ...own, ...other };
      const warn = vi.fn();
      const opened = openEvidenceStore(
        {
          EVIDENCE_STORAGE: 's3',
          EVIDENCE_DIR: undefined,
          S3_ENDPOINT: at.endpoint ?? undefined,
          S3_REGION: at.region,
          S3_BUCKET: at.bucket,
          S3_PATH_STYLE: true,
          S3_ACCESS_KEY_ID: at.accessKeyId,
          S3_SECRET_ACCESS_KEY: at.secretAccessKey,
        },
        warn,
      );
      return { opened, warn };
    };
    await expect(configured({ bucket: 'no-such-bucket' }).opened).rejects.toThrow(/没有存储桶 no-such-bucket/);
    await expect(configured({ secretAccessKey: 'pl4nted' }).opened).rejects.toThrow(/拒绝了访问密钥 xueshi/);
    await expect(configured({ secretAccessKey: 'pl4nted' }).opened).rejects.not.toThrow(/pl4nted/);
    const away = configured({ endpoint: 'http://127.0.0.1:9' });
    await away.opened;
    expect(away.warn).toHaveBeenCalledWith(expect.stringContaining('暂时没有应答（ECONNREFUSED）'));
  });
});

describe('the API on a bucket', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await makeBench();
  });
  afterAll(() => bench.close());

  test('takes evidence in and gives it out; while the store is away it says 503, when to come back, and that it is not ready', async () => {
    const bucket = await server.newBucket();
    const api = await bench.another({}, { evidence: s3EvidenceStore(bucket) });
    const person = await bench.world.declarant('emp-city');
    const made = await api.call('createClaim', { as: person, body: { declared: conference() } });
    const claim = { as: person, params: { id: made.json.id } };
    const readiness = async () => (await api.call('ready')).json.parts.evidence as string;
    expect(await readiness()).toBe('up');
    await server.kill();
    try {
      const away = await api.call('uploadEvidence', { ...claim, ...upload(aPdf('mine')) });
      expectProblem(away, 503, 'storage-away');
      expect(away.headers['retry-after']).toBe('5');
      await vi.waitFor(async () => expect(await readiness()).toBe('down'), 20_000);
    } finally {
      await server.start();
    }
    const again = await api.call('uploadEvidence', { ...claim, ...upload(aPdf('mine')) });
    expect(again.status).toBe(201);
    const params = { ...claim.params, evidenceId: again.json.id };
    const file = await api.call('evidenceFile', { as: person, params });
    expect(file.raw.equals(aPdf('mine'))).toBe(true);
    expect(file.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(aPdf('mine').length),
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect(String(file.headers['content-disposition'])).toMatch(/^attachment; /);
    expect((await objectsIn(server, bucket)).length).toBe(1);
    await api.call('removeEvidence', { as: person, params });
    expect(await objectsIn(server, bucket)).toEqual([]);
  });
});
