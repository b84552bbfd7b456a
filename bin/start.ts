import path from 'node:path';
import { Command, Option } from 'commander';
import { DEMO_ACCOUNTS } from '../db/demo/accounts.ts';
import { type DataFolder, takeDataFolder, whyNoRoom } from './lib/data-folder.ts';
import { isPortFree, takenPort } from './lib/ports.ts';
import { Refusal, runCommand } from './lib/refusal.ts';
import { type Progress, progressOn, table } from './lib/say.ts';
import { Supervisor } from './lib/supervisor.ts';
import { bringUp, type Place, type Shape, type SystemOptions, webAddress } from './lib/system.ts';

/** The whole system on this machine: brought up in order, kept up, taken down in the reverse order. */
async function main(): Promise<void> {
  const began = performance.now();
  const options = readOptions();
  const progress = progressOn(process.stdout);
  const folder = await takeDataFolder(options.data, webAddress(options), progress.note);
  const life = new Life(folder, progress);
  try {
    await refuseTakenPort(options);
    const places = await bringUp({ options, folder, progress, supervisor: life.supervisor, abort: life.end.signal });
    printWelcome(places, folder, Math.round((performance.now() - began) / 1000));
    await life.ended();
  } catch (fault) {
    // Faults after a Ctrl-C are those of parts that were told to stop.
    if (!life.end.signal.aborted) life.failure = fault instanceof Refusal ? fault : startFailed(fault, folder);
  }
  await life.takeDown();
}

/** From the first process to the last: the supervisor, and what may end it. */
class Life {
  readonly end = new AbortController();
  readonly supervisor: Supervisor;
  failure: Refusal | null = null;
  readonly #folder: DataFolder;
  readonly #progress: Progress;

  constructor(folder: DataFolder, progress: Progress) {
    this.#folder = folder;
    this.#progress = progress;
    this.supervisor = new Supervisor({
      logs: folder.logs,
      hindrance: () => whyNoRoom(folder.path),
      events: {
        children: folder.remember,
        died: (name, how, log) => {
          progress.note(`${clock()} ${name} 意外结束（${how}），正在重新启动；日志：${log}`);
        },
        restarted: (name) => {
          progress.note(`${clock()} ${name} 已恢复`);
        },
        waits: (name, why) => {
          progress.note(`${clock()} ${why}${name} 等有空间后自动启动，已保存的数据不受影响。`);
        },
        gaveUp: (name, log) => {
          this.failure = new Refusal(`${name} 反复意外结束，系统停止。`, `查看日志 ${log}，排除原因后重新 npm start。`);
          this.end.abort();
        },
      },
    });
    // Whoever read our lines may go away (a closed window, a pipe into head): that must not cost the orderly stop.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    // A terminal's Ctrl-C arrives twice (npm passes it on too); asking again changes nothing.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.end.abort();
        // What goes wrong here comes out again where takeDown awaits the same stop.
        this.supervisor.stop().catch(() => undefined);
      });
    }
  }

  async ended(): Promise<void> {
    if (this.end.signal.aborted) return;
    await new Promise((resolve) => {
      this.end.signal.addEventListener('abort', resolve, { once: true });
      // The signals' listeners alone do not keep this process alive.
      const alive = setInterval(() => undefined, 3_600_000);
      this.end.signal.addEventListener('abort', () => {
        clearInterval(alive);
      });
    });
  }

  /** Stops every process, lets the folder go, and only then throws what went wrong. */
  async takeDown(): Promise<void> {
    this.#progress.failed();
    console.log('\n正在停止……');
    await this.supervisor.stop();
    this.#folder.release();
    console.log(`已全部停止，数据保存在 ${this.#folder.path}`);
    if (this.failure !== null) throw this.failure;
  }
}

async function refuseTakenPort(options: SystemOptions): Promise<void> {
  if (await isPortFree(options.port, options.host)) return;
  throw takenPort(options.port, `用 npm start -- --port ${String(options.port + 1)} 换一个端口`);
}

function startFailed(fault: unknown, folder: DataFolder): Refusal {
  const reason = fault instanceof Error ? fault.message : String(fault);
  return new Refusal(`启动没有完成：${reason}`, `查看 ${folder.logs} 中的日志；执行 npm run doctor 检查环境。`);
}

function printWelcome(places: readonly Place[], folder: DataFolder, seconds: number): void {
  const address = places[0]?.where ?? '';
  console.log(`\n学时已就绪（用时 ${String(seconds)} 秒）：${address}\n`);
  const rows = places.map(({ what, where, log }) => [what, where, log === '' ? '' : path.join(folder.logs, log)]);
  console.log(table([['组成', '地址', '日志'], ...rows]));
  console.log(`\n  数据目录：${folder.path}\n\n演示账号（均为虚构）：\n`);
  const accounts = DEMO_ACCOUNTS.map((who) => [who.role, who.username, who.password, who.name, who.organisation]);
  console.log(table([['身份', '用户名', '密码', '姓名', '单位'], ...accounts]));
  console.log('\n可以先试三件事：\n');
  const tries = DEMO_ACCOUNTS.filter((who) => who.tryThis !== '').slice(0, 3);
  tries.forEach((who, i) => {
    console.log(`  ${String(i + 1)}. 以 ${who.username} 登录：${who.tryThis}`);
  });
  console.log('\n按 Ctrl-C 停止；数据会保留。\n');
}

function clock(): string {
  return new Date().toLocaleTimeString('zh-CN', { hour12: false });
}

function readOptions(): SystemOptions & { data: string } {
  const command = new Command('npm start --')
    .description('启动整套系统：PostgreSQL、Temporal、流程引擎、接口与网页')
    .option('--port <端口>', '网页与接口的端口', process.env['PORT'] ?? '8080')
    .option('--host <地址>', '监听地址', process.env['HOST'] ?? '127.0.0.1')
    .option('--data <目录>', '数据目录', process.env['DATA_DIR'] ?? '.data')
    .addOption(
      new Option('--shape <形态>', 'production：与生产相同，Temporal 服务器存于 PostgreSQL，各用自己的库与用户')
        .choices(['embedded', 'production'])
        .default('embedded'),
    )
    .parse();
  const { port, host, data, shape } = command.opts<{ port: string; host: string; data: string; shape: Shape }>();
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new Refusal(`--port ${port} 不是端口号。`, '使用 1 到 65535 之间的数字，例如 npm start -- --port 8081。');
  }
  return { port: Number(port), host, shape, data: path.resolve(data) };
}

await runCommand(main);
