import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { freePort, isPortFree } from './ports.ts';
import { POSTGRES_MAJOR } from './postgres.ts';
import { birthOf, commandOf, endProcess, isAlive, type ProcessIdentity } from './processes.ts';
import { Refusal } from './refusal.ts';

/*
 * Everything the embedded system keeps is in one folder:
 *   postgres/      the cluster            temporal.db*   the orchestrator's file
 *   evidence/      uploaded files         logs/          one file per process
 *   settings.json  ports and password     running.json   who runs it now (gone when nobody does)
 *   certificate-key.pem  signs certificates
 *   temporal-server/  its configuration, in production's shape
 */

/** The folder of an embedded system, held by this process alone. */
export interface DataFolder {
  readonly path: string;
  readonly logs: string;
  readonly postgres: string;
  readonly temporalFile: string;
  readonly evidence: string;
  /** There while demo data is being written; found at a start, it says that the last seeding was cut short. */
  readonly seedingMark: string;
  /** There while a back-up is being restored; found at a start, it says that the restoring was cut short. */
  readonly restoringMark: string;
  /** CERTIFICATE_KEY where the environment gives none; readable by this user alone. */
  readonly certificateKey: string;
  readonly settings: Settings;
  /** Writes down which processes live, so that the next start can end what a crash leaves. */
  readonly remember: (children: readonly Child[]) => void;
  readonly release: () => void;
}

/** Chosen once for a folder and kept, so addresses and logs stay the same over restarts. */
export interface Settings {
  readonly postgresPassword: string;
  /** PERSON_KEY_SECRET where the environment gives none. */
  readonly personKeySecret: string;
  readonly postgresPort: number;
  readonly temporalPort: number;
  readonly temporalUiPort: number;
}

type Child = ProcessIdentity & { readonly name: string; readonly stopSignal: NodeJS.Signals };

interface RunningFile extends ProcessIdentity {
  readonly address: string;
  readonly children: readonly Child[];
}

const NEEDED_MEGABYTES = 300;

/**
 * Takes hold of a data folder: makes it if need be, ends what a crashed run left, and refuses what cannot work.
 * @throws Refusal with the cure
 */
export async function takeDataFolder(
  folder: string,
  address: string,
  tell: (line: string) => void,
): Promise<DataFolder> {
  refuseUnwritable(folder);
  refuseFullDisk(folder, freeMegabytes(folder));
  refuseOtherMajor(folder);
  refuseHalfRestored(folder);
  const hold = await takeHold(folder, address, tell);
  try {
    await endStrayPostgres(path.join(folder, 'postgres'), tell);
    const settings = await settingsOf(folder, tell);
    mkdirSync(path.join(folder, 'logs'), { recursive: true });
    return {
      path: folder,
      logs: path.join(folder, 'logs'),
      postgres: path.join(folder, 'postgres'),
      temporalFile: path.join(folder, 'temporal.db'),
      evidence: path.join(folder, 'evidence'),
      seedingMark: path.join(folder, 'seeding'),
      restoringMark: path.join(folder, RESTORING),
      certificateKey: certificateKeyOf(folder),
      settings,
      ...hold,
    };
  } catch (fault) {
    hold.release();
    throw fault;
  }
}

/** The address of the system that runs in this folder, or null. */
export function runningSystem(folder: string): { address: string; pid: number } | null {
  const found = readRunning(folder);
  return found !== null && isAlive(found) ? found : null;
}

/** Removes what the embedded system keeps in a folder, and nothing that is not its own. */
export function wipeDataFolder(folder: string): void {
  const running = runningSystem(folder);
  if (running !== null) {
    throw new Refusal(
      `系统正在使用 ${folder}（${running.address}，进程 ${String(running.pid)}），不能清空。`,
      '先在运行 npm start 的窗口按 Ctrl-C 停止，再执行 npm run demo:reset。',
    );
  }
  const own = [
    'postgres',
    'postgres.new',
    'evidence',
    'temporal-server',
    'logs',
    'settings.json',
    'running.json',
    'seeding',
    CERTIFICATE_KEY,
  ];
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (own.includes(name) || name.startsWith('temporal.db')) rmSync(path.join(folder, name), { recursive: true });
  }
  // Last: until then nothing starts on what is left.
  rmSync(path.join(folder, RESTORING), { force: true });
}

function refuseUnwritable(folder: string): void {
  const probe = path.join(folder, `.probe-${String(process.pid)}`);
  try {
    // Others may pass through but not look: run by root, the database server is another user.
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code ?? '';
    if (isFullDisk(fault)) refuseFullDisk(folder, 0);
    throw new Refusal(
      `数据目录 ${folder} 无法写入（${code}）。`,
      '用 npm start -- --data 目录 另选一个可写的目录，或修正该目录的权限（ls -ld 可查看所有者）。',
    );
  }
}

const isFullDisk = (fault: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((fault as NodeJS.ErrnoException).code ?? '');

/** Refuses to start with less room than the database's first minutes need. */
export function refuseFullDisk(folder: string, free: number): void {
  if (free >= NEEDED_MEGABYTES) return;
  throw new Refusal(
    `磁盘空间不足：${folder} 所在磁盘只剩 ${String(free)} MB，至少需要 ${String(NEEDED_MEGABYTES)} MB。`,
    '清理磁盘，或用 npm start -- --data 目录 换到另一块磁盘。',
  );
}

/** A segment of PostgreSQL's log, and some lines of everybody's. */
const LEAST_MEGABYTES = 24;

/** Why nothing could live in a folder: its disk has run full. Null while there is room. */
export function whyNoRoom(folder: string): string | null {
  const free = freeMegabytes(folder);
  return free >= LEAST_MEGABYTES ? null : `磁盘已满（${folder} 所在磁盘只剩 ${String(free)} MB），请清理或扩充；`;
}

/** Free space, for this user, on the disk that holds a folder. */
export function freeMegabytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1024 / 1024);
}

function refuseOtherMajor(folder: string): void {
  const versionFile = path.join(folder, 'postgres', 'PG_VERSION');
  if (!existsSync(versionFile)) return;
  const major = readFileSync(versionFile, 'utf8').trim();
  if (major === POSTGRES_MAJOR) return;
  throw new Refusal(
    `数据目录 ${folder} 属于 PostgreSQL ${major}，本版本内嵌的是 PostgreSQL ${POSTGRES_MAJOR}，不能直接打开。`,
    `用原来的版本导出（pg_dump）后导入新目录；或用 npm start -- --data 新目录 重新开始；演示数据可用 npm run demo:reset 清空。`,
  );
}

const RESTORING = 'restoring';

function refuseHalfRestored(folder: string): void {
  if (!existsSync(path.join(folder, RESTORING))) return;
  throw new Refusal(
    `${folder} 中的恢复没有完成，不能启动。`,
    `重新执行同一个 npm run restore -- --from 备份 --data ${folder}，它会先清空这里；备份不受影响。`,
  );
}

/** Empties a folder in which a restoring was cut short, after ending what it left running. Any other folder is left alone. */
export async function clearHalfRestored(folder: string, tell: (line: string) => void): Promise<void> {
  if (!existsSync(path.join(folder, RESTORING))) return;
  tell('上次恢复没有完成，清空后重新恢复。');
  const hold = await takeHold(folder, '恢复备份', tell);
  await endStrayPostgres(path.join(folder, 'postgres'), tell);
  hold.release();
  wipeDataFolder(folder);
}

/**
 * Makes a new data folder that keeps the secrets of another: certificates and names of people stay what they were.
 * @throws Refusal when there is something in the folder
 */
export function makeDataFolder(folder: string, secrets: { personKeySecret: string; certificateKey: Buffer }): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Refusal(`${folder} 不是空的，不能恢复到这里。`, '用 --data 给出一个新的目录；已有的数据不会被覆盖。');
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const settings: Partial<Settings> = { personKeySecret: secrets.personKeySecret };
  createdAnew(path.join(folder, 'settings.json'), JSON.stringify(settings));
  writeFileSync(path.join(folder, CERTIFICATE_KEY), secrets.certificateKey, { flag: 'wx', mode: 0o600 });
}

async function takeHold(
  folder: string,
  address: string,
  tell: (line: string) => void,
): Promise<Pick<DataFolder, 'remember' | 'release'>> {
  const file = runningFile(folder);
  const self: ProcessIdentity = { pid: process.pid, born: birthOf(process.pid) ?? '' };
  const text = (children: readonly Child[]): string => JSON.stringify({ ...self, address, children }, null, 2);
  if (!createdAnew(file, text([]))) {
    const found = readRunning(folder);
    if (found !== null && isAlive(found)) refuseSecondStart(folder, found);
    tell('上次运行没有正常结束，正在清理遗留的进程……');
    for (const child of found?.children.toReversed() ?? []) {
      await endProcess(child, { signal: child.stopSignal, graceMs: 10_000 });
    }
    rmSync(file, { force: true });
    if (!createdAnew(file, text([]))) return await takeHold(folder, address, tell);
  }
  return {
    remember: (children) => {
      // Renamed into place: a crash while writing must not cost the list of what to clean up.
      try {
        writeFileSync(`${file}.new`, text(children), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch (fault) {
        // Written at the next change; until then the older list names what lives, but for what was started since.
        if (!isFullDisk(fault)) throw fault;
        tell(`磁盘已满，${file} 没有更新。`);
      }
    },
    release: () => {
      rmSync(file, { force: true });
    },
  };
}

function refuseSecondStart(folder: string, found: RunningFile): never {
  throw new Refusal(
    `系统已经在运行：${found.address}（进程 ${String(found.pid)}，数据目录 ${folder}）。`,
    `直接打开 ${found.address}；要停止它，在原窗口按 Ctrl-C 或执行 kill ${String(found.pid)}；要另起一套，用 npm start -- --port 端口 --data 另一目录。`,
  );
}

function createdAnew(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  }
}

function readRunning(folder: string): RunningFile | null {
  try {
    return JSON.parse(readFileSync(runningFile(folder), 'utf8')) as RunningFile;
  } catch {
    // None, or cut short by a crash: either way it names nobody.
    return null;
  }
}

function runningFile(folder: string): string {
  return path.join(folder, 'running.json');
}

/** A server that outlived its supervisor still holds the cluster; a dead one leaves its pid file behind. */
async function endStrayPostgres(cluster: string, tell: (line: string) => void): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const born = Number.isNaN(pid) ? null : birthOf(pid);
  if (born !== null && commandOf(pid).includes(cluster)) {
    tell(`正在停止遗留的 PostgreSQL（进程 ${String(pid)}）……`);
    await endProcess({ pid, born }, { signal: 'SIGINT', graceMs: 20_000 });
  }
  rmSync(file, { force: true });
}

const CERTIFICATE_KEY = 'certificate-key.pem';

/** Made once: certificates signed by it must stay verifiable. */
function certificateKeyOf(folder: string): string {
  const file = path.join(folder, CERTIFICATE_KEY);
  const { privateKey } = generateKeyPairSync('ed25519');
  createdAnew(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return file;
}

async function settingsOf(folder: string, tell: (line: string) => void): Promise<Settings> {
  const file = path.join(folder, 'settings.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Settings>) : null;
  const settings: Settings = {
    postgresPassword: kept?.postgresPassword ?? randomBytes(24).toString('hex'),
    personKeySecret: kept?.personKeySecret ?? randomBytes(32).toString('hex'),
    postgresPort: await keptOrFree('PostgreSQL', kept?.postgresPort, tell),
    temporalPort: await keptOrFree('Temporal', kept?.temporalPort, tell),
    temporalUiPort: await keptOrFree('Temporal 控制台', kept?.temporalUiPort, tell),
  };
  writeFileSync(`${file}.new`, JSON.stringify(settings, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return settings;
}

async function keptOrFree(what: string, kept: number | undefined, tell: (line: string) => void): Promise<number> {
  if (kept !== undefined && (await isPortFree(kept))) return kept;
  const port = await freePort();
  if (kept !== undefined) tell(`${what} 原来的端口 ${String(kept)} 被占用，改用 ${String(port)}。`);
  return port;
}
