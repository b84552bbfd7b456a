import {
  type ActivityInput,
  defaultPayloadConverter,
  type Headers,
  type LocalActivityInput,
  proxySinks,
  type Sinks,
  type WorkflowInterceptorsFactory,
  workflowInfo,
} from '@temporalio/workflow';

/** Where a start, a signal and an activity say which span caused them (W3C traceparent). */
export const TRACE_HEADER = 'traceparent';

/** A start or a signal as it reached its workflow; the worker makes a span of it, with the id it has here. */
export type Arrival = { name: string; cause: string; spanId: string };
export type TraceSinks = Sinks & { traces: { arrived(arrival: Arrival): void } };

/**
 * Passes a trace through a workflow: each activity is told which arrival caused it. Only a worker that exports traces has it in its bundle.
 * It draws no random number, awaits nothing and issues no command, so that a run may change between workers with it and without.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const causes = new Causes((arrival) => proxySinks<TraceSinks>().traces.arrived(arrival));
  return {
    inbound: [
      {
        execute: (input, next) => {
          causes.arrived(input, { name: `StartWorkflow:${workflowInfo().workflowType}`, mask: 0xf });
          return next(input);
        },
        handleSignal: (input, next) => {
          causes.arrived(input, { name: `HandleSignal:${input.signalName}`, mask: 0x5 });
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(causes.toldTo(input)),
        scheduleLocalActivity: (input, next) => next(causes.toldTo(input)),
        startTimer: (input, next) => {
          const fired = next(input);
          // Beside the workflow's own waiting, which it neither delays nor reorders.
          fired.then(
            () => causes.timerFired(),
            () => undefined,
          );
          return fired;
        },
      },
    ],
  };
};

/**
 * What caused the step that follows: the act with its number, where the step names one, else whatever arrived last. What a timer brings
 * about was caused by nobody; a step that is tried again after a wait keeps its cause.
 */
export class Causes {
  readonly #tell: (arrival: Arrival) => void;
  readonly #ofActs = new Map<number, string>();
  #latest: string | undefined;
  #ofStep: string | undefined;

  constructor(tell: (arrival: Arrival) => void) {
    this.#tell = tell;
  }

  arrived(
    { headers, args }: { headers: Headers; args: unknown[] },
    { name, mask }: { name: string; mask: number },
  ): void {
    const cause = causeIn(headers);
    const spanId = cause === undefined ? undefined : masked(cause, mask);
    if (cause === undefined || spanId === undefined) {
      this.#latest = undefined;
      return;
    }
    this.#latest = cause.replace(SPAN_ID, spanId);
    const seq = seqOf(args);
    if (seq !== undefined) this.#ofActs.set(seq, this.#latest);
    this.#tell({ name, cause, spanId });
  }

  timerFired(): void {
    this.#latest = undefined;
  }

  toldTo<I extends ActivityInput | LocalActivityInput>(input: I): I {
    const isAgain = 'attempt' in input && input.attempt > 1;
    if (!isAgain) this.#ofStep = this.#ofActs.get(seqOf(input.args) ?? 0) ?? this.#latest;
    const cause = this.#ofStep;
    if (cause === undefined) return input;
    return { ...input, headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(cause) } };
  }
}

const SPAN_ID = /(?<=^00-[0-9a-f]{32}-)[0-9a-f]{16}(?=-[0-9a-f]{2}$)/;

function causeIn(headers: Headers): string | undefined {
  const payload = headers[TRACE_HEADER];
  if (!payload) return undefined;
  try {
    const cause: unknown = defaultPayloadConverter.fromPayload(payload);
    return typeof cause === 'string' ? cause : undefined;
  } catch {
    // Somebody else's header of that name: thrown from here it would hold the claim's workflow for ever.
    return undefined;
  }
}

/** An arrival's id follows from its cause's: the same again in every replay, and another for a start than for a signal of the same call. */
const masked = (cause: string, mask: number): string | undefined =>
  SPAN_ID.exec(cause)?.[0].replaceAll(/./g, (digit) => (Number.parseInt(digit, 16) ^ mask).toString(16));

/** The number of the act that a signal tells of, or a step applies. */
function seqOf([first]: readonly unknown[]): number | undefined {
  const seq = typeof first === 'object' && first !== null && 'seq' in first ? first.seq : undefined;
  return typeof seq === 'number' ? seq : undefined;
}
