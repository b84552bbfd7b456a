// Runs before anything is installed, on any Node that knows ES modules: no dependency, no new syntax.
import { spawnSync } from 'child_process';
import { existsSync, lstatSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each command runs once the packages are there. */
const commands = {
  start: 'bin/start.ts',
  doctor: 'bin/doctor.ts',
  check: 'bin/check.ts',
  test: 'node_modules/vitest/vitest.mjs',
};

main(process.argv[2], process.argv.slice(3));

function main(name, rest) {
  refuseOldNode();
  process.chdir(project);
  if (packagesAreMissing()) installPackages();
  const target = join(project, commands[name]);
  endWithNpm();
  process.argv = [process.argv[0], target].concat(name === 'test' ? ['run'] : [], rest);
  handOver(target).catch((fault) => {
    console.error(fault);
    process.exitCode = 1;
  });
}

function refuseOldNode() {
  const needed = [20, 19];
  // XUESHI_PRETEND_NODE lets a test see this message on a new Node.
  const version = process.env.XUESHI_PRETEND_NODE || process.versions.node;
  const [major, minor] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return;
  console.error(
    `\n✗ 需要 Node.js ${needed.join('.')} 或更高版本，当前是 ${version}（${process.execPath}）。\n` +
      '  办法：从 https://nodejs.org 安装当前的长期支持版，或执行 nvm install --lts && nvm use --lts，然后重试。\n',
  );
  process.exit(1);
}

/** Compares what is installed with the lock file, entry by entry: a touched file costs nothing, a changed version counts. */
function packagesAreMissing() {
  const installedFile = join(project, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return true;
  const wanted = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.keys(wanted).some((path) => {
    if (path === '' || wanted[path].link) return false;
    if (!installed[path]) return !wanted[path].optional && !wanted[path].peer;
    return installed[path].version !== wanted[path].version;
  });
}

function installPackages() {
  refuseLinkedPackages();
  console.log('正在安装依赖包（npm ci；首次约需 1 分钟）……');
  const began = Date.now();
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  const done =
    npm && npm.endsWith('.js')
      ? spawnSync(process.execPath, [npm].concat(args), { cwd: project, stdio: 'inherit' })
      : spawnSync('npm', args, { cwd: project, stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.status !== 0) {
    console.error(
      '\n✗ 依赖包没有装好（npm ci 失败，原因见上）。\n' +
        '  办法：确认能访问 npm 软件源（npm config get registry）、磁盘未满、本目录可写，然后重试。\n',
    );
    process.exit(1);
  }
  console.log(`依赖包已安装，用时 ${Math.round((Date.now() - began) / 1000)} 秒。`);
}

/** npm ci empties node_modules first, also through a link: then the folder behind it loses its packages. */
function refuseLinkedPackages() {
  const folder = join(project, 'node_modules');
  const kind = lstatSync(folder, { throwIfNoEntry: false });
  if (!kind || !kind.isSymbolicLink()) return;
  console.error(
    `\n✗ ${folder} 是一个链接，其中的依赖包与 package-lock.json 不符；在这里安装会清空它所指的文件夹。\n` +
      '  办法：删去这个链接后重试（会在本目录另装一份），或在它所指的项目里执行 npm ci。\n',
  );
  process.exit(1);
}

/** A signal to npm ends npm and its shell, but is not passed on: whoever loses them has been told to stop. */
function endWithNpm() {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/** In this same process: one process fewer between the terminal's Ctrl-C and those who must hear it. */
async function handOver(target) {
  if (target.endsWith('.ts')) {
    const { register } = await import('tsx/esm/api');
    register();
  }
  await import(pathToFileURL(target).href);
}
