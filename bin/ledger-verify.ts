import { Command } from 'commander';
import { connectPool, type Db, kyselyOn } from '../db/connect.ts';
import type { VerifiedYear } from '../db/verify-ledger.ts';
import { RULE_VERSION } from '../rules/annual.ts';
import { databaseFor } from './lib/database.ts';
import { checkLedger, type LedgerProof } from './lib/proofs.ts';
import { runCommand } from './lib/refusal.ts';
import { progressOn } from './lib/say.ts';

/**
 * `npm run ledger:verify -- --data DIR`: recomputes every person-year from its frozen inputs and compares entries, steps and totals. Ends
 * with 1 and a list when one differs. Nothing is written; a page of people is held at a time.
 */

/** Mismatches beyond these are counted, not listed. */
const LISTED = 200;

await runCommand(async () => {
  const options = new Command('npm run ledger:verify --')
    .description('按冻结的依据重新计算每个人的每个年度，与台账逐条核对（只读）')
    .option('--data <目录>', '正在运行的系统的数据目录；不给时用 DATABASE_URL')
    .parse()
    .opts<{ data?: string }>();
  const db = kyselyOn(connectPool(databaseFor(options.data), 2));
  try {
    const { mismatches } = await verifyAll(db);
    if (mismatches > 0) process.exitCode = 1;
  } finally {
    await db.destroy();
  }
});

async function verifyAll(db: Db): Promise<LedgerProof> {
  let listed = 0;
  const seen = await checkLedger(db, progressOn(process.stderr), (year) => {
    listed += 1;
    if (listed <= LISTED) list(year);
  });
  console.log(`规则版本 ${RULE_VERSION}：不一致 ${String(seen.mismatches)} 个年度`);
  for (const [version, count] of seen.older) console.log(`另有 ${String(count)} 个年度按旧版规则 ${version} 计算`);
  if (seen.older.size > 0)
    console.log(`其中 ${String(seen.olderDifferent)} 个年度按现行规则计算结果不同（不计为错误）`);
  return seen;
}

/** One line a finding: the year, the source, what is recorded and what the rules say. */
function list({ personId, year, findings }: VerifiedYear): void {
  for (const { what, sourceId, recorded, recomputed } of findings)
    console.log(
      `不一致 ${personId} ${String(year)} ${sourceId ?? '合计'} ${what}：台账 ${recorded}，重算 ${recomputed}`,
    );
}
