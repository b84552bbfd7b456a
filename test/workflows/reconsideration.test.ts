import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import type { ComplaintActivities } from '../../activities/complaints.ts';
import type { ReconsiderationActivities } from '../../activities/reconsiderations.ts';
import type { CasePosition } from '../../contract/positions.ts';
import { addDays, endOfDayInstant, legalDay } from '../../rules/calendar.ts';
import {
  type ComplaintDates,
  type ComplaintState,
  complaintDates,
  complaintDuty,
  complaintStep,
} from '../../rules/complaint.ts';
import { reconsiderationDueOn, reconsiderationStep } from '../../rules/reconsideration.ts';
import type { complaint } from '../../workflows/complaint.ts';
import { looked } from '../../workflows/messages.ts';
import type { reconsideration } from '../../workflows/reconsideration.ts';
import { keepHistory, onSkippedTime } from './stage.ts';

/** The clocks of a review (复核) and of a complaint (投诉举报), each beside a record in memory that keeps the real one's promises; time is skipped. */

const stage = onSkippedTime();

class FakeReview implements ReconsiderationActivities {
  dueOn = '';
  escalateOn = '';
  decided = false;
  remindedAt: number | null = null;
  escalatedAt: number | null = null;
  now = (): Promise<number> => stage.environment.currentTimeMs();

  lookAtReconsideration = async (): Promise<CasePosition> => {
    for (;;) {
      if (this.decided) return { over: true, waitMs: null };
      const now = await this.now();
      const { dueOn, escalateOn } = this;
      const done = { reminded: this.remindedAt !== null, escalated: this.escalatedAt !== null };
      const step = reconsiderationStep({ dueOn, escalateOn, ...done }, now);
      if (step.do === 'rest') return { over: false, waitMs: null };
      if (step.do === 'wait') return { over: false, waitMs: Math.max(1, Date.parse(step.until) - now) };
      if (step.do === 'remind') this.remindedAt = now;
      else this.escalatedAt = now;
    }
  };
}

class FakeComplaint implements ComplaintActivities {
  readonly dates: ComplaintDates;
  state: ComplaintState = 'received';
  readonly warnings: string[] = [];
  constructor(receivedOn: string) {
    this.dates = complaintDates(receivedOn);
  }

  lookAtComplaint = async (): Promise<CasePosition> => {
    for (;;) {
      const due = complaintDuty(this.state, this.dates);
      if (due === null) return { over: true, waitMs: null };
      const now = await stage.environment.currentTimeMs();
      const has = (warning: string): boolean => this.warnings.includes(`${due.duty} ${warning}`);
      const step = complaintStep({ ...due, reminded: has('remind'), escalated: has('escalate') }, now);
      if (step.do === 'rest') return { over: false, waitMs: null };
      if (step.do === 'wait') return { over: false, waitMs: Math.max(1, Date.parse(step.until) - now) };
      this.warnings.push(`${due.duty} ${step.do}`);
    }
  };
}

type Handle = WorkflowHandle<typeof reconsideration>;
type Story = (review: FakeReview, handle: Handle, work: (story: () => Promise<void>) => Promise<void>) => Promise<void>;

/** Asked for today; `work` runs a worker for as long as its part of the story lasts. */
async function live(story: Story): Promise<FakeReview> {
  const review = new FakeReview();
  Object.assign(review, reconsiderationDueOn(legalDay(await review.now())));
  const taskQueue = randomUUID();
  const work = async (part: () => Promise<void>): Promise<void> => {
    const { lookAtReconsideration } = review;
    const worker = await stage.worker(taskQueue, { lookAtReconsideration });
    await worker.runUntil(part);
  };
  const handle = await stage.start<typeof reconsideration>('reconsideration', taskQueue, { caseId: randomUUID() });
  await story(review, handle, work);
  await keepHistory(handle, 'reconsideration-1');
  return review;
}

const endOf = (day: string): number => Date.parse(endOfDayInstant(day));
const until = async (_: FakeReview, instant: number): Promise<void> => untilInstant(instant);
const untilInstant = async (instant: number): Promise<void> =>
  stage.environment.sleep(Math.max(1, instant - (await stage.environment.currentTimeMs())));
const isSoon = async (what: () => boolean): Promise<void> => {
  for (let tries = 0; !what() && tries < 600; tries += 1) await new Promise((soon) => setTimeout(soon, 50));
  expect(what()).toBe(true);
};
const decides = async (review: FakeReview, handle: Handle): Promise<void> => {
  review.decided = true;
  await handle.signal(looked);
  await handle.result();
};

describe('a review', () => {
  test('reminds at 24:00 of its last day, not a second earlier, escalates five working days later, and ends only by people', async () => {
    const review = await live((r, h, work) =>
      work(async () => {
        await until(r, endOf(r.dueOn) - 1_000);
        expect(r.remindedAt).toBeNull();
        await until(r, endOf(r.dueOn) + 1_000);
        await isSoon(() => r.remindedAt !== null);
        await until(r, endOf(r.escalateOn) - 1_000);
        expect(r.escalatedAt).toBeNull();
        await until(r, endOf(r.escalateOn) + 400 * 86_400_000);
        await isSoon(() => r.escalatedAt !== null);
        expect((await h.describe()).status.name).toBe('RUNNING');
        await decides(r, h);
      }),
    );
    expect((review.remindedAt ?? 0) - endOf(review.dueOn)).toBeLessThan(60_000);
  });

  test('decided a second before its last day ends is never reminded, however often it is rung', async () => {
    const review = await live((r, h, work) =>
      work(async () => {
        await until(r, endOf(r.dueOn) - 1_000);
        r.decided = true;
        await Promise.all([h.signal(looked), h.signal(looked)]).catch(() => undefined);
        await h.result();
      }),
    );
    expect(review.remindedAt).toBeNull();
  });

  test('whose last day moved while it waited is reminded after the new one', async () => {
    await live((r, h, work) =>
      work(async () => {
        await until(r, (await r.now()) + 1_000);
        const before = r.dueOn;
        Object.assign(r, { dueOn: addDays(r.dueOn, 7), escalateOn: addDays(r.escalateOn, 7) });
        await h.signal(looked);
        await until(r, endOf(before) + 1_000);
        expect(r.remindedAt).toBeNull();
        await until(r, endOf(r.dueOn) + 1_000);
        await isSoon(() => r.remindedAt !== null);
        await decides(r, h);
      }),
    );
  });
});

test('a complaint is reminded of at the end of each last day, not a second earlier; the transfer moves its clock to the answer, which ends it', async () => {
  const record = new FakeComplaint(legalDay(await stage.environment.currentTimeMs()));
  const { lookAtComplaint } = record;
  const part = { activities: { lookAtComplaint }, input: { caseId: randomUUID() }, version: 'complaint-1' };
  const { transferDueOn, transferEscalateOn, answerDueOn } = record.dates;
  await stage.play<typeof complaint>('complaint', part, async (handle) => {
    await untilInstant(endOf(transferDueOn) - 1_000);
    expect(record.warnings).toEqual([]);
    await untilInstant(endOf(transferDueOn) + 1_000);
    await isSoon(() => record.warnings.length === 1);
    await untilInstant(endOf(transferEscalateOn) - 1_000);
    record.state = 'assigned';
    await handle.signal(looked);
    await untilInstant(endOf(answerDueOn) - 1_000);
    expect(record.warnings).toEqual(['transfer remind']);
    await untilInstant(endOf(answerDueOn) + 90 * 86_400_000);
    await isSoon(() => record.warnings.length === 3);
    expect(record.warnings).toEqual(['transfer remind', 'answer remind', 'answer escalate']);
    record.state = 'answered';
    await handle.signal(looked);
  });
});
