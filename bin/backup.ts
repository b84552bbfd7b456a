import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { StorageAwayError } from '../api/evidence/faults.ts';
import { dump, type StoredFile, storedFiles } from '../db/backup/dump.ts';
import { RULE_VERSION } from '../rules/annual.ts';
import {
  beginBackup,
  CERTIFICATE_KEY_FILE,
  copyEvidence,
  evidenceIn,
  finishBackup,
  type Manifest,
  PERSON_KEY_FILE,
  tableSink,
  type WrittenFile,
  writeEvidenceList,
  writeFileOf,
} from './lib/backup-files.ts';
import { freeMegabytes } from './lib/data-folder.ts';
import { PROJECT } from './lib/places.ts';
import { defaultFolder, placesOf, type RecordPlaces } from './lib/record-places.ts';
import { Refusal, runCommand } from './lib/refusal.ts';
import { type Progress, progressOn, table } from './lib/say.ts';
import { whyNoDatabase } from './lib/schema-check.ts';

/**
 * `npm run backup -- --to DIR [--data DIR]`: the record, the evidence and the keys, as they are at one moment, while the system runs. Ends with
 * 1 when the back-up is not made, or when evidence that the record names is missing or changed.
 */

const FULL = '清理磁盘或换到另一块磁盘，删除未完成的目录后重试；正在运行的系统不受影响。';

await runCommand(async () => {
  const { to, data } = readOptions();
  const places = await placesOf(data);
  const partial = beginBackup(to);
  const progress = progressOn(process.stdout);
  try {
    const kept = await writeAll(partial, places, progress);
    await finishBackup(partial, to, kept);
    tellWhatIsKept(to, kept);
  } catch (fault) {
    progress.failed();
    throw whyNotWritten(fault, partial, places.url);
  }
});

function readOptions(): { to: string; data: string | undefined } {
  const options = new Command('npm run backup --')
    .description('备份数据库、证明材料和密钥；系统可以照常运行')
    .requiredOption('--to <目录>', '备份写到这里；必须是新的目录')
    .option('--data <目录>', 'npm start 的数据目录；不给时用 DATABASE_URL 等环境变量，都没有时用 .data')
    .parse()
    .opts<{ to: string; data?: string }>();
  return { to: path.resolve(options.to), data: options.data ?? defaultFolder() };
}

async function writeAll(partial: string, places: RecordPlaces, progress: Progress): Promise<Manifest> {
  progress.begin('数据库');
  const written: { files: Map<string, WrittenFile>; evidence: StoredFile[] } = { files: new Map(), evidence: [] };
  const record = await dump(
    places.url,
    (name) => tableSink(partial, name, (file) => written.files.set(name, file)),
    (files) => {
      written.evidence = files;
      refuseTooSmallDisk(partial, files);
    },
  );
  const tables = record.tables.map((each) => {
    const file = written.files.get(each.name);
    if (!file) throw new Error(`${each.name} was not written`);
    return { ...each, file };
  });
  const rows = tables.reduce((sum, each) => sum + each.rows, 0);
  progress.done(`数据库（${String(tables.length)} 张表，${String(rows)} 行，截至 ${record.takenAt}）`);
  // After the record: a file is written before its row, so every row's file is there.
  const evidence = await writeEvidence(partial, places, written.evidence, progress);
  const keys = [
    await writeFileOf(partial, CERTIFICATE_KEY_FILE, readFileSync(places.certificateKey)),
    await writeFileOf(partial, PERSON_KEY_FILE, places.personKeySecret),
  ];
  return {
    ...record,
    format: 1,
    product: 'xueshi',
    version: ownVersion(),
    ruleVersion: RULE_VERSION,
    finishedAt: new Date().toISOString(),
    tables,
    evidence,
    keys,
  };
}

async function writeEvidence(
  partial: string,
  { url, evidence: from }: RecordPlaces,
  files: readonly StoredFile[],
  progress: Progress,
): Promise<Manifest['evidence']> {
  progress.begin('证明材料');
  const to = evidenceIn(partial);
  const [copied, missing, damaged]: [StoredFile[], string[], string[]] = [[], [], []];
  for (const file of files) {
    const sha256 = await copyEvidence(file, { from, to });
    if (sha256 === null) missing.push(file.storageKey);
    else copied.push({ ...file, sha256 });
    if (sha256 !== null && sha256 !== file.sha256) damaged.push(file.storageKey);
    if (copied.length % 1_000 === 999) progress.update(`证明材料：${String(copied.length)} 件`);
  }
  const named = missing.length === 0 ? new Set<string>() : new Set((await storedFiles(url)).map((f) => f.storageKey));
  const bytes = copied.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  progress.done(`证明材料（${String(copied.length)} 件，${megabytes(bytes)}）`);
  return {
    files: copied.length,
    bytes,
    // What its owner took out of a draft meanwhile is not missed.
    missing: missing.filter((key) => named.has(key)),
    damaged,
    list: await writeEvidenceList(partial, copied),
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** What is known beforehand to be too much is not begun. */
function refuseTooSmallDisk(partial: string, files: readonly StoredFile[]): void {
  const needed = Math.ceil(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1024 / 1024);
  const free = freeMegabytes(partial);
  if (free < needed) throw new Refusal(`磁盘空间不足：证明材料 ${String(needed)} MB，只剩 ${String(free)} MB。`, FULL);
}

function whyNotWritten(fault: unknown, partial: string, url: string): unknown {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Refusal(`磁盘已满：备份没有完成，已写的部分在 ${partial}。`, FULL);
  if (fault instanceof StorageAwayError)
    return new Refusal(`证明材料的存储没有应答（${code}），备份没有完成（${partial}）。`, '恢复它之后重新备份。');
  if (fault instanceof Refusal) return new Refusal(`${fault.message}备份没有完成（${partial}）。`, fault.cure);
  return whyNoDatabase(fault, url);
}

function tellWhatIsKept(to: string, { evidence, auditHead, migrations }: Manifest): void {
  const seal = auditHead === null ? '还没有封存' : `${String(auditHead.seq)}:${auditHead.digest}`;
  const rows = [
    ['备份', to],
    ['数据库结构', `${String(migrations.length)} 个迁移，至 ${migrations.at(-1) ?? '无'}`],
    ['留痕链末次封存', `${seal}（请另处记下）`],
    ['密钥', `${path.join(to, 'keys')}（能签发证书；请加密保存，不与数据放在一处）`],
  ];
  console.log(table(rows));
  const faults = [
    ...evidence.missing.map((key) => ['证明材料缺失', key]),
    ...evidence.damaged.map((key) => ['证明材料与上传时不符', key]),
  ];
  if (faults.length === 0) return;
  console.error(`\n备份已完成，但 ${String(faults.length)} 件证明材料原本就有问题：\n${table(faults.slice(0, 50))}`);
  process.exitCode = 1;
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8')) as { version: string }).version;
}
