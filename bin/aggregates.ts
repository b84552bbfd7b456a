import { Command } from 'commander';
import { connectPool, kyselyOn } from '../db/connect.ts';
import { rebuildStatistics, statisticsDifferences } from '../db/statistics.ts';
import { databaseFor } from './lib/database.ts';
import { Refusal } from './lib/refusal.ts';

/** `npm run aggregates:check -- --data DIR`: proves the kept statistics equal to the record; lists what differs and exits 1. */
const SHOWN = 200;

async function main(): Promise<number> {
  const options = new Command('npm run aggregates:check --')
    .description('核对统计汇总与台账、任职、申报记录是否一致；不一致时逐条列出并以 1 退出')
    .option('--data <目录>', '正在运行的系统的数据目录；不写时用环境变量 DATABASE_URL')
    .option('--rebuild', '核对前按记录重新汇总（期间暂停写入）')
    .parse()
    .opts<{ data?: string; rebuild?: true }>();
  const db = kyselyOn(connectPool(databaseFor(options.data), 1));
  try {
    if (options.rebuild) await rebuildStatistics(db);
    const found = await statisticsDifferences(db, SHOWN);
    for (const { of, kept, counted } of found) console.log(`${of}：汇总 ${String(kept)}，记录 ${String(counted)}`);
    console.log(
      found.length === 0
        ? '统计汇总与记录一致。'
        : `有 ${String(found.length)} 处不一致（每类最多列 ${String(SHOWN)} 处）。`,
    );
    return found.length === 0 ? 0 : 1;
  } finally {
    await db.destroy();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Refusal ? `${error.message}\n${error.cure}` : error);
  return 2;
});
