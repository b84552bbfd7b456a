import { Command } from 'commander';
import { connectPool, type Db, kyselyOn } from '../db/connect.ts';
import { readChain } from '../db/read/audit.ts';
import { type ChainFault, checkChain } from '../db/read/audit-chain.ts';
import { databaseFor } from './lib/database.ts';
import { runCommand } from './lib/refusal.ts';
import { progressOn } from './lib/say.ts';

/**
 * `npm run audit:verify -- --data DIR [--head SEQ:DIGEST]`: checks the audit trail's chain from the first seal to the last. Ends with 1
 * when a row was changed, taken away or slipped in, or when the chain no longer holds a head that was noted elsewhere.
 */

const PAGE_ROWS = 20_000;

await runCommand(async () => {
  const options = new Command('npm run audit:verify --')
    .description('核对留痕链：每条记录与封存时是否一致（只读）')
    .option('--data <目录>', '正在运行的系统的数据目录；不给时用 DATABASE_URL')
    .option('--head <序号:摘要>', '以前记下的末次封存，核对它仍在链上')
    .parse()
    .opts<{ data?: string; head?: string }>();
  const db = kyselyOn(connectPool(databaseFor(options.data), 2));
  try {
    const faults = [...(await checkAll(db)), ...(await lostHead(db, options.head))];
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

async function checkAll(db: Db): Promise<string[]> {
  const progress = progressOn(process.stderr);
  progress.begin('核对留痕链');
  const faults: string[] = [];
  let rows = 0;
  for (let from: number | null = 1; from !== null; ) {
    const page = await checkChain(db, { from, rows: PAGE_ROWS });
    faults.push(...page.faults.map(told));
    rows += page.rows;
    progress.update(`核对留痕链：${String(rows)} 条，不一致 ${String(faults.length)}`);
    from = page.next;
  }
  progress.done(`核对留痕链：${String(rows)} 条`);
  return faults;
}

const told = (fault: ChainFault): string => `${fault.kind} ${String('auditId' in fault ? fault.auditId : fault.seq)}`;

/** A head noted outside is what a chain that was made anew from some row on cannot reproduce. */
async function lostHead(db: Db, noted: string | undefined): Promise<string[]> {
  if (noted === undefined) return [];
  const [seq = '', digest = ''] = noted.split(':');
  const seal = await db.selectFrom('audit_seal').select('digest').where('seq', '=', Number(seq)).executeTakeFirst();
  return seal?.digest.toString('hex') === digest ? [] : [`head-lost ${seq}`];
}
