import { trace } from '@opentelemetry/api';
import pino, { type DestinationStream, type Logger } from 'pino';
import { logRules } from '../../contract/faults.ts';

/** A process's log: JSON lines, in which no error carries anybody's data; what is said in a trace carries its id. */
export const openLog = (name: string, level: string, to?: DestinationStream): Logger =>
  pino({ name, level, ...logRules, mixin: traceUnderWay }, to ?? pino.destination(1));

/**
 * A fault that nobody caught ends the process, as Node has it; but Node prints it with all its fields, and those of PostgreSQL's errors hold
 * whole rows. So it is said by the log's rules.
 */
export function saysWhyItEnds(log: Logger): void {
  process.on('uncaughtException', (fault: unknown) => {
    log.fatal({ err: fault }, 'a fault that nobody caught ends the process');
    process.exit(1);
  });
}

function traceUnderWay(): { trace_id?: string } {
  const span = trace.getActiveSpan();
  return span?.isRecording() === true ? { trace_id: span.spanContext().traceId } : {};
}
