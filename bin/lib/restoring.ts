import type { EvidenceStore } from '../../api/evidence/store.ts';
import { load, tablesIn } from '../../db/backup/load.ts';
import { clearHalfRestored, isHalfRestored, markRestoring, unmarkRestored } from '../../db/backup/mark.ts';
import { type Revived, revive } from '../../db/backup/revive.ts';
import { connectPool, kyselyOn } from '../../db/connect.ts';
import { copyEvidence, evidenceIn, type Manifest, openTable, readEvidenceList } from './backup-files.ts';
import { checkAuditTrail, checkLedger, lostHead } from './proofs.ts';
import { Refusal } from './refusal.ts';
import { type Progress, table } from './say.ts';

/** A back-up that has been checked, and where it lies. */
export type Backup = { from: string; kept: Manifest };

/** What restoring found and did. */
export type Restored = { chain: string[]; years: number; mismatches: number; revived: Revived };

/**
 * Reads a back-up into an empty database and an empty folder for the evidence, proves it, and lets it go on: what waits for a workflow is put
 * into the outbox, and begins when the system starts.
 */
export async function restoreInto(
  { from, kept }: Backup,
  { url, evidence }: { url: string; evidence: EvidenceStore },
  progress: Progress,
): Promise<Restored> {
  await clearedOrMarked(url, progress);
  progress.begin('数据库');
  await load(url, kept, (name) => {
    const dumped = kept.tables.find((each) => each.name === name);
    if (!dumped) throw new Error(`the back-up has no ${name}`);
    progress.update(`数据库：${name}（${String(dumped.rows)} 行）`);
    return openTable(from, dumped);
  });
  progress.done(`数据库（${String(kept.tables.length)} 张表）`);
  progress.begin('证明材料');
  const files = await readEvidenceList(from);
  for (const file of files) await copyEvidence(file, { from: evidenceIn(from), to: evidence });
  progress.done(`证明材料（${String(files.length)} 件）`);
  return proveAndRevive(url, kept, progress);
}

/** Whether a restoring into this database was cut short: then another may begin. */
export async function wasCutShort(url: string): Promise<boolean> {
  const db = kyselyOn(connectPool(url, 1));
  try {
    return await isHalfRestored(db);
  } finally {
    await db.destroy();
  }
}

/** From here on the database is nobody's until the last step is done. @throws Refusal when something of anybody else's is in it */
async function clearedOrMarked(url: string, { note }: Progress): Promise<void> {
  const db = kyselyOn(connectPool(url, 1));
  try {
    if (await isHalfRestored(db)) {
      note('上次恢复没有完成，清空后重新恢复。');
      await clearHalfRestored(db);
    }
    await refuseFilledDatabase(url);
    await markRestoring(db);
  } finally {
    await db.destroy();
  }
}

async function refuseFilledDatabase(url: string): Promise<void> {
  const tables = await tablesIn(url);
  if (tables.length === 0) return;
  throw new Refusal(
    `要恢复到的数据库不是空的（${String(tables.length)} 张表，如 ${tables[0] ?? ''}），没有改动它。`,
    '建立一个新的空数据库，把 DATABASE_URL 指向它后重试。',
  );
}

async function proveAndRevive(url: string, kept: Manifest, progress: Progress): Promise<Restored> {
  const db = kyselyOn(connectPool(url, 2));
  try {
    const chain = [...(await checkAuditTrail(db, progress)), ...(await lostHead(db, kept.auditHead))];
    const { years, mismatches } = await checkLedger(db, progress, () => undefined);
    const revived = await revive(db, { takenAt: kept.takenAt, version: kept.version });
    await unmarkRestored(db);
    return { chain, years, mismatches, revived };
  } finally {
    await db.destroy();
  }
}

const KINDS: Readonly<Record<string, string>> = {
  complaint: '投诉举报',
  deferral: '顺延',
  rectification: '责令限期改正',
  sanction: '弄虚作假处理',
  reconsideration: '复核',
  'title-order': '撤销职称的通知',
};

/** The report: what was found and done, and what is left for whoever reads it. */
export function tellRestored({ chain, years, mismatches, revived }: Restored, kept: Manifest): void {
  const { missing, damaged } = kept.evidence;
  const rows = [
    ['备份的时刻', `${kept.takenAt}（此后的办理不在其中，需重新办理）`],
    ['留痕链', chain.length === 0 ? '完整，末次封存与备份时一致' : `不一致 ${chain.join('、')}`],
    ['台账', `${String(years)} 个年度，不一致 ${String(mismatches)}`],
    [
      '证明材料',
      `${String(kept.evidence.files)} 件；备份时已缺失 ${String(missing.length)}，不符 ${String(damaged.length)}`,
    ],
    ...revivedRows(revived),
    ['登录', '所有人需重新登录'],
  ];
  console.log(`\n恢复的结果：\n\n${table(rows)}\n`);
  if (chain.length + mismatches + missing.length + damaged.length > 0) process.exitCode = 1;
}

/** What goes on by itself once the system runs. */
export function revivedRows({ claims, cases, years, unlocked }: Revived): string[][] {
  const others = Object.entries(cases).flatMap(([kind, n]) => (n === 0 ? [] : [`${KINDS[kind] ?? kind} ${String(n)}`]));
  return [
    ['重建的流程', [`申报 ${String(claims)}`, ...others].join('，')],
    ['继续的结算', `${String(years)} 个年度`],
    ['中断的消息', `${String(unlocked)} 条，重新送达`],
  ];
}
