import pino, { type DestinationStream, type Logger } from 'pino';
import { logRules } from '../../contract/faults.ts';

/** A process's log: JSON lines, in which no error carries anybody's data. */
export const openLog = (name: string, level: string, to?: DestinationStream): Logger =>
  pino({ name, level, ...logRules }, to ?? pino.destination(1));
