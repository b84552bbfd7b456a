import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from './postgres.ts';
import { birthOf, endProcess, type ProcessIdentity } from './processes.ts';

/*
 * Parts are started one after the other, each when the one before is ready, and stopped in the reverse order. A part
 * that dies is started again after a pause that doubles; one that keeps dying ends the whole system, because a system
 * that limps unseen is worse than one that says it stopped.
 */

/** A process that the supervisor keeps running. */
export interface Part {
  readonly name: string;
  /** Asked anew before every start, since a restart may find other circumstances. */
  command(): Promise<Command & { readonly env?: NodeJS.ProcessEnv }>;
  /** Resolves when the part can be used; rejects when it cannot, or when `stillRunning` turns false. */
  ready(watch: Watch): Promise<void>;
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
}

/** What a part's readiness may look at. */
export interface Watch {
  readonly stillRunning: () => boolean;
  /** What the process wrote since this start. */
  readonly output: () => string;
}

/** A process that does one thing and ends. */
export type Errand = Pick<Part, 'name' | 'command'>;

/** What the supervisor tells about its parts. */
export interface SupervisorEvents {
  /** The list of living processes changed: remembered on disk, so the next start can end what a crash left. */
  children(living: readonly (ProcessIdentity & { name: string; stopSignal: NodeJS.Signals })[]): void;
  died(name: string, how: string, log: string): void;
  restarted(name: string): void;
  /** It is not started again yet, and why: its death is not counted. */
  waits(name: string, why: string): void;
  /** A part died too often; the caller stops everything. */
  gaveUp(name: string, log: string): void;
}

/** How patient the supervisor is with a part that dies. */
export interface Patience {
  readonly restarts: number;
  readonly withinMs: number;
  readonly firstPauseMs: number;
}

const patient: Patience = { restarts: 6, withinMs: 120_000, firstPauseMs: 200 };

interface Running {
  readonly part: Part;
  child: ChildProcess;
  identity: ProcessIdentity;
  /** Resolves when the present child has ended. */
  exited: Promise<void>;
  /** Where in the log the present child's output begins. */
  outputFrom: number;
  deaths: number[];
}

/** Starts, watches and stops the parts of a system. */
export class Supervisor {
  readonly #logs: string;
  readonly #events: SupervisorEvents;
  readonly #patience: Patience;
  readonly #hindrance: () => string | null;
  readonly #running: Running[] = [];
  readonly #errands = new Set<Running>();
  #stopping: Promise<void> | null = null;

  /** @param options.hindrance why no part could live at the moment, and what to do; null when all may */
  constructor(options: {
    logs: string;
    events: SupervisorEvents;
    patience?: Patience;
    hindrance?: () => string | null;
  }) {
    this.#logs = options.logs;
    this.#events = options.events;
    this.#patience = options.patience ?? patient;
    this.#hindrance = options.hindrance ?? (() => null);
  }

  /** Starts a part and waits until it is ready; from then on it is kept running. */
  async start(part: Part): Promise<void> {
    const running = await this.#spawn(part);
    this.#running.push(running);
    this.#remember();
    await this.#untilReady(running);
    this.#reviveAtItsEnd(running);
  }

  /** Runs an errand to its end; throws with the last lines it wrote when it fails. */
  async run(errand: Errand): Promise<void> {
    const part: Part = { ...errand, ready: () => Promise.resolve(), stopSignal: 'SIGTERM', graceMs: 3_000 };
    const running = await this.#spawn(part);
    this.#errands.add(running);
    this.#remember();
    try {
      await running.exited;
      if (running.child.exitCode !== 0) throw new Error(this.#lastWords(running));
    } finally {
      this.#errands.delete(running);
      this.#remember();
    }
  }

  /** Stops everything in the reverse order of its start; safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    await this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const { part, identity } of [...this.#errands, ...this.#running.toReversed()]) {
      await endProcess(identity, { signal: part.stopSignal, graceMs: part.graceMs });
    }
    this.#running.length = 0;
    this.#remember();
  }

  async #spawn(part: Part): Promise<Running> {
    const { command, args, env, uid, gid } = await part.command();
    if (this.#isStopping()) throw new Error('the system is stopping');
    const log = openLog(this.#logOf(part.name));
    try {
      const outputFrom = fstatSync(log).size;
      const child = spawn(command, args, {
        stdio: ['ignore', log, log],
        // A group of its own: the terminal's Ctrl-C must reach only the supervisor, which knows the order.
        detached: true,
        ...(env === undefined ? {} : { env }),
        ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
      });
      const exited = new Promise<void>((resolve) => {
        child.once('exit', () => {
          resolve();
        });
      });
      await spawned(child);
      // A stop that began while this one was being born does not know of it.
      if (this.#isStopping()) {
        child.kill('SIGKILL');
        throw new Error('the system is stopping');
      }
      const pid = child.pid ?? -1;
      return { part, child, identity: { pid, born: birthOf(pid) ?? 'gone' }, exited, outputFrom, deaths: [] };
    } finally {
      closeSync(log);
    }
  }

  async #untilReady(running: Running): Promise<void> {
    const { child, part, outputFrom } = running;
    const watch: Watch = {
      stillRunning: () => isRunning(child) && !this.#isStopping(),
      output: () => readFileSync(this.#logOf(part.name)).subarray(outputFrom).toString(),
    };
    try {
      await part.ready(watch);
    } catch (fault) {
      throw new Error(`${fault instanceof Error ? fault.message : String(fault)}\n${this.#lastWords(running)}`);
    }
  }

  #reviveAtItsEnd(running: Running): void {
    running.exited
      .then(() => this.#revive(running))
      .catch((fault: unknown) => {
        this.#events.gaveUp(running.part.name, String(fault));
      });
  }

  async #revive(running: Running): Promise<void> {
    if (this.#isStopping()) return;
    const { part, child } = running;
    const log = this.#logOf(part.name);
    this.#events.died(part.name, child.signalCode ?? `exit code ${String(child.exitCode)}`, log);
    if (await this.#waitedForHindrance(part.name)) {
      running.deaths = [];
      if (!this.#isStopping()) await this.#startAgain(running, log);
      return;
    }
    const now = performance.now();
    running.deaths = [...running.deaths.filter((at) => now - at < this.#patience.withinMs), now];
    if (running.deaths.length > this.#patience.restarts) {
      this.#events.gaveUp(part.name, log);
      return;
    }
    await sleep(this.#patience.firstPauseMs * 2 ** (running.deaths.length - 1));
    if (!this.#isStopping()) await this.#startAgain(running, log);
  }

  /** What nothing could live with is waited out: started again and again, a part would be given up, and everything with it. */
  async #waitedForHindrance(name: string): Promise<boolean> {
    const why = this.#hindrance();
    if (why === null) return false;
    this.#events.waits(name, why);
    while (this.#hindrance() !== null && !this.#isStopping()) await sleep(1_000);
    return true;
  }

  async #startAgain(running: Running, log: string): Promise<void> {
    try {
      Object.assign(running, await this.#spawn(running.part), { deaths: running.deaths });
    } catch (fault) {
      if (!this.#isStopping()) this.#events.gaveUp(running.part.name, `${log}: ${String(fault)}`);
      return;
    }
    this.#remember();
    this.#reviveAtItsEnd(running);
    const { child, identity } = running;
    try {
      await this.#untilReady(running);
      this.#events.restarted(running.part.name);
    } catch {
      // Started but not ready in time: its end brings the next attempt, through the line above.
      if (isRunning(child))
        await endProcess(identity, { signal: running.part.stopSignal, graceMs: running.part.graceMs });
    }
  }

  #isStopping(): boolean {
    return this.#stopping !== null;
  }

  #remember(): void {
    const living = [...this.#running, ...this.#errands];
    this.#events.children(
      living.map(({ part, identity }) => ({ name: part.name, stopSignal: part.stopSignal, ...identity })),
    );
  }

  #logOf(name: string): string {
    return path.join(this.#logs, `${name}.log`);
  }

  #lastWords({ part, child }: Running): string {
    const how =
      child.signalCode ?? (child.exitCode === null ? 'no readiness in time' : `exit code ${String(child.exitCode)}`);
    const lines = readFileSync(this.#logOf(part.name), 'utf8').trimEnd().split('\n').slice(-12);
    return `${part.name}: ${how}\n${lines.map((line) => `    ${line}`).join('\n')}\n    (${this.#logOf(part.name)})`;
  }
}

const LARGE_LOG_BYTES = 10 * 1024 * 1024;

/** Opens a part's log, after putting a large one aside (one generation is kept). */
function openLog(file: string): number {
  try {
    if (statSync(file).size > LARGE_LOG_BYTES) renameSync(file, `${file}.1`);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
  }
  return openSync(file, 'a');
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function spawned(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}
