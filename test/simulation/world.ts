import type { Random } from '../../db/demo/random.ts';
import { enter } from './temporal.ts';

/** One life's clock, messages and faults. Nothing here knows what a claim is. */

/** How bad this life's world is: probabilities, and delays in milliseconds. */
export interface Weather {
  lost: number;
  doubled: number;
  /** A try of an activity that does its work and dies before it can say so. */
  answerLost: number;
  /** A try that dies before its work. */
  tryLost: number;
  /** The workflow's run is gone, at every activity: another begins from the record. */
  runLost: number;
  slowestMs: number;
  /** A timer rings up to two days late: no worker was there. */
  timerLate: number;
}

type Waiter = { isTrue: () => boolean; dueMs: number; wake: (came: boolean) => void };
type Activities = Record<string, (...args: never[]) => unknown>;

const RESTART_MS = 60_000;
const OUTBOX_MS = 60_000;
/** A claim with this many events is going in circles. */
const MOST_EVENTS = 5_000;

/** A sentence that does not hold, with the story of the life. */
export class Broken extends Error {
  constructor(sentence: string, story: readonly string[]) {
    super(`not so: ${sentence}\n${story.join('\n')}`);
    this.name = 'Broken';
  }
}

export class World {
  nowMs: number;
  readonly random: Random;
  /** What happened, in order, to be read when it went wrong. */
  readonly story: string[] = [];
  readonly #weather: Weather;
  readonly #events: { atMs: number; do: () => void }[] = [];
  #waiters: Waiter[] = [];
  #handlers = new Map<string, (...args: never[]) => void>();
  #unheard: { name: string; args: unknown[] }[] = [];
  #run = 0;
  #workflow: (() => Promise<unknown>) | null = null;
  #activities: Activities = {};
  #hasEnded = false;
  #fault: Error | null = null;

  constructor(random: Random, weather: Weather, beginsMs: number) {
    this.random = random;
    this.nowMs = beginsMs;
    this.#weather = weather;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Something happens after a while. */
  after(ms: number, what: () => void): void {
    this.#events.push({ atMs: this.nowMs + ms, do: what });
  }

  tell(what: string): void {
    this.story.push(`${new Date(this.nowMs).toISOString()} ${what}`);
  }

  /** A message to the workflow: it may come twice, late, or overtake another; the outbox keeps one that is lost and sends it again. */
  send(name: string, ...args: unknown[]): void {
    const { lost, doubled, slowestMs } = this.#weather;
    if (this.random.chance(lost)) {
      this.after(OUTBOX_MS, () => this.send(name, ...args));
      return;
    }
    for (let copies = this.random.chance(doubled) ? 2 : 1; copies > 0; copies -= 1)
      this.after(this.random.int(0, slowestMs), () => this.#deliver(name, args));
  }

  /** Plays the workflow until nothing is left to happen. */
  async play(life: { workflow: () => Promise<unknown>; activities: object }): Promise<void> {
    this.#workflow = life.workflow;
    this.#activities = life.activities as Activities;
    this.#begin();
    for (let count = 0; count < MOST_EVENTS; count += 1) {
      await this.#settle();
      if (this.#fault !== null) throw this.#fault;
      if (!this.#next()) return;
    }
    throw new Broken('it comes to an end', this.story);
  }

  condition(isTrue: () => boolean, ms?: number): Promise<boolean> {
    if (isTrue()) return Promise.resolve(true);
    const { timerLate } = this.#weather;
    const lateMs = this.random.chance(timerLate) ? this.random.int(0, 48 * 3_600_000) : 0;
    const dueMs = ms === undefined ? Number.POSITIVE_INFINITY : this.nowMs + ms + lateMs;
    return new Promise((wake) => this.#waiters.push({ isTrue, dueMs, wake }));
  }

  setHandler(name: string, handler: (...args: never[]) => void): void {
    this.#handlers.set(name, handler);
    const waiting = this.#unheard.filter((message) => message.name === name);
    this.#unheard = this.#unheard.filter((message) => message.name !== name);
    for (const { args } of waiting) handler(...(args as never[]));
  }

  /** Tries until a try has answered; a try whose answer is lost has done its work all the same. */
  activity(name: string, args: unknown[]): Promise<unknown> {
    const run = this.#run;
    if (this.random.chance(this.#weather.runLost)) this.after(this.random.int(0, RESTART_MS), () => this.#restart(run));
    return new Promise((answer) => {
      const again = (): void => {
        if (run !== this.#run) return;
        const does = this.#activities[name];
        if (does === undefined) throw new Error(`no activity ${name}`);
        const { tryLost, answerLost, slowestMs } = this.#weather;
        const isTryLost = this.random.chance(tryLost);
        const value = isTryLost ? undefined : does(...(args as never[]));
        this.after(this.random.int(0, slowestMs), () => {
          if (run !== this.#run) return;
          if (isTryLost || this.random.chance(answerLost)) again();
          else answer(value);
        });
      };
      this.after(this.random.int(0, 200), again);
    });
  }

  #begin(): void {
    const run = this.#run;
    enter(this);
    this.#workflow?.().then(
      () => {
        if (run === this.#run) this.#hasEnded = true;
      },
      (fault: unknown) => {
        this.#fault = fault instanceof Error ? fault : new Broken(`it fails with ${String(fault)}`, this.story);
      },
    );
  }

  /** The run of that time is gone with all it knew; a new one starts from the record. */
  #restart(run: number): void {
    if (run !== this.#run || this.#hasEnded) return;
    this.tell('the run is lost; another begins from the record');
    this.#unheard = [];
    this.#renew();
  }

  #renew(): void {
    this.#run += 1;
    this.#waiters = [];
    this.#handlers = new Map();
    this.#begin();
  }

  /** A message to a workflow that has ended starts it again, as the relay's signal does. */
  #deliver(name: string, args: unknown[]): void {
    if (this.#hasEnded) {
      this.#hasEnded = false;
      this.#unheard.push({ name, args });
      this.#renew();
      return;
    }
    const handler = this.#handlers.get(name);
    if (handler) handler(...(args as never[]));
    else this.#unheard.push({ name, args });
  }

  /** Lets the workflow's code run until it waits for the clock or for a message. */
  async #settle(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const woken = this.#waiters.filter(({ isTrue, dueMs }) => isTrue() || dueMs <= this.nowMs);
      if (woken.length === 0) return;
      this.#waiters = this.#waiters.filter((waiter) => !woken.includes(waiter));
      for (const { isTrue, wake } of woken) wake(isTrue());
    }
  }

  /** The next event or timer, whichever is first; false when there is none. */
  #next(): boolean {
    let first = -1;
    for (const [at, event] of this.#events.entries())
      if (first < 0 || event.atMs < (this.#events[first]?.atMs ?? 0)) first = at;
    const timerMs = Math.min(...this.#waiters.map(({ dueMs }) => dueMs));
    const event = this.#events[first];
    if (event === undefined && timerMs === Number.POSITIVE_INFINITY) return false;
    if (event !== undefined && event.atMs <= timerMs) {
      this.#events.splice(first, 1);
      this.nowMs = Math.max(this.nowMs, event.atMs);
      event.do();
    } else this.nowMs = timerMs;
    return true;
  }
}
