import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BareOrder, BareResult } from '../lib/bare-process.ts';
import { type Cpu, costed, rounded } from '../lib/measure.ts';

/** The bare workflow with five signals, on a Temporal server of its own with the same settings. */
export class Bare {
  readonly #child: ChildProcess;
  readonly #parts: Record<string, number>;

  private constructor(child: ChildProcess, temporalPid: number) {
    this.#child = child;
    this.#parts = { workerAndClient: child.pid ?? 0, temporal: temporalPid };
  }

  static async start({ address, pid }: { address: string; pid: number }): Promise<Bare> {
    const script = fileURLToPath(new URL('../lib/bare-process.ts', import.meta.url));
    const child = fork(script, [address], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await answer(child);
    return new Bare(child, pid);
  }

  async measure(order: BareOrder): Promise<BareResult & { cpu: Cpu; cpuMsPerClaim: Cpu }> {
    const { value, cpu } = await costed(this.#parts, async () => {
      this.#child.send(order);
      return (await answer(this.#child)) as BareResult;
    });
    const perClaim = Object.entries(cpu).map(([part, s]) => [part, rounded((s * 1000) / order.claims, 1)] as const);
    return { ...value, cpu, cpuMsPerClaim: Object.fromEntries(perClaim) };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(late);
  }
}

/** The child's next message; an error when it ends instead. */
async function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the bare process ended with ${String(code)}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
