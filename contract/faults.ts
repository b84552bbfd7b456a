/**
 * What of an error may be written down. PostgreSQL's errors carry the row that failed (`detail`: "Failing row contains (…names…)"),
 * where it was read (`where`) and, for data that does not fit its type, the value itself in the message; libraries hang inputs on theirs.
 * So only named fields pass, in every process, whatever key the error stands under.
 */
export type LoggedFault = {
  type: string;
  message: string;
  code?: string;
  constraint?: string;
  table?: string;
  column?: string;
  stack: string;
  cause?: LoggedFault;
  errors?: LoggedFault[];
};

const DEEPEST = 5;

/** @param error whatever was thrown; what is no Error is said by its type alone */
export function faultForLog(error: unknown, depth = 0): LoggedFault {
  if (!(error instanceof Error)) return { type: typeof error, message: '(not an error)', stack: '' };
  const fields = error as Error & Record<string, unknown>;
  const fault: LoggedFault = {
    type: error.name,
    message: withoutValues(error.message),
    stack: framesOf(error.stack ?? ''),
  };
  for (const key of ['code', 'constraint', 'table', 'column'] as const) {
    const value = fields[key];
    if (typeof value === 'string' || typeof value === 'number') fault[key] = String(value);
  }
  if (depth >= DEEPEST) return fault;
  if (error.cause instanceof Error) fault.cause = faultForLog(error.cause, depth + 1);
  if (error instanceof AggregateError) fault.errors = error.errors.slice(0, 10).map((e) => faultForLog(e, depth + 1));
  return fault;
}

/** Every error among a log line's fields in the form that may be written. */
const withoutData = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? faultForLog(value) : value]),
  );

/** `invalid input syntax for type integer: "张三"`, `Unexpected token '张', "张三" is not valid JSON`: the words say enough. */
const withoutValues = (message: string): string =>
  message
    .replace(/: ".*"/gs, ': "…"')
    .replace(/('.*', )?".*" is not valid JSON/gs, '"…" is not valid JSON')
    .slice(0, 500);

/** The places alone: a stack begins with the message. */
const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');

type Write = (this: unknown, ...args: unknown[]) => void;

/** pino's settings by which every process writes: errors as above; a line that is given an error alone does not repeat its message. */
export const logRules = {
  formatters: { log: withoutData },
  // The formatter has been there before it.
  serializers: { err: (fault: unknown) => (fault instanceof Error ? faultForLog(fault) : (fault as LoggedFault)) },
  hooks: {
    logMethod(this: unknown, args: unknown[], write: Write): void {
      const [first, ...rest] = args;
      const fields = first instanceof Error ? { err: first } : first;
      const isBare = typeof fields === 'object' && rest.length === 0;
      write.apply(this, isBare ? [fields, 'a fault'] : [fields, ...rest]);
    },
  },
};
