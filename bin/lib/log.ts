import { trace } from '@opentelemetry/api';
import pino, { type DestinationStream, type Logger } from 'pino';
import { logRules } from '../../contract/faults.ts';

/** A process's log: JSON lines, in which no error carries anybody's data; what is said in a trace carries its id. */
export const openLog = (name: string, level: string, to?: DestinationStream): Logger =>
  pino({ name, level, ...logRules, mixin: traceUnderWay }, to ?? standardOutput(name));

/** What waits to be written while nothing can be. */
const WAITING_BYTES = 1_000_000;

/**
 * Standard output, which is often a file, and its disk may be full: then lines wait here for the next one that can be written, the latest are
 * dropped once too many do, and the process goes on. People can still read, and what they are answered says what is wrong.
 */
function standardOutput(name: string): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: WAITING_BYTES });
  const said = { faults: 0, dropped: 0 };
  // Pino's own listener takes itself away and says the fault again, to end the process.
  output.removeAllListeners('error');
  output.on('error', () => {
    said.faults += 1;
  });
  output.on('drop', () => {
    said.dropped += 1;
  });
  output.on('write', () => {
    if (said.faults === 0) return;
    const line = { level: 40, time: Date.now(), name, ...said, msg: 'the log could not be written for a while' };
    Object.assign(said, { faults: 0, dropped: 0 });
    output.write(`${JSON.stringify(line)}\n`);
  });
  return output;
}

/**
 * A fault that nobody caught ends the process, as Node has it; but Node prints it with all its fields, and those of PostgreSQL's errors hold
 * whole rows. So it is said by the log's rules. So are warnings: Node's own way ends the process where they cannot be written.
 */
export function saysWhyItEnds(log: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.warn({ err: warning }, 'a warning'));
  // Whoever writes here directly (READY) must not end either by a disk that is full.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('uncaughtException', (fault: unknown) => {
    log.fatal({ err: fault }, 'a fault that nobody caught ends the process');
    process.exit(1);
  });
}

function traceUnderWay(): { trace_id?: string } {
  const span = trace.getActiveSpan();
  return span?.isRecording() === true ? { trace_id: span.spanContext().traceId } : {};
}
