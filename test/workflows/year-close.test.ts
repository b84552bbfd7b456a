import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { ReconciliationActivities } from '../../activities/reconciliation.ts';
import type { YearCloseActivities } from '../../activities/year-close.ts';
import type { ReconciliationProgress } from '../../contract/stuck.ts';
import type { CloseProgress } from '../../contract/year-close.ts';
import { type YearCloseInput, yearCloseProgress } from '../../workflows/messages.ts';
import type { reconciliation } from '../../workflows/reconciliation.ts';
import type { yearClose } from '../../workflows/year-close.ts';
import { onSkippedTime } from './stage.ts';

const stage = onSkippedTime();

/** The closing's record in memory: so many people a year, done page by page. */
class FakeClosing implements YearCloseActivities {
  readonly done = new Map<number, number>();
  readonly log: string[] = [];
  failures = 0;
  readonly #total: number;
  readonly #due: number[];

  constructor(total: number, due: number[] = []) {
    this.#total = total;
    this.#due = due;
  }

  dueYears = (): Promise<number[]> => {
    this.log.push('due');
    return Promise.resolve(this.#due);
  };

  beginYearClose = (year: number): Promise<CloseProgress> => {
    this.log.push(`begin ${year}`);
    return Promise.resolve(this.#progress(year));
  };

  closePages: YearCloseActivities['closePages'] = ({ year, pages, people }) => {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('the database is away'));
    }
    const more = Math.min(this.#total, (this.done.get(year) ?? 0) + pages * people);
    this.done.set(year, more);
    return Promise.resolve(this.#progress(year));
  };

  #progress(year: number): CloseProgress {
    const peopleDone = this.done.get(year) ?? 0;
    const state = peopleDone === this.#total ? 'closed' : 'running';
    return { year, state, peopleTotal: this.#total, peopleDone, openClaims: 0, verdicts: {} };
  }
}

const run = (record: FakeClosing, input: YearCloseInput, look?: (handle: Handle) => Promise<void>) =>
  stage.play<typeof yearClose>('yearClose', { activities: record, input, version: 'year-close-1' }, async (handle) => {
    await handle.result();
    await look?.(handle);
  });
type Handle = WorkflowHandle<typeof yearClose>;

test('a year given is closed to its last person, and its progress can be asked', async () => {
  const record = new FakeClosing(45_000);
  const result = await run(record, { years: [2026] }, async (handle) => {
    expect(await handle.query(yearCloseProgress)).toMatchObject([{ year: 2026, peopleDone: 45_000 }]);
  });
  expect(result).toMatchObject([{ year: 2026, state: 'closed', peopleDone: 45_000 }]);
  expect(record.log).toEqual(['begin 2026']);
});

test('without a year those due are closed, oldest first; without one due nothing happens', async () => {
  const record = new FakeClosing(1_000, [2026, 2027]);
  expect((await run(record, {})).map((p) => p.year)).toEqual([2026, 2027]);
  expect(record.log).toEqual(['due', 'begin 2026', 'begin 2027']);
  expect(await run(new FakeClosing(1_000), {})).toEqual([]);
});

test('a failing database is waited for, and no person is lost', async () => {
  const record = new FakeClosing(45_000);
  record.failures = 12;
  expect(await run(record, { years: [2026] })).toMatchObject([{ state: 'closed', peopleDone: 45_000 }]);
});

test('four million people keep the history short: it begins anew and goes on where the record stands', async () => {
  const record = new FakeClosing(4_000_000);
  let events = 0;
  const result = await run(record, { years: [2026] }, async (handle) => {
    events = (await handle.fetchHistory()).events?.length ?? 0;
  });
  expect(result).toMatchObject([{ state: 'closed', peopleDone: 4_000_000 }]);
  // Two hundred rounds of six events or so, in runs of a hundred.
  expect(record.log.filter((entry) => entry === 'begin 2026').length).toBeGreaterThanOrEqual(2);
  expect(events).toBeLessThan(1_000);
});

/** A reconciliation goes by pages as a closing does; its run in memory. */
class FakeReconciling implements ReconciliationActivities {
  pagesLeft: number;
  failures = 0;
  begun = 0;
  constructor(pages: number) {
    this.pagesLeft = pages;
  }

  beginReconciliation = (): Promise<ReconciliationProgress> => {
    this.begun += 1;
    return Promise.resolve(this.#progress());
  };

  reconcilePages: ReconciliationActivities['reconcilePages'] = ({ pages }) => {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('Temporal is away'));
    }
    this.pagesLeft = Math.max(0, this.pagesLeft - pages);
    return Promise.resolve(this.#progress());
  };

  #progress = (): ReconciliationProgress => ({
    id: 'a-run',
    state: this.pagesLeft === 0 ? 'done' : 'running',
    part: this.pagesLeft === 0 ? null : 'claims',
    checked: 0,
    found: 0,
    resolved: 0,
  });
}

const reconciled = (record: FakeReconciling): Promise<ReconciliationProgress> => {
  const part = { activities: record, input: { depth: 'full' }, version: 'reconciliation-1' } as const;
  return stage.play<typeof reconciliation>('reconciliation', part, (handle) => handle.result());
};

test('a reconciliation goes on page by page to its end, also while Temporal or the database fails', async () => {
  const record = new FakeReconciling(50);
  record.failures = 7;
  expect(await reconciled(record)).toMatchObject({ state: 'done' });
  expect(record.begun).toBe(1);
});

test('a reconciliation of very many pages begins anew and goes on where the record stands', async () => {
  const record = new FakeReconciling(2_500);
  expect(await reconciled(record)).toMatchObject({ state: 'done' });
  expect(record.begun).toBe(2);
});
