import { condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';

/** The least workflow that still is the claim: five decisions, each at most once, then done. No database, no HTTP. */
export const decided = defineSignal<[string, string]>('decided');
/** The same, answered when the workflow has taken it: what a person who must know that their decision counts would wait for. */
export const decide = defineUpdate<string, [string, string]>('decide');

export async function bareClaim(_fields: Record<string, unknown>): Promise<number> {
  const made = new Map<string, string>();
  setHandler(decided, (step, outcome) => {
    made.set(step, outcome);
  });
  setHandler(decide, (step, outcome) => {
    made.set(step, outcome);
    return outcome;
  });
  await condition(() => made.get('first') === 'refuse' || made.size === 5, '365 days');
  return made.size;
}
