import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { route } from '../../rules/routing.ts';
import type { Act } from '../../rules/stages.ts';
import type { claim } from '../../workflows/claim.ts';
import { acted } from '../../workflows/messages.ts';
import { until } from '../support/world.ts';
import { FakeRecord } from './fake-record.ts';
import { onSkippedTime } from './stage.ts';

const bodies = { reReviewIndustryId: 'ind', reReviewHrssId: 'hrss', filingIndustryId: 'p-ind', filingHrssId: 'p-hrss' };
const ordinary = route({ kind: 'ordinary', level: 'city', employerId: 'emp' }, bodies).value;
const central = route({ kind: 'central', level: 'province', employerId: 'emp' }, bodies).value;

const settled = (stageKind: Act['stageKind'], outcome: Act['outcome']) => ({
  kind: 'stage-settled' as const,
  stageKind,
  outcome,
});
const byPerson = (kind: 'submitted' | 'resubmitted' | 'withdrawn') => ({ kind, stageKind: null, outcome: null });

const stage = onSkippedTime();

type Handle = WorkflowHandle<typeof claim>;

/** Runs `story` on a claim of the plan, with a worker of its own over a record in memory. */
async function live(
  plan: typeof ordinary,
  story: (record: FakeRecord, handle: Handle) => Promise<void>,
): Promise<FakeRecord> {
  const record = new FakeRecord(plan, () => stage.environment.currentTimeMs());
  record.act(byPerson('submitted'));
  const part = { activities: record, input: { claimId: randomUUID() }, version: 'claim-2' };
  const ended = await stage.play<typeof claim>('claim', part, (handle) => story(record, handle));
  expect(ended).toBe(record.state);
  return record;
}

const ring = async (record: FakeRecord, handle: Handle, act: Omit<Act, 'seq'>): Promise<void> =>
  handle.signal(acted, record.act(act));

describe('a claim', () => {
  test('goes first review, re-review, filing, filed', async () => {
    const record = await live(ordinary, async (r, h) => {
      await ring(r, h, settled('first-review', 'approved'));
      await ring(r, h, settled('re-review', 'approved'));
      await ring(r, h, settled('filing', 'approved'));
    });
    expect(record.log).toEqual(['open first-review', 'open re-review', 'open filing', 'file']);
  });

  test('of a central unit is filed on its own approval (Art. 14)', async () => {
    const record = await live(central, (r, h) => ring(r, h, settled('first-review', 'approved')));
    expect(record.log).toEqual(['open first-review', 'file']);
  });

  test('returned at re-review starts again at the first review and passes every stage anew (D-20)', async () => {
    const record = await live(ordinary, async (r, h) => {
      await ring(r, h, settled('first-review', 'approved'));
      await ring(r, h, settled('re-review', 'returned'));
      await ring(r, h, byPerson('resubmitted'));
      await ring(r, h, settled('first-review', 'approved'));
      await ring(r, h, settled('re-review', 'approved'));
      await ring(r, h, settled('filing', 'approved'));
    });
    expect(record.log).toEqual([
      ...['open first-review', 'open re-review', 'request correction'],
      ...['open first-review', 'open re-review', 'open filing', 'file'],
    ]);
  });

  test('ends at a rejection', async () => {
    const record = await live(ordinary, (r, h) => ring(r, h, settled('first-review', 'rejected')));
    expect(record.log.at(-1)).toBe('end rejected');
  });

  test('ends at a withdrawal', async () => {
    const record = await live(ordinary, (r, h) => ring(r, h, byPerson('withdrawn')));
    expect(record.state).toBe('withdrawn');
  });
});

describe('given back (D-44), a claim', () => {
  test('goes on from its stage in the same run, whatever order the rings come in', async () => {
    for (const inOrder of [true, false]) {
      const record = await live(ordinary, async (r, h) => {
        await ring(r, h, settled('first-review', 'approved'));
        await until('the re-review', () => Promise.resolve(r.state === 're-review'));
        const acts = await r.sanctionAndLift();
        for (const act of inOrder ? acts : acts.reverse()) await h.signal(acted, act);
        await ring(r, h, settled('re-review', 'approved'));
        await ring(r, h, settled('filing', 'approved'));
      });
      expect(record.log).toEqual(['open first-review', 'open re-review', 'open filing', 'file']);
    }
  });

  test('is to be corrected until the end of its new last day, not of the old one', async () => {
    let old = 0;
    const record = await live(ordinary, async (r, h) => {
      await ring(r, h, settled('first-review', 'returned'));
      await until('the correction', () => Promise.resolve(r.correctionDueMs !== null));
      old = r.correctionDueMs ?? 0;
      await stage.environment.sleep(old - (await stage.environment.currentTimeMs()) - 1_000);
      for (const act of await r.sanctionAndLift()) await h.signal(acted, act);
      await stage.environment.sleep(20 * 86_400_000);
      expect(r.state).toBe('correction');
    });
    expect(record.log.at(-1)).toBe('expire');
    expect(await stage.environment.currentTimeMs()).toBeGreaterThan(old + 20 * 86_400_000);
  });
});

describe('an administrator (the stuck console)', () => {
  const movedTo = (stageKind: Act['stageKind']) => ({ kind: 'moved' as const, stageKind, outcome: null });

  test('moves a claim to an earlier stage, from which it goes on through every later one', async () => {
    const record = await live(ordinary, async (r, h) => {
      await ring(r, h, settled('first-review', 'approved'));
      await ring(r, h, settled('re-review', 'approved'));
      await until('the filing', () => Promise.resolve(r.state === 'filing'));
      await ring(r, h, movedTo('re-review'));
      await ring(r, h, settled('re-review', 'approved'));
      await ring(r, h, settled('filing', 'approved'));
    });
    expect(record.log).toEqual([
      ...['open first-review', 'open re-review', 'open filing'],
      ...['open re-review', 'open filing', 'file'],
    ]);
  });

  test('closes a claim: its workflow, which had not been asked, ends with what the record says', async () => {
    const record = await live(ordinary, async (r, h) => {
      await ring(r, h, settled('first-review', 'approved'));
      await until('the re-review', () => Promise.resolve(r.state === 're-review'));
      await h.signal(acted, r.closeByAdministrator());
    });
    expect([record.state, ...record.log]).toEqual(['rejected', 'open first-review', 'open re-review']);
  });

  test('closes a claim that is to be corrected: its timer ends nothing any more', async () => {
    const record = await live(ordinary, async (r, h) => {
      await ring(r, h, settled('first-review', 'returned'));
      await until('the correction', () => Promise.resolve(r.state === 'correction'));
      await h.signal(acted, r.closeByAdministrator());
    });
    expect(record.log).toEqual(['open first-review', 'request correction']);
  });
});

describe('a decision taken back', () => {
  const takenBack = (stageKind: Act['stageKind']) => ({ kind: 'taken-back' as const, stageKind, outcome: null });

  test('after the next stage opened leads the claim back, and on from there again', async () => {
    const record = await live(ordinary, async (r, h) => {
      await ring(r, h, settled('first-review', 'approved'));
      await ring(r, h, takenBack('first-review'));
      await ring(r, h, settled('first-review', 'approved'));
      await ring(r, h, settled('re-review', 'rejected'));
    });
    expect(record.log).toEqual([
      ...['open first-review', 'open re-review', 'reopen first-review'],
      ...['open re-review', 'end rejected'],
    ]);
  });

  test('out of a correction stops its timer', async () => {
    const record = await live(ordinary, async (r, h) => {
      await ring(r, h, settled('first-review', 'returned'));
      await until('the correction', () => Promise.resolve(r.state === 'correction'));
      await ring(r, h, takenBack('first-review'));
      await until('the reopened stage', () => Promise.resolve(r.state === 'first-review'));
      await stage.environment.sleep('40 days');
      await ring(r, h, settled('first-review', 'rejected'));
    });
    expect(record.log).toEqual([...['open first-review', 'request correction', 'reopen first-review'], 'end rejected']);
  });
});

describe('a ring', () => {
  test('that comes three times counts once', async () => {
    const record = await live(ordinary, async (r, h) => {
      const first = r.act(settled('first-review', 'approved'));
      for (let i = 0; i < 3; i++) await h.signal(acted, first);
      await ring(r, h, settled('re-review', 'rejected'));
    });
    expect(record.log).toEqual(['open first-review', 'open re-review', 'end rejected']);
  });

  test('that was lost is made good by the next: the gap sends the workflow to the record', async () => {
    const record = await live(ordinary, async (r, h) => {
      r.act(settled('first-review', 'approved'));
      await ring(r, h, settled('re-review', 'rejected'));
    });
    expect(record.log).toEqual(['open first-review', 'open re-review', 'end rejected']);
  });

  test('that overtakes another waits for its turn', async () => {
    const record = await live(ordinary, async (r, h) => {
      const first = r.act(settled('first-review', 'approved'));
      const second = r.act(settled('re-review', 'rejected'));
      await h.signal(acted, second);
      await h.signal(acted, first);
    });
    expect(record.log).toEqual(['open first-review', 'open re-review', 'end rejected']);
  });
});

describe('a correction', () => {
  const returned = async (r: FakeRecord, h: Handle): Promise<void> => {
    await ring(r, h, settled('first-review', 'returned'));
    while (r.state !== 'correction') await new Promise((resolve) => setTimeout(resolve, 20));
  };

  test('not made by its last day ends the claim by itself (D-19)', async () => {
    const record = await live(ordinary, returned);
    expect(record.log).toEqual(['open first-review', 'request correction', 'expire']);
  });

  test('made a second before its last day ends goes on', async () => {
    const record = await live(ordinary, async (r, h) => {
      await returned(r, h);
      await stage.environment.sleep((r.correctionDueMs ?? 0) - (await stage.environment.currentTimeMs()) - 1_000);
      await ring(r, h, byPerson('resubmitted'));
      await ring(r, h, settled('first-review', 'rejected'));
    });
    expect(record.log).toEqual(['open first-review', 'request correction', 'open first-review', 'end rejected']);
  });

  test('on record in time wins over the timer, even when its ring was lost', async () => {
    const record = await live(ordinary, async (r, h) => {
      await returned(r, h);
      r.act(byPerson('resubmitted'));
      await stage.environment.sleep('30 days');
      await ring(r, h, settled('first-review', 'rejected'));
    });
    expect(record.log).toEqual(['open first-review', 'request correction', 'open first-review', 'end rejected']);
  });
});

test('a plain claim costs at most 24 history events when people are slow', async () => {
  let events = 0;
  await live(ordinary, async (r, h) => {
    for (const kind of ['first-review', 're-review', 'filing'] as const) {
      while (r.state !== kind) await new Promise((resolve) => setTimeout(resolve, 20));
      await ring(r, h, settled(kind, 'approved'));
    }
    await h.result();
    events = (await h.fetchHistory()).events?.length ?? 0;
  });
  expect(events).toBeGreaterThan(0);
  expect(events).toBeLessThanOrEqual(24);
});
