import { setTimeout as sleep } from 'node:timers/promises';
import { isHalfRestored } from '../../db/backup/mark.ts';
import type { Db } from '../../db/connect.ts';
import { schemaState } from '../../db/schema-state.ts';
import { Refusal } from './refusal.ts';

/**
 * What a process asks of its database before it begins. An older one is refused: statements would fail one by one, in people's hands.
 * A newer one is said and served, since migrations only add: that is what a rolled-back release, or the old half of an upgrade, meets.
 * @param warn told about a newer database
 * @throws Refusal when the database is older than this program, or a back-up was not read into it to the end
 */
export async function requireSchema(db: Db, url: string, warn: (words: string) => void): Promise<void> {
  if (await isHalfRestored(db))
    throw new Refusal(
      `数据库 ${placeOf(url)} 中的恢复没有完成，不能启动。`,
      '重新执行同一个 npm run restore -- --from 备份，它会先清空这个库；备份不受影响。',
    );
  const { missing, unknown } = await schemaState(db);
  if (missing.length > 0) {
    throw new Refusal(
      `数据库 ${placeOf(url)} 比本程序旧，缺少 ${missing.length} 个迁移：${missing.join('、')}。`,
      '先执行 npm run migrate（同一个 DATABASE_URL），完成后再启动。迁移只增加内容，可在旧版运行时执行。',
    );
  }
  if (unknown.length > 0) {
    warn(
      `数据库 ${placeOf(url)} 比本程序新，多出 ${unknown.length} 个迁移：${unknown.join('、')}。迁移只增加内容，因此照常启动；请确认正在使用的版本。`,
    );
  }
}

/** How long something that is on its way up is waited for, and who is told meanwhile. */
export type Patience = { seconds: number; tell: (words: string) => void };

/**
 * Asks a database what a process needs of it before it begins; again and again while it is starting up, is not there yet or is full.
 * @throws Refusal with the cure when it is not there in time, or at once where waiting does not help (a wrong password)
 */
export async function onceThere<T>(url: string, { seconds, tell }: Patience, ask: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (fault) {
      const waitedSeconds = Math.round((performance.now() - began) / 1_000);
      if (!PASSING.has(codeOf(fault)) || waitedSeconds >= seconds) throw whyNoDatabase(fault, url);
      const [what] = CURES[codeOf(fault)] ?? [''];
      if (tries % 5 === 0)
        tell(`数据库 ${placeOf(url)} 还不能使用（${what}）：已等待 ${waitedSeconds} 秒，最多等待 ${seconds} 秒。`);
    }
    await sleep(1_000);
  }
}

/** What passes by itself while servers are started in any order. */
const PASSING: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);

/** PostgreSQL's or the network's code, with what to do about it. */
const CURES: Readonly<Record<string, readonly [what: string, cure: string]>> = {
  ECONNREFUSED: ['没有程序在该地址监听', '启动 PostgreSQL，或改正 DATABASE_URL 的主机与端口。'],
  ENOTFOUND: ['找不到这台主机', '改正 DATABASE_URL 的主机名。'],
  EAI_AGAIN: ['暂时无法解析主机名', '检查 DNS 或容器网络，或在 DATABASE_URL 中改用地址。'],
  EHOSTUNREACH: ['主机无法到达', '检查网络与防火墙。'],
  ETIMEDOUT: ['主机没有应答', '检查网络与防火墙。'],
  ECONNRESET: ['连接被中断', '检查 PostgreSQL 是否正在重启，以及网络。'],
  '28P01': ['用户名或密码不对', '改正 DATABASE_URL 中的用户名与密码（密码中的特殊字符须按 URL 编码）。'],
  '28000': ['不允许这个用户登录', '检查用户名与 pg_hba.conf。'],
  '3D000': ['没有这个数据库', '建立该数据库（deploy/postgres-init.sh 有一例），或改正 DATABASE_URL 末尾的库名。'],
  '42501': ['这个用户没有权限', '把库的所有者设为 DATABASE_URL 中的用户。'],
  '53100': ['磁盘已满', '清理或扩充 PostgreSQL 所在的磁盘后重试；没有改动任何数据。'],
  '53300': ['连接数已满', '减小各进程的 POOL_SIZE，或增大 PostgreSQL 的 max_connections。'],
  '55P03': [
    '有人长时间占用一张表，结构没有改动',
    '查看 pg_stat_activity 中长时间不结束的事务（可能是正在进行的备份），等它结束后重试。',
  ],
  '57P01': ['正在关闭', '等它重新启动。'],
  '57P02': ['正在从故障中恢复', '等它恢复；长时间未恢复的，查看 PostgreSQL 的日志。'],
  '57P03': ['正在启动或关闭', '稍候再启动；长时间未启动完的，查看 PostgreSQL 的日志。'],
};

/** A fault of the first question to a database as a refusal with its cure; any other fault as it is. The password is never said. */
export function whyNoDatabase(fault: unknown, url: string): unknown {
  const [what, cure] = CURES[codeOf(fault)] ?? [];
  if (what === undefined || cure === undefined) return fault;
  return new Refusal(`DATABASE_URL 所指的数据库 ${placeOf(url)} 不能使用：${what}。`, cure);
}

function codeOf(fault: unknown): string {
  if (!(fault instanceof Error)) return '';
  if ('code' in fault && typeof fault.code === 'string') return fault.code;
  if (/timeout/i.test(fault.message)) return 'ETIMEDOUT';
  return /connection terminated/i.test(fault.message) ? 'ECONNRESET' : '';
}

const placeOf = (url: string): string => {
  const { host, pathname, username } = new URL(url);
  return `${username}@${host}${pathname}`;
};
