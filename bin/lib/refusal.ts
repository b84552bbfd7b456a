import { faultForLog } from '../../contract/faults.ts';

/** Why a command cannot go on, and what the person at the keyboard can do about it; no stack, exit code 1. */
export class Refusal extends Error {
  readonly cure: string;

  constructor(reason: string, cure: string) {
    super(reason);
    this.name = 'Refusal';
    this.cure = cure;
  }
}

/** What a process needs before it begins; what it cannot have is said as by `runCommand`, and the process ends. */
export async function orLeave<T>(need: () => T | Promise<T>): Promise<T> {
  const had: { value?: T } = {};
  await runCommand(async () => {
    had.value = await need();
  });
  if ('value' in had) return had.value;
  process.exit(1);
}

/** Runs a command's main function; a refusal is printed with its cure, a fault with its stack (and no row of the database), both end with code 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (fault) {
    if (fault instanceof Refusal) console.error(`\n✗ ${fault.message}\n  办法：${fault.cure}\n`);
    else tell(fault);
    process.exitCode = 1;
  }
}

/** Output is kept like a log where a container runs the command: without what PostgreSQL's errors hold of the row that failed. */
function tell(fault: unknown): void {
  const { stack, ...rest } = faultForLog(fault);
  console.error(rest, `\n${stack}`);
}
