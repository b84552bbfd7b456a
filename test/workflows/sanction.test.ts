import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import type { SanctionActivities } from '../../activities/sanctions.ts';
import type { CasePosition } from '../../contract/positions.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import {
  defenceDeadline,
  dueInSanction,
  isSanctionOver,
  recordEndsAt,
  recordEndsOn,
  type SanctionState,
} from '../../rules/sanction.ts';
import { orderOverdueAt, type TitleOrderState } from '../../rules/title-order.ts';
import { looked } from '../../workflows/messages.ts';
import type { sanction } from '../../workflows/sanction.ts';
import { onSkippedTime } from './stage.ts';

/** The sanction's workflow beside a record in memory that keeps the real one's promises; time is skipped. */

const stage = onSkippedTime();

class FakeRecord implements SanctionActivities {
  state: SanctionState = 'opened';
  dueAt: number | null = null;
  heardAt: number | null = null;
  endsOn: string | null = null;
  endedAt: number | null = null;
  isAway = false;
  orderState: TitleOrderState = 'ordered';
  dueOn = addDays(legalDay(Date.now()), 3650);
  overdueAt: number | null = null;
  now = (): Promise<number> => stage.environment.currentTimeMs();

  lookAtSanction = async (): Promise<CasePosition> => {
    if (this.isAway) throw new Error('the database is away');
    if (isSanctionOver(this.state)) return { over: true, waitMs: null };
    const now = await this.now();
    const defence = this.dueAt === null ? null : { dueAt: this.dueAt, isClosed: this.heardAt !== null };
    const endsAt = this.endsOn === null ? null : Date.parse(recordEndsAt(this.endsOn));
    const { due, nextAt } = dueInSanction({ state: this.state, defence, recordEndsAt: endsAt, now });
    if (due === 'hearing-over') this.heardAt = now;
    if (due === 'record-ends') {
      this.state = 'ended';
      this.endedAt = now;
    }
    if (due !== null) return { over: due === 'record-ends', waitMs: null };
    return { over: false, waitMs: nextAt === null ? null : Math.max(1, nextAt - now) };
  };

  lookAtTitleOrder = async (): Promise<CasePosition> => {
    if (this.orderState === 'accepted' || this.orderState === 'withdrawn') return { over: true, waitMs: null };
    if (this.orderState !== 'ordered') return { over: false, waitMs: null };
    const now = await this.now();
    const waitMs = Date.parse(orderOverdueAt(this.dueOn)) - now;
    if (waitMs > 0) return { over: false, waitMs };
    this.orderState = 'overdue';
    this.overdueAt = now;
    return { over: false, waitMs: null };
  };
}

type Handle = WorkflowHandle<typeof sanction>;
type Story = (record: FakeRecord, handle: Handle) => Promise<void>;

async function live(story: Story, workflow: 'sanction' | 'titleOrder' = 'sanction'): Promise<FakeRecord> {
  const record = new FakeRecord();
  const { lookAtSanction, lookAtTitleOrder } = record;
  const activities = { lookAtSanction, lookAtTitleOrder };
  const part = { activities, input: { caseId: randomUUID() }, version: 'sanction-1' };
  await stage.play<typeof sanction>(workflow, part, (handle) => story(record, handle));
  return record;
}

async function notice(record: FakeRecord, handle: Handle): Promise<void> {
  record.state = 'hearing';
  record.dueAt = Date.parse(defenceDeadline(legalDay(await record.now())).dueAt);
  await handle.signal(looked);
}
async function impose(record: FakeRecord, handle: Handle): Promise<void> {
  record.state = 'in-force';
  record.heardAt ??= await record.now();
  record.endsOn = recordEndsOn(legalDay(await record.now()));
  await handle.signal(looked);
}
const sleepUntil = async (at: number, off = 0): Promise<void> =>
  stage.environment.sleep(Math.max(1, at + off - (await stage.environment.currentTimeMs())));
const endOf = (record: FakeRecord): number => Date.parse(recordEndsAt(record.endsOn ?? ''));
async function settled(what: () => boolean): Promise<void> {
  for (let n = 0; n < 1_500 && !what(); n += 1) await new Promise((soon) => setTimeout(soon, 20));
  expect(what()).toBe(true);
}

describe('a sanction', () => {
  test('its hearing is over at the end of the last day, not a second earlier; then it waits for people', async () => {
    const record = await live(async (r, h) => {
      await notice(r, h);
      await sleepUntil(r.dueAt ?? 0, -1_000);
      expect(r.heardAt).toBeNull();
      await sleepUntil(r.dueAt ?? 0, 1_000);
      await settled(() => r.heardAt !== null);
      expect((await h.describe()).status.name).toBe('RUNNING');
      r.state = 'dismissed';
      await h.signal(looked);
    });
    expect((record.heardAt ?? 0) - (record.dueAt ?? 0)).toBeGreaterThanOrEqual(0);
  });

  test('its record ends by itself at midnight three years later, not a second earlier', async () => {
    const record = await live(async (r, h) => {
      await notice(r, h);
      await impose(r, h);
      await sleepUntil(endOf(r), -1_000);
      expect(r.state).toBe('in-force');
      expect((await h.describe()).status.name).toBe('RUNNING');
    });
    expect(record.state).toBe('ended');
    const late = (record.endedAt ?? 0) - endOf(record);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
  });

  test('lifted while its record runs ends at once, however often and late it is rung', async () => {
    const record = await live(async (r, h) => {
      await impose(r, h);
      await stage.environment.sleep('400 days');
      r.state = 'lifted';
      await Promise.all([h.signal(looked), h.signal(looked)]);
    });
    expect(record.endedAt).toBeNull();
  });

  test('a deadline moved while it waits is the one that counts', async () => {
    const record = await live(async (r, h) => {
      await notice(r, h);
      const first = r.dueAt ?? 0;
      r.dueAt = first + 7 * 86_400_000;
      await h.signal(looked);
      await sleepUntil(first, 60_000);
      expect(r.heardAt).toBeNull();
      await sleepUntil(r.dueAt, 1_000);
      await settled(() => r.heardAt !== null);
      r.state = 'dismissed';
      await h.signal(looked);
    });
    expect(record.heardAt ?? 0).toBeGreaterThanOrEqual(record.dueAt ?? 0);
  });

  test('a record that was away over the deadline is settled when it is back', async () => {
    const record = await live(async (r, h) => {
      await notice(r, h);
      await sleepUntil(r.dueAt ?? 0, -1_000);
      r.isAway = true;
      await sleepUntil(r.dueAt ?? 0, 120_000);
      expect(r.heardAt).toBeNull();
      r.isAway = false;
      await sleepUntil(r.dueAt ?? 0, 240_000);
      await settled(() => r.heardAt !== null);
      r.state = 'dismissed';
      await h.signal(looked);
    });
    expect((record.heardAt ?? 0) - (record.dueAt ?? 0)).toBeGreaterThanOrEqual(120_000);
  });

  test('two rings that race with the timer change nothing: the record decides', async () => {
    const record = await live(async (r, h) => {
      await impose(r, h);
      await sleepUntil(endOf(r), -1);
      await Promise.all([h.signal(looked).catch(ended), h.signal(looked).catch(ended)]);
    });
    expect(record.state).toBe('ended');
  });
});

/** The workflow may have ended before the ring came. */
const ended = (error: unknown): void => {
  expect(error).toMatchObject({ name: 'WorkflowNotFoundError' });
};

describe('a title order', () => {
  test('is overdue at the end of its last day, not a second earlier, and still waits for the report', async () => {
    const record = await live(async (r, h) => {
      r.dueOn = addDays(legalDay(await r.now()), 30);
      await h.signal(looked);
      await sleepUntil(Date.parse(orderOverdueAt(r.dueOn)), -1_000);
      expect(r.orderState).toBe('ordered');
      await sleepUntil(Date.parse(orderOverdueAt(r.dueOn)), 1_000);
      await settled(() => r.orderState === 'overdue');
      r.orderState = 'accepted';
      await h.signal(looked);
    }, 'titleOrder');
    expect(record.overdueAt).toBeGreaterThanOrEqual(Date.parse(orderOverdueAt(record.dueOn)));
  });
});
