import { trace } from '@opentelemetry/api';
import pino, { type DestinationStream, type Logger } from 'pino';
import { logRules } from '../../contract/faults.ts';

/** A process's log: JSON lines, in which no error carries anybody's data; what is said in a trace carries its id. */
export const openLog = (name: string, level: string, to?: DestinationStream): Logger =>
  pino({ name, level, ...logRules, mixin: traceUnderWay }, to ?? pino.destination(1));

function traceUnderWay(): { trace_id?: string } {
  const span = trace.getActiveSpan();
  return span?.isRecording() === true ? { trace_id: span.spanContext().traceId } : {};
}
