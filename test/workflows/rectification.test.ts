import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import type { RectificationActivities } from '../../activities/rectifications.ts';
import type { CasePosition } from '../../contract/positions.ts';
import { legalDay } from '../../rules/calendar.ts';
import {
  isRectificationOver,
  type RectificationState,
  rectificationEndsAt,
  settleRectification,
} from '../../rules/rectification.ts';
import { looked } from '../../workflows/messages.ts';
import type { rectification } from '../../workflows/rectification.ts';
import { onSkippedTime } from './stage.ts';

/** The order's workflow beside a record in memory that keeps the real one's promises; time is skipped. */

const stage = onSkippedTime();

const DAY = 86_400_000;

class FakeOrder implements RectificationActivities {
  state: RectificationState = 'ordered';
  dueOn: string;
  overdueAt: number | null = null;
  escalations = 0;
  constructor(dueOn: string) {
    this.dueOn = dueOn;
  }

  lookAtRectification = async (): Promise<CasePosition> => {
    if (isRectificationOver(this.state)) return { over: true, waitMs: null };
    if (this.state !== 'ordered') return { over: false, waitMs: null };
    const now = await stage.environment.currentTimeMs();
    if (settleRectification({ dueOn: this.dueOn, today: legalDay(now) }) === 'ordered')
      return { over: false, waitMs: Math.max(1, this.endsAt - now) };
    this.state = 'overdue';
    this.overdueAt = now;
    this.escalations += 1;
    return { over: false, waitMs: null };
  };

  get endsAt(): number {
    return Date.parse(rectificationEndsAt(this.dueOn));
  }
}

type Handle = WorkflowHandle<typeof rectification>;
const inDays = async (days: number): Promise<string> =>
  legalDay((await stage.environment.currentTimeMs()) + days * DAY);

/** An order of so many days, and what happens to it; at the end it is accepted. */
async function live(days: number, story: (record: FakeOrder, handle: Handle) => Promise<void>): Promise<FakeOrder> {
  const record = new FakeOrder(await inDays(days));
  const { lookAtRectification } = record;
  const part = { activities: { lookAtRectification }, input: { caseId: randomUUID() }, version: 'rectification-1' };
  await stage.play<typeof rectification>('rectification', part, async (handle) => {
    await story(record, handle);
    record.state = record.state === 'withdrawn' ? 'withdrawn' : 'accepted';
    await handle.signal(looked);
  });
  return record;
}

const untilEnd = async (record: FakeOrder): Promise<number> =>
  record.endsAt - (await stage.environment.currentTimeMs());

describe('a rectification order', () => {
  test('is overdue by itself at the end of its last day, not a second earlier, and is escalated once', async () => {
    const record = await live(30, async (r) => {
      await stage.environment.sleep((await untilEnd(r)) - 1_000);
      expect(r.state).toBe('ordered');
      await stage.environment.sleep(2_000);
      expect(r.state).toBe('overdue');
      await stage.environment.sleep(40 * DAY);
    });
    expect(record.escalations).toBe(1);
    expect((record.overdueAt ?? 0) - record.endsAt).toBeGreaterThanOrEqual(0);
    expect((record.overdueAt ?? 0) - record.endsAt).toBeLessThan(2_000);
  });

  test('reported a second before its end waits for acceptance and is never overdue', async () => {
    const record = await live(10, async (r, h) => {
      await stage.environment.sleep((await untilEnd(r)) - 1_000);
      r.state = 'reported';
      await h.signal(looked);
      await stage.environment.sleep(30 * DAY);
      expect(r.state).toBe('reported');
    });
    expect(record.overdueAt).toBeNull();
  });

  test('whose report came while its ring was lost is found reported by the timer', async () => {
    const record = await live(5, async (r) => {
      r.state = 'reported';
      await stage.environment.sleep(10 * DAY);
    });
    expect(record.overdueAt).toBeNull();
  });

  test('that is extended while it waits is overdue on the new day only', async () => {
    const record = await live(5, async (r, h) => {
      r.dueOn = await inDays(50);
      await h.signal(looked);
      await stage.environment.sleep(20 * DAY);
      expect(r.state).toBe('ordered');
      await stage.environment.sleep((await untilEnd(r)) + 1_000);
      expect(r.state).toBe('overdue');
    });
    expect(record.escalations).toBe(1);
  });

  test('sent back with a new deadline after it was overdue runs out again', async () => {
    const record = await live(3, async (r, h) => {
      await stage.environment.sleep((await untilEnd(r)) + 1_000);
      expect(r.state).toBe('overdue');
      r.state = 'ordered';
      r.dueOn = await inDays(10);
      await h.signal(looked);
      await stage.environment.sleep((await untilEnd(r)) + 1_000);
      expect(r.state).toBe('overdue');
    });
    expect(record.escalations).toBe(2);
  });

  test('withdrawn ends without waiting for its day', async () => {
    const before = await stage.environment.currentTimeMs();
    await live(300, (r) => {
      r.state = 'withdrawn';
      return Promise.resolve();
    });
    expect((await stage.environment.currentTimeMs()) - before).toBeLessThan(DAY);
  });

  test('costs one timer, however long it waits', async () => {
    let timers = 0;
    await live(300, async (r, h) => {
      await stage.environment.sleep((await untilEnd(r)) + 1_000);
      const { events } = await h.fetchHistory();
      timers = (events ?? []).filter((e) => e.timerStartedEventAttributes).length;
    });
    expect(timers).toBeLessThanOrEqual(2);
  });
});
