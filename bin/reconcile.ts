import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { sql } from 'kysely';
import { STUCK_CLASSES, type StuckClass } from '../contract/stuck.ts';
import { connectPool, type Db, kyselyOn } from '../db/connect.ts';
import { heardOfLate } from '../db/read/health.ts';
import { databaseFor } from './lib/database.ts';
import { defaultFolder } from './lib/record-places.ts';
import { Refusal, runCommand } from './lib/refusal.ts';
import { type Progress, progressOn, table } from './lib/say.ts';

/**
 * `npm run reconcile -- --data DIR`: has the running system compare record, workflows, tasks, ledger, certificates and statistics (对账), waits for
 * it, and prints what is left. Ends with 1 when something does not agree. After a restore it first waits for the workflows to be rebuilt.
 */

const LOOK_MS = 500;
/** What is nobody's fault: people have to act. */
const PEOPLES: readonly StuckClass[] = ['overdue', 'no-eligible-reviewer', 'case-without-officers'];

await runCommand(async () => {
  const { data } = new Command('npm run reconcile --')
    .description('由正在运行的系统全面对账一次，列出不一致之处')
    .option('--data <目录>', '正在运行的系统的数据目录；不给时用 DATABASE_URL，没有时用 .data')
    .parse()
    .opts<{ data?: string }>();
  const db = kyselyOn(connectPool(databaseFor(data ?? defaultFolder()), 1));
  try {
    const { worker } = await heardOfLate(db);
    if (!worker) throw new Refusal('没有运行中的 worker，无法对账。', '先启动系统（npm start 或 npm run worker）。');
    const progress = progressOn(process.stderr);
    await untilRebuilt(db, progress);
    await reconciled(db, progress);
    await tellFindings(db);
  } finally {
    await db.destroy();
  }
});

async function untilRebuilt(db: Db, progress: Progress): Promise<void> {
  progress.begin('等待流程重建');
  for (;;) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from graphile_worker.jobs
      where task_identifier in ('rebuild', 'look', 'orphans', 'close-year') and attempts < max_attempts`.execute(db);
    const left = rows[0]?.n ?? 0;
    if (left === 0) break;
    progress.update(`等待流程重建：还有 ${String(left)} 个`);
    await sleep(LOOK_MS);
  }
  progress.done('流程重建的消息已全部送达');
}

async function reconciled(db: Db, progress: Progress): Promise<void> {
  progress.begin('对账');
  const { rows } = await sql<{ at: Date }>`
    select now() as at, graphile_worker.add_job('reconcile', '{"depth":"full"}'::json, job_key := 'reconcile:restored')`.execute(
    db,
  );
  const since = rows[0]?.at ?? new Date();
  for (;;) {
    const run = await db
      .selectFrom('reconciliation')
      .select(['part', 'checked', 'finished_at'])
      .where('depth', '=', 'full')
      .orderBy('begun_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (run?.finished_at && run.finished_at >= since) break;
    progress.update(`对账：${run?.part ?? '等待开始'}，已核对 ${String(run?.checked ?? 0)}`);
    await sleep(LOOK_MS);
  }
  progress.done('对账');
}

async function tellFindings(db: Db): Promise<void> {
  const found = await db
    .selectFrom('stuck_finding')
    .select([
      'class',
      sql<number>`count(*)::int`.as('n'),
      sql<string>`min(subject_kind || '/' || subject_id)`.as('first'),
    ])
    .where('resolved_at', 'is', null)
    .groupBy('class')
    .orderBy('class')
    .execute();
  const faults = found.filter((each) => !PEOPLES.includes(each.class));
  if (found.length > 0) console.log(table(found.map((f) => [STUCK_CLASSES[f.class], String(f.n), f.first])));
  console.log(
    faults.length === 0
      ? '记录、流程、任务、台账、证书与统计一致。'
      : '有不一致之处：在“滞留事项”（/admin/stuck）中查看原因并处理。',
  );
  if (faults.length > 0) process.exitCode = 1;
}
