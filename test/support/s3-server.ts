import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Bucket } from '../../api/evidence/s3.ts';
import { cacheFolder, onPath } from '../../bin/lib/places.ts';
import { freePort } from '../../bin/lib/ports.ts';
import { Refusal } from '../../bin/lib/refusal.ts';

/** A real S3 server for the tests: versitygw on a folder, built once from the pinned Go module. */
const VERSION = '1.8.0';

/**
 * The server's program, from the cache or built (about a minute and a half on two cores).
 * @throws Refusal where there is no Go: these tests fail rather than prove nothing
 */
export async function s3Program(tell: (words: string) => void = console.log): Promise<string> {
  const program = cacheFolder(`versitygw-${VERSION}`, 'versitygw');
  if (existsSync(program)) return program;
  const go = onPath('go');
  if (go === null)
    throw new Refusal(
      `没有 S3 服务器 versitygw ${VERSION}，也没有安装 Go 来构建它。`,
      '安装 Go 1.25 或更高版本后重试（apt-get install golang-go，或 https://go.dev/dl/）；只需构建一次。',
    );
  tell(`正在构建 S3 服务器 versitygw ${VERSION}（只需一次）`);
  const env = { ...process.env, GOBIN: path.dirname(program) };
  const module = `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`;
  await promisify(execFile)(go, ['install', module], { env, maxBuffer: 64 * 1024 * 1024, timeout: 30 * 60_000 });
  return program;
}

export type S3Server = {
  /** A new bucket, empty, and the keys of whom it belongs to. */
  newBucket(): Promise<Bucket>;
  /** As an operator looks into it. */
  client: S3Client;
  /** Kills it where it stands. */
  kill(): Promise<void>;
  /** Comes back on the same port with what it had. */
  start(): Promise<void>;
  close(): Promise<void>;
};

export async function s3Server(): Promise<S3Server> {
  const program = await s3Program();
  const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-s3-'));
  const [files, beside] = [path.join(folder, 'files'), path.join(folder, 'beside')];
  for (const one of [files, beside]) mkdirSync(one);
  const keys = { accessKeyId: 'xueshi', secretAccessKey: randomBytes(20).toString('hex') };
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: keys });
  let child: ReturnType<typeof spawn> | undefined;
  const start = async (): Promise<void> => {
    // What S3 knows beside the content lies in files: not every file system of a test machine has extended attributes.
    child = spawn(program, ['--port', `127.0.0.1:${String(port)}`, '--quiet', 'posix', '--sidecar', beside, files], {
      env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
      stdio: 'ignore',
    });
    await untilAnswered(endpoint, child);
  };
  const kill = async (): Promise<void> => {
    const dying = child;
    child = undefined;
    if (dying === undefined || dying.exitCode !== null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    client,
    start,
    kill,
    newBucket: async () => {
      const bucket = `evidence-${randomBytes(4).toString('hex')}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return { endpoint, region: 'us-east-1', bucket, pathStyle: true, ...keys };
    },
    close: async () => {
      client.destroy();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The keys of all objects of a bucket. */
export async function objectsIn({ client }: S3Server, { bucket }: Bucket): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => Key ?? '');
}

async function untilAnswered(endpoint: string, child: ReturnType<typeof spawn>): Promise<void> {
  while (child.exitCode === null) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(50);
  }
  throw new Error(`the S3 server ended with ${String(child.exitCode)}`);
}
