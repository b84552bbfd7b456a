import { hash } from '@node-rs/argon2';
import { Command, InvalidArgumentError } from 'commander';
import { beginWorkflows } from '../db/backup/revive.ts';
import { connectPool, kyselyOn } from '../db/connect.ts';
import { DEMO_PASSWORD } from '../db/demo/accounts.ts';
import { addDeeds } from '../db/demo/deeds.ts';
import { sweepLateness } from '../db/demo/lateness.ts';
import { isEmpty, seed } from '../db/demo/seed.ts';
import { isDay, legalDay } from '../rules/calendar.ts';
import { readConfig } from './config.ts';
import { EVIDENCE_SETTINGS, openEvidenceStore } from './lib/evidence-store.ts';
import { orLeave } from './lib/refusal.ts';

/** Fills an empty database with the demo province. */
function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('应为不小于 0 的整数');
  return value;
}

function existingDay(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('应为存在的日期，如 2026-11-23');
  return text;
}

const options = new Command('npm run seed --')
  .description('向空数据库写入演示数据（湖北省）；数据库非空时不写')
  .option('--people <人数>', '有任职单位的人数', whole, 3_000)
  .option('--claims <件数>', '申报件数', whole, 5_000)
  .option('--seed <种子>', '相同的种子得到相同的数据', '1')
  .option('--today <日期>', '演示数据写到这一天的前一个工作日', existingDay, legalDay(Date.now()))
  .parse()
  .opts<{ people: number; claims: number; seed: string; today: string }>();

const config = await orLeave(() => readConfig(process.env, ['DATABASE_URL', ...EVIDENCE_SETTINGS]));
const evidence = await orLeave(() => openEvidenceStore(config, console.warn));
const db = kyselyOn(connectPool(config.DATABASE_URL, 2));
try {
  if (await isEmpty(db)) {
    const started = performance.now();
    const passwordHash = await hash(DEMO_PASSWORD);
    const counts = await seed(db, {
      ...options,
      passwordHash,
      files: { put: (key, content) => evidence.keep(key, content) },
    });
    // As the system would have by itself, and people by their acts: their rows carry the clock, so they are no part of the reproducible seed.
    await sweepLateness(db, options.today);
    await addDeeds(db, { today: options.today, passwordHash });
    // The seed writes claims as they would stand; each open one has its workflow like any other, two thousand within two minutes.
    await db.transaction().execute((trx) => beginWorkflows(trx, 50));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`演示数据已写入（${seconds} 秒）：`);
    for (const [table, count] of Object.entries(counts)) console.log(`  ${table} ${String(count)}`);
  } else {
    console.log('数据库已有数据，没有写入演示数据；需要重来时先执行 npm run demo:reset。');
  }
} finally {
  await db.destroy();
}
