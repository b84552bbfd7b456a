import type { World } from './world.ts';

/**
 * Stands in for @temporalio/workflow: the product's own workflow code runs on it, on a clock and a scheduler that the simulation holds.
 * What Temporal promises is all it gives: signals reach their handler in the order of delivery, a condition wakes when it is true or its
 * time is over, an activity's promise is fulfilled when one of its tries has answered.
 */

let world: World | null = null;

/** The life that the workflow code runs in from now on. */
export function enter(next: World): void {
  world = next;
}

const here = (): World => {
  if (world === null) throw new Error('no life is being played');
  return world;
};

export const condition = (isTrue: () => boolean, ms?: number): Promise<boolean> => here().condition(isTrue, ms);

export const setHandler = (message: { name: string }, handler: (...args: never[]) => void): void => {
  here().setHandler(message.name, handler);
};

/** Every life is of today's code. */
export const patched = (): boolean => true;

const named = (name: string): { name: string } => ({ name });

export { named as defineQuery, named as defineSignal };

/** Activities by name, whatever their timeouts. */
const proxied = (): unknown =>
  new Proxy(
    {},
    {
      get:
        (_, name: string) =>
        (...args: unknown[]) =>
          here().activity(name, args),
    },
  );

export { proxied as proxyActivities, proxied as proxyLocalActivities };
