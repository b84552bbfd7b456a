import { Command } from 'commander';
import { connectPool, kyselyOn } from '../db/connect.ts';
import { readChain } from '../db/read/audit.ts';
import { databaseFor } from './lib/database.ts';
import { checkAuditTrail, lostHead } from './lib/proofs.ts';
import { runCommand } from './lib/refusal.ts';
import { progressOn } from './lib/say.ts';

/**
 * `npm run audit:verify -- --data DIR [--head SEQ:DIGEST]`: checks the audit trail's chain from the first seal to the last. Ends with 1
 * when a row was changed, taken away or slipped in, or when the chain no longer holds a head that was noted elsewhere.
 */

await runCommand(async () => {
  const options = new Command('npm run audit:verify --')
    .description('核对留痕链：每条记录与封存时是否一致（只读）')
    .option('--data <目录>', '正在运行的系统的数据目录；不给时用 DATABASE_URL')
    .option('--head <序号:摘要>', '以前记下的末次封存，核对它仍在链上')
    .parse()
    .opts<{ data?: string; head?: string }>();
  const db = kyselyOn(connectPool(databaseFor(options.data), 2));
  try {
    const trail = await checkAuditTrail(db, progressOn(process.stderr));
    const faults = [...trail, ...(await lostHead(db, notedHead(options.head)))];
    for (const fault of faults) console.log(fault);
    const { head, rows } = await readChain(db);
    console.log(
      head === null ? '还没有封存' : `留痕链 ${String(rows)} 条记录，末次封存 ${String(head.seq)}:${head.digest}`,
    );
    console.log(faults.length === 0 ? '与封存时一致' : `发现 ${String(faults.length)} 处不一致`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await db.destroy();
  }
});

function notedHead(noted: string | undefined): { seq: number; digest: string } | null {
  if (noted === undefined) return null;
  const [seq = '', digest = ''] = noted.split(':');
  return { seq: Number(seq), digest };
}
