import type { FaultCode, StuckClass, StuckSubject } from '../../contract/stuck.ts';
import type { Db } from '../connect.ts';

/** What the comparisons share: what a finding is, how a page is asked for, and what Temporal can be asked. */

export type Found = {
  class: StuckClass;
  subjectKind: StuckSubject;
  subjectId: string;
  /** The key of the page's order under which it is met. */
  pageKey: string;
  claimId?: string | null;
  organisationId?: string | null;
  /** Codes and numbers, no names. */
  facts: Record<string, unknown>;
};

/** `last`: the last key the page covers; null when nothing is left behind it. `subjects`: the kinds that it covers. */
export type ComparedPage = {
  found: readonly Found[];
  last: string | null;
  checked: number;
  subjects: readonly StuckSubject[];
};

/** Where a page begins and how long it is; `only` one subject. */
export type PageWish = { after: string | null; limit: number; only?: string };

type Sources = { db: Db; workflows: Workflows; now: Date };
export type Finder = (sources: Sources, page: PageWish) => Promise<ComparedPage>;

/** What Temporal says of a workflow. */
export type WorkflowSeen = {
  status: 'running' | 'missing' | 'ended';
  runId: string | null;
  /** The workflow task or activity that fails, how often in a row, and why. */
  failing: { what: 'workflow-task' | 'activity'; attempts: number; code: FaultCode } | null;
  /** Where the workflow itself believes the claim to be; null where it was not asked or cannot say. */
  standing: { state: string; appliedSeq: number } | null;
};

/** `standing`: where the workflow believes its claim to be; `why`: what failed last in it, also where Temporal counts no failure. */
type Ask = { standing: boolean; why?: boolean };

/** Temporal, as reconciliation asks it: a real server in relay/workflows.ts, a table in tests. Rejects when Temporal is away. */
export type Workflows = { see(workflowId: string, ask: Ask): Promise<WorkflowSeen> };

/** Asks about many at a time, no more than Temporal feels. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const waiting = items.map((item, at) => ({ item, at }));
  const results = new Map<number, R>();
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.set(next.at, await work(next.item));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return items.flatMap((_, at) => (results.has(at) ? [results.get(at) as R] : []));
}
const AT_ONCE = 8;

/** As many failures in a row are no passing disturbance. */
const ATTEMPTS = 5;
export const failsFor = ({ failing }: WorkflowSeen): boolean => failing !== null && failing.attempts >= ATTEMPTS;

/** A page ends the comparison when it is not full. */
export const lastKey = (rows: readonly { key: string }[], limit: number): string | null =>
  rows.length < limit ? null : (rows.at(-1)?.key ?? null);
