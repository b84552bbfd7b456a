import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { type EvidenceStore, fileEvidenceStore, placeOf } from '../../api/evidence/store.ts';
import type { Sink, StoredFile } from '../../db/backup/dump.ts';
import { Refusal } from './refusal.ts';

/*
 * A back-up is a folder:
 *   manifest.json   what was backed up, from which moment, each file with its SHA-256; written last
 *   tables/         one file a table: COPY's text, gzip
 *   evidence/       uploaded files as their store keeps them; evidence.tsv names each with its SHA-256 and size
 *   keys/           the certificates' signing key and the person-key secret
 * While it is written its name ends in `.incomplete`: a folder with its right name and a manifest is whole.
 */

const file = z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string() });

const manifest = z.object({
  format: z.literal(1),
  product: z.literal('xueshi'),
  version: z.string(),
  ruleVersion: z.string(),
  takenAt: z.string(),
  finishedAt: z.string(),
  postgres: z.string(),
  migrations: z.array(z.string()),
  outboxMigrations: z.number().int(),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.number().int(), file })),
  sequences: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
  auditHead: z.object({ seq: z.number().int(), digest: z.string() }).nullable(),
  evidence: z.object({
    files: z.number().int(),
    bytes: z.number(),
    /** Named by the record, and not there or not what was uploaded; nothing a back-up could make good. */
    missing: z.array(z.string()),
    damaged: z.array(z.string()),
    list: file,
  }),
  keys: z.array(file),
});
export type Manifest = z.infer<typeof manifest>;
export type WrittenFile = z.infer<typeof file>;

export const CERTIFICATE_KEY_FILE = 'keys/certificate-key.pem';
export const PERSON_KEY_FILE = 'keys/person-key-secret';

const incomplete = (folder: string): string => `${folder}.incomplete`;

/** Makes the folder a back-up is written in. @throws Refusal rather than touch what is there */
export function beginBackup(to: string): string {
  if (existsSync(to) && readdirSync(to).length > 0)
    throw new Refusal(`${to} 已经存在，不能覆盖。`, '换一个目录名，例如以日期命名。');
  if (existsSync(incomplete(to)))
    throw new Refusal(
      `${incomplete(to)} 已经存在：另一个备份正在进行，或上次没有完成。`,
      '确认没有备份在进行后删除该目录，再重试。',
    );
  mkdirSync(incomplete(to), { recursive: true, mode: 0o700 });
  return incomplete(to);
}

/** Writes the manifest and gives the folder its name. */
export async function finishBackup(partial: string, to: string, kept: Manifest): Promise<void> {
  await writeOnce(path.join(partial, 'manifest.json'), JSON.stringify(manifest.parse(kept), null, 2));
  if (existsSync(to)) rmdirSync(to);
  await rename(partial, to);
  await flushFolder(path.dirname(to));
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const writeOnce = (place: string, content: string | Buffer): Promise<void> =>
  writeFile(place, content, { flag: 'wx', mode: 0o600, flush: true });

/** Hashes and counts what passes. */
class Measure extends Transform {
  readonly #hash = createHash('sha256');
  bytes = 0;

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: Error | null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    done(null, chunk);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** Where a table's rows go; `written` is told when all of them are on the disk. */
export function tableSink(folder: string, table: string, written: (file: WrittenFile) => void): Sink {
  const name = `tables/${table}.copy.gz`;
  mkdirSync(path.join(folder, 'tables'), { recursive: true, mode: 0o700 });
  const [zip, measure] = [createGzip({ level: 4 }), new Measure()];
  const target = createWriteStream(path.join(folder, name), { flags: 'wx', mode: 0o600, flush: true });
  const kept = pipeline(zip, measure, target).then(() => {
    written({ path: name, bytes: measure.bytes, sha256: measure.digest() });
  });
  return { stream: zip, kept };
}

/** A table's rows as they were written. */
export function openTable(folder: string, kept: Manifest['tables'][number]): Readable {
  const source = createReadStream(path.join(folder, kept.file.path));
  const text = createGunzip();
  source.on('error', (error) => text.destroy(error));
  return source.pipe(text);
}

/** A small file of its own. */
export async function writeFileOf(folder: string, name: string, content: string | Buffer): Promise<WrittenFile> {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true, mode: 0o700 });
  await writeOnce(path.join(folder, name), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path: name, bytes: Buffer.byteLength(content), sha256 };
}

/**
 * Copies one piece of evidence, wherever either lies.
 * @returns the SHA-256 of what was copied; null when it is not there (its owner may take it out of a draft meanwhile)
 */
export async function copyEvidence(
  { storageKey }: Pick<StoredFile, 'storageKey'>,
  { from, to }: { from: EvidenceStore; to: EvidenceStore },
): Promise<string | null> {
  const source = await from.open(storageKey);
  if (source === null) return null;
  // 10 MB at most, one after another.
  const content = await buffer(source);
  await to.keep(storageKey, content);
  return createHash('sha256').update(content).digest('hex');
}

/** The evidence in a back-up's folder. */
export const evidenceIn = (folder: string): EvidenceStore => fileEvidenceStore(path.join(folder, 'evidence'));

const LIST = 'evidence.tsv';

/** The list of the evidence that a back-up holds. */
export const writeEvidenceList = (folder: string, files: readonly StoredFile[]): Promise<WrittenFile> =>
  writeFileOf(folder, LIST, files.map((f) => `${f.storageKey}\t${f.sha256}\t${String(f.sizeBytes)}\n`).join(''));

export async function readEvidenceList(folder: string): Promise<StoredFile[]> {
  const lines = (await readFile(path.join(folder, LIST), 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [storageKey = '', sha256 = '', size = ''] = line.split('\t');
    return storageKey === '' ? [] : [{ storageKey, sha256, sizeBytes: Number(size) }];
  });
}

/** A back-up's manifest. @throws Refusal when the folder is none, or one that was not finished */
export async function readManifest(from: string): Promise<Manifest> {
  const place = path.join(from, 'manifest.json');
  if (!existsSync(place)) {
    const isPartial = from.endsWith('.incomplete') || existsSync(path.join(from, 'tables'));
    throw new Refusal(
      isPartial ? `${from} 是没有完成的备份，不能用来恢复。` : `${from} 不是备份目录（没有 manifest.json）。`,
      '请给出 npm run backup 完成后的目录。',
    );
  }
  const read = manifest.safeParse(jsonOrNull(await readFile(place, 'utf8')));
  if (read.success) return read.data;
  throw new Refusal(`${place} 已经损坏，或由不同的版本写成。`, '换一份备份，或用写它的版本恢复。');
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Every file of a back-up that is not there or not what was written. */
export async function brokenFiles(from: string, kept: Manifest): Promise<string[]> {
  const broken: string[] = [];
  for (const each of [...kept.tables.map((table) => table.file), ...kept.keys, kept.evidence.list]) {
    if ((await digestOf(path.join(from, each.path))) !== each.sha256) broken.push(each.path);
  }
  if (broken.includes(LIST)) return broken;
  for (const { storageKey, sha256 } of await readEvidenceList(from)) {
    const place = placeOf(path.join(from, 'evidence'), storageKey);
    if ((await digestOf(place)) !== sha256) broken.push(path.relative(from, place));
  }
  return broken;
}

async function digestOf(place: string): Promise<string | null> {
  if (!existsSync(place)) return null;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(place) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
