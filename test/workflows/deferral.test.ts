import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import type { DeferralActivities } from '../../activities/deferrals.ts';
import type { CasePosition } from '../../contract/positions.ts';
import { legalDay } from '../../rules/calendar.ts';
import { type DeferralState, deferralEndsAt, isDeferralOver, settleDeferral } from '../../rules/deferral.ts';
import type { deferral } from '../../workflows/deferral.ts';
import { looked } from '../../workflows/messages.ts';
import { onSkippedTime } from './stage.ts';

/** The deferral's workflow beside a record in memory that keeps the real one's promises; time is skipped. */

const stage = onSkippedTime();

class FakeDeferral implements DeferralActivities {
  state: DeferralState = 'requested';
  until = '';
  isComplete = false;
  endedAt: number | null = null;
  ends = 0;
  looks = 0;
  now = (): Promise<number> => stage.environment.currentTimeMs();

  lookAtDeferral = async (): Promise<CasePosition> => {
    this.looks += 1;
    if (isDeferralOver(this.state)) return { over: true, waitMs: null };
    if (this.state === 'requested') return { over: false, waitMs: null };
    const now = await this.now();
    this.state = settleDeferral({ until: this.until, today: legalDay(now), isComplete: this.isComplete });
    if (this.state !== 'granted') {
      this.endedAt = now;
      this.ends += 1;
      return { over: true, waitMs: null };
    }
    return { over: false, waitMs: Math.max(1, Date.parse(deferralEndsAt(this.until)) - now) };
  };
}

type Handle = WorkflowHandle<typeof deferral>;
const DAY = 86_400_000;

async function live(story: (record: FakeDeferral, handle: Handle) => Promise<void>): Promise<FakeDeferral> {
  const record = new FakeDeferral();
  const { lookAtDeferral } = record;
  const part = { activities: { lookAtDeferral }, input: { caseId: randomUUID() }, version: 'deferral-1' };
  await stage.play<typeof deferral>('deferral', part, (handle) => story(record, handle));
  return record;
}

/** Granted until the legal day so many days from the server's today. */
async function grant(record: FakeDeferral, handle: Handle, days: number): Promise<void> {
  record.until = legalDay((await record.now()) + days * DAY);
  record.state = 'granted';
  await handle.signal(looked);
}
const msUntilEnd = async (record: FakeDeferral): Promise<number> =>
  Date.parse(deferralEndsAt(record.until)) - (await record.now());

/** The workflow may have ended before the ring came. */
const isOver = (error: unknown): void => {
  expect(error).toMatchObject({ name: 'WorkflowNotFoundError' });
};

describe('a deferral', () => {
  test('expires by itself at the end of its last day, not a second earlier', async () => {
    const record = await live(async (r, h) => {
      await grant(r, h, 200);
      await stage.environment.sleep((await msUntilEnd(r)) - 1_000);
      expect((await h.describe()).status.name).toBe('RUNNING');
      expect(r.state).toBe('granted');
    });
    expect(record.state).toBe('expired');
    const late = (record.endedAt ?? 0) - Date.parse(deferralEndsAt(record.until));
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
  });

  test('made up a second before its end is complete', async () => {
    const record = await live(async (r, h) => {
      await grant(r, h, 30);
      await stage.environment.sleep((await msUntilEnd(r)) - 1_000);
      r.isComplete = true;
      await h.signal(looked);
    });
    expect(record.state).toBe('made-up');
    expect(record.endedAt).toBeLessThan(Date.parse(deferralEndsAt(record.until)));
  });

  test('is complete when the record says so, even where the ring was lost and the timer fires', async () => {
    const record = await live(async (r, h) => {
      await grant(r, h, 10);
      r.isComplete = true;
    });
    expect(record.state).toBe('made-up');
  });

  test('that is shortened while it waits ends on the new day', async () => {
    const record = await live(async (r, h) => {
      await grant(r, h, 300);
      r.until = legalDay((await r.now()) + 5 * DAY);
      await h.signal(looked);
    });
    expect(record.state).toBe('expired');
    expect((record.endedAt ?? 0) - Date.parse(deferralEndsAt(record.until))).toBeLessThan(DAY);
  });

  test('rung twice in the moment of its end ends once: the record decides, whichever comes first', async () => {
    for (const off of [1, 0]) {
      const record = await live(async (r, h) => {
        await grant(r, h, 15);
        await stage.environment.sleep((await msUntilEnd(r)) - off);
        await Promise.all([h.signal(looked).catch(isOver), h.signal(looked).catch(isOver)]);
      });
      expect(record.state).toBe('expired');
      expect(record.ends).toBe(1);
    }
  });

  test('refused, revoked or withdrawn ends without waiting', async () => {
    for (const state of ['refused', 'revoked', 'withdrawn'] as const) {
      const record = await live(async (r, h) => {
        r.state = state;
        await h.signal(looked);
        await h.signal(looked);
      });
      expect(record.state).toBe(state);
    }
  });

  test('costs one timer, however long it waits', async () => {
    let timers = 0;
    await live(async (r, h) => {
      await grant(r, h, 400);
      await h.result();
      const { events } = await h.fetchHistory();
      timers = (events ?? []).filter((e) => e.timerStartedEventAttributes).length;
    });
    // Two clocks may differ by a moment: a timer that fires before the record's midnight is followed by one for the rest.
    expect(timers).toBeLessThanOrEqual(2);
  });
});
