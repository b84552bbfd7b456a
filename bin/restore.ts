import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { fileEvidenceStore } from '../api/evidence/store.ts';
import { unknownTo } from '../db/backup/load.ts';
import { revive } from '../db/backup/revive.ts';
import { connectPool, kyselyOn } from '../db/connect.ts';
import { readConfig } from './config.ts';
import { brokenFiles, CERTIFICATE_KEY_FILE, PERSON_KEY_FILE, readManifest } from './lib/backup-files.ts';
import { clearHalfRestored, makeDataFolder, takeDataFolder, wipeDataFolder } from './lib/data-folder.ts';
import { databaseFor } from './lib/database.ts';
import { EVIDENCE_SETTINGS, openEvidenceStore } from './lib/evidence-store.ts';
import { Refusal, runCommand } from './lib/refusal.ts';
import { type Backup, type Restored, restoreInto, revivedRows, tellRestored, wasCutShort } from './lib/restoring.ts';
import { type Progress, progressOn, table } from './lib/say.ts';
import { whyNoDatabase } from './lib/schema-check.ts';
import { Supervisor } from './lib/supervisor.ts';
import { bringUpPostgres, ensureRecord, type Shape } from './lib/system.ts';

/**
 * `npm run restore -- --from DIR --data NEW`: a back-up into an empty data folder, to be started by `npm start`. Without `--data`: into the
 * empty database and folder that the environment names. `--revive`: only the last step, for a database that was restored by other means.
 */

type Options = { from?: string; data?: string; shape: Shape; revive?: true };

await runCommand(async () => {
  const { from, data, shape, revive: isOnlyRevived } = readOptions();
  if (isOnlyRevived) return reviveOnly(data);
  if (from === undefined) throw new Refusal('没有给出备份目录。', '写 --from 备份目录（npm run backup 所写的）。');
  if (data === undefined && (process.env['DATABASE_URL'] ?? '') === '')
    throw new Refusal('没有给出恢复到哪里。', '写 --data 新目录；或设置 DATABASE_URL 与 EVIDENCE_DIR。');
  const progress = progressOn(process.stdout);
  const backup = await checked(path.resolve(from), progress);
  try {
    if (data === undefined) await intoEnvironment(backup, progress);
    else await intoFolder(backup, { folder: path.resolve(data), shape }, progress);
  } catch (fault) {
    progress.failed();
    throw whyNotRestored(fault);
  }
});

function readOptions(): Options {
  return new Command('npm run restore --')
    .description('把备份恢复到空的数据目录或空的数据库，核对后登记需要重建的流程')
    .option('--from <目录>', 'npm run backup 所写的目录')
    .option('--data <目录>', '新的数据目录；不给时恢复到 DATABASE_URL 与 EVIDENCE_DIR')
    .option('--revive', '数据库已用其他办法恢复：只登记需要重建的流程')
    .addOption(
      new Option('--shape <形态>', '与启动时相同：npm start 为 embedded，npm run prod:local 为 production')
        .choices(['embedded', 'production'])
        .default('embedded'),
    )
    .parse()
    .opts<Options>();
}

/** The back-up, once every file of it is what was written. Nothing has been touched before. */
async function checked(from: string, progress: Progress): Promise<Backup> {
  const kept = await readManifest(from);
  const unknown = unknownTo(kept);
  if (unknown.length > 0)
    throw new Refusal(
      `备份由更新的版本（${kept.version}）写成，本程序没有其中的迁移：${unknown.join('、')}。`,
      '用写备份的版本或更新的版本恢复。',
    );
  progress.begin('核对备份');
  const broken = await brokenFiles(from, kept);
  if (broken.length > 0) {
    progress.failed();
    throw new Refusal(
      `备份中有 ${String(broken.length)} 个文件缺失或被改动：${broken.slice(0, 5).join('、')}${broken.length > 5 ? ' 等' : ''}。`,
      '换一份备份；没有改动任何数据。',
    );
  }
  progress.done(`核对备份（${kept.takenAt}，版本 ${kept.version}）`);
  return { from, kept };
}

/** Into a data folder of its own: its cluster is started for the restoring alone. What goes wrong leaves nothing behind. */
async function intoFolder(
  backup: Backup,
  { folder, shape }: { folder: string; shape: Shape },
  progress: Progress,
): Promise<void> {
  const key = (name: string): Buffer => readFileSync(path.join(backup.from, name));
  await clearHalfRestored(folder, progress.note);
  makeDataFolder(folder, {
    personKeySecret: key(PERSON_KEY_FILE).toString('utf8'),
    certificateKey: key(CERTIFICATE_KEY_FILE),
  });
  const held = await takeDataFolder(folder, '恢复备份', progress.note);
  writeFileSync(held.restoringMark, '');
  const died = (name: string): void => progress.note(`${name} 意外结束`);
  const events = { children: held.remember, died, restarted: () => undefined, waits: died, gaveUp: died };
  const supervisor = new Supervisor({ logs: held.logs, events });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      // What is under way then fails, and is cleared away below.
      supervisor.stop().catch(() => undefined);
    });
  const outcome: { restored?: Restored } = {};
  try {
    const cluster = await bringUpPostgres({ folder: held, supervisor, progress });
    const url = await ensureRecord(cluster, shape);
    outcome.restored = await restoreInto(backup, { url, evidence: fileEvidenceStore(held.evidence) }, progress);
  } finally {
    await supervisor.stop();
    if (outcome.restored) rmSync(held.restoringMark);
    held.release();
    if (!outcome.restored) wipeDataFolder(folder);
  }
  tellRestored(outcome.restored, backup.kept);
  const start = shape === 'production' ? 'npm run prod:local -- --data' : 'npm start -- --data';
  console.log(`下一步：${start} ${folder}，启动后执行 npm run reconcile -- --data ${folder}`);
}

async function intoEnvironment(backup: Backup, progress: Progress): Promise<void> {
  const config = readConfig(process.env, ['DATABASE_URL', ...EVIDENCE_SETTINGS]);
  const { DATABASE_URL: url, EVIDENCE_DIR: folder } = config;
  const isFilled = folder !== undefined && existsSync(folder) && readdirSync(folder).length > 0;
  if (isFilled && !(await wasCutShort(url)))
    throw new Refusal(`EVIDENCE_DIR（${folder}）不是空的，不能恢复到这里。`, '给出一个新的空目录。');
  // A bucket may hold more: keys are drawn, and what the back-up has under one is what was there.
  const evidence = await openEvidenceStore(config, console.warn);
  refuseOtherSecret(backup);
  const keyFile = process.env['CERTIFICATE_KEY'] ?? '';
  const kept = readFileSync(path.join(backup.from, CERTIFICATE_KEY_FILE));
  if (keyFile !== '' && existsSync(keyFile) && !readFileSync(keyFile).equals(kept))
    throw new Refusal(
      `CERTIFICATE_KEY（${keyFile}）不是备份中的密钥，以前的证书将无法验证。`,
      `移开它后重试；新密钥应写在旧密钥之前，见 docs/certificates.md。`,
    );
  const restored = await restoreInto(backup, { url, evidence }, progress);
  if (keyFile !== '' && !existsSync(keyFile)) writeFileSync(keyFile, kept, { flag: 'wx', mode: 0o600 });
  tellRestored(restored, backup.kept);
  if (keyFile === '')
    console.log(`证书密钥在 ${path.join(backup.from, CERTIFICATE_KEY_FILE)}，请放到 CERTIFICATE_KEY 处。`);
  console.log('下一步：启动 worker 与 api，再执行 npm run reconcile');
}

/** Another secret would make everybody unknown to the systems outside; the API would refuse to start with it. */
function refuseOtherSecret({ from }: Backup): void {
  const given = process.env['PERSON_KEY_SECRET'] ?? '';
  const file = path.join(from, PERSON_KEY_FILE);
  if (given === '') console.log(`人员标识密钥在 ${file}，请设为 PERSON_KEY_SECRET。`);
  else if (given !== readFileSync(file, 'utf8'))
    throw new Refusal('PERSON_KEY_SECRET 不是备份时的值，API 将不能启动。', `设为 ${file} 中的值后重试。`);
}

async function reviveOnly(data: string | undefined): Promise<void> {
  const db = kyselyOn(connectPool(databaseFor(data), 1));
  try {
    const revived = await revive(db, { by: 'other-means' });
    console.log(`已登记，系统运行时即执行：\n\n${table(revivedRows(revived))}`);
  } finally {
    await db.destroy();
  }
}

function whyNotRestored(fault: unknown): unknown {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  // 53100: PostgreSQL's disk.
  if (['ENOSPC', 'EDQUOT', '53100'].includes(code))
    return new Refusal('磁盘已满，没有恢复。', '清理磁盘，或恢复到另一块磁盘上的新目录；备份不受影响。');
  return whyNoDatabase(fault, process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1/xueshi');
}
