import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** One life of a process: its number, and its birth, which tells it from a later process with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly born: string;
}

/** When and in which boot the process began, or null when there is none (a zombie counts as none). */
export function birthOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // The command's name, in brackets, may hold anything: count the fields from behind it.
      const fields =
        readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
          .split(') ')
          .at(-1)
          ?.split(' ') ?? [];
      if (fields[0] === 'Z') return null;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19] ?? ''}`;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

/** The command line of a process, or nothing when it is gone. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** Whether this very process (not a later one with its number) still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return birthOf(identity.pid) === identity.born;
}

/** Asks a process to end, waits, and kills it with its group after the grace time. */
export async function endProcess(
  identity: ProcessIdentity,
  options: { signal: NodeJS.Signals; graceMs: number },
): Promise<void> {
  if (!isAlive(identity)) return;
  send(identity.pid, options.signal);
  if (await goneWithin(identity, options.graceMs)) return;
  // Every child leads a group of its own, so its helpers end with it.
  send(-identity.pid, 'SIGKILL');
  send(identity.pid, 'SIGKILL');
  await goneWithin(identity, 5_000);
}

async function goneWithin(identity: ProcessIdentity, ms: number): Promise<boolean> {
  const endsAt = performance.now() + ms;
  while (isAlive(identity)) {
    if (performance.now() >= endsAt) return false;
    await sleep(25);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code;
    // Gone in the meantime, or no group by that number: what was wanted.
    if (code !== 'ESRCH' && code !== 'EPERM') throw fault;
  }
}

/** Who listens on a port, in words ("node (pid 123)"), or null when that cannot be told. */
export function holderOfPort(port: number): string | null {
  try {
    const pid = process.platform === 'linux' ? listenerOnLinux(port) : listenerByLsof(port);
    if (pid === null) return null;
    return `进程 ${String(pid)}：${commandOf(pid).trim().slice(0, 80)}`;
  } catch {
    return null;
  }
}

function listenerByLsof(port: number): number | null {
  const args = ['-nP', `-iTCP:${String(port)}`, '-sTCP:LISTEN', '-t'];
  const pid = Number.parseInt(execFileSync('lsof', args, { encoding: 'utf8' }), 10);
  return Number.isNaN(pid) ? null : pid;
}

const LISTENING = '0A';

function listenerOnLinux(port: number): number | null {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(wanted) === true && fields[3] === LISTENING)
      .map((fields) => `socket:[${fields[9] ?? ''}]`),
  );
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return Number(pids.find((pid) => holdsOne(pid, inodes)) ?? Number.NaN) || null;
}

function holdsOne(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    // Another user's process, or one that has just ended: not ours to look into.
    return false;
  }
}
