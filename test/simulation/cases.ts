import type { CasePosition } from '../../contract/positions.ts';
import type { Random } from '../../db/demo/random.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import type { DeferralState } from '../../rules/deferral.ts';
import { deferralEndsAt, isDeferralOver, settleDeferral } from '../../rules/deferral.ts';
import {
  defenceDeadline,
  dueInSanction,
  isSanctionOver,
  recordEndsAt,
  recordEndsOn,
  type SanctionState,
} from '../../rules/sanction.ts';

/**
 * The records of a deferral (顺延) and of a case of fraud (弄虚作假) as pure reducers: people's acts, and the look by which their workflow
 * settles what is due, as `db/deferrals.ts` and `db/sanctions.ts` do it in SQL with the same rules.
 */

/** What the invariants ask of both. */
export interface CaseRecord {
  readonly isOver: boolean;
  /** The instant at which its next date has passed; null when it waits for people, or is over. */
  readonly endsMs: number | null;
  /** Made up in time, or lifted: its date must not end it any more. */
  readonly isDoneInTime: boolean;
  /** Expired, or its record ended, by its date. */
  readonly endedByItself: boolean;
}

export interface CaseKind<R extends CaseRecord, D> {
  begin(nowMs: number): R;
  after(record: R, deed: D | 'look', nowMs: number): R;
  somebodysDeed(random: Random): D;
  position(record: R, nowMs: number): CasePosition;
}

interface Deferral extends CaseRecord {
  readonly state: DeferralState;
  readonly until: string | null;
  readonly isComplete: boolean;
}
type DeferralDeed =
  | { do: 'grant'; days: number }
  | { do: 'shorten'; days: number }
  | { do: 'refuse' | 'revoke' | 'withdraw' | 'complete' };

const deferralWith = (was: Deferral, now: Partial<Deferral>): Deferral => {
  const next = { ...was, ...now };
  const endsMs = next.state === 'granted' && next.until !== null ? Date.parse(deferralEndsAt(next.until)) : null;
  return {
    ...next,
    ...{ endsMs, isOver: isDeferralOver(next.state), isDoneInTime: next.isComplete && next.state === 'granted' },
    endedByItself: next.state === 'expired',
  };
};

export const deferrals: CaseKind<Deferral, DeferralDeed> = {
  begin: () => ({
    ...{ state: 'requested', until: null, isComplete: false, isOver: false, endsMs: null },
    ...{ isDoneInTime: false, endedByItself: false },
  }),
  after: (was, deed, nowMs) => {
    if (was.isOver) return was;
    const today = legalDay(nowMs);
    if (deed === 'look') {
      if (was.state !== 'granted' || was.until === null) return was;
      const state = settleDeferral({ until: was.until, today, isComplete: was.isComplete });
      return state === was.state ? was : deferralWith(was, { state });
    }
    if (was.state === 'requested') {
      if (deed.do === 'grant') return deferralWith(was, { state: 'granted', until: addDays(today, deed.days) });
      if (deed.do === 'refuse') return deferralWith(was, { state: 'refused' });
      if (deed.do === 'withdraw') return deferralWith(was, { state: 'withdrawn' });
      return was;
    }
    // After its end only the look may say what it came to.
    if (was.endsMs !== null && nowMs >= was.endsMs) return was;
    if (deed.do === 'revoke') return deferralWith(was, { state: 'revoked' });
    if (deed.do === 'complete') return deferralWith(was, { isComplete: true });
    const shorter = deed.do === 'shorten' ? addDays(today, deed.days) : null;
    return shorter !== null && was.until !== null && shorter < was.until ? deferralWith(was, { until: shorter }) : was;
  },
  somebodysDeed: (random) =>
    random.weighted<DeferralDeed>([
      [{ do: 'grant', days: random.int(0, 360) }, 6],
      [{ do: 'shorten', days: random.int(0, 90) }, 2],
      [{ do: 'complete' }, 2],
      [{ do: 'refuse' }, 1],
      [{ do: 'revoke' }, 1],
      [{ do: 'withdraw' }, 1],
    ]),
  position: ({ isOver, endsMs }, nowMs) => ({ over: isOver, waitMs: waitUntil(endsMs, nowMs) }),
};

interface Sanction extends CaseRecord {
  readonly state: SanctionState;
  readonly defenceDueMs: number | null;
  readonly isHeard: boolean;
  readonly recordEndsMs: number | null;
}
type SanctionDeed = { do: 'notice' | 'say-all' | 'extend' | 'propose' | 'confirm' | 'dismiss' | 'lift' };

const sanctionWith = (was: Sanction, now: Partial<Sanction>): Sanction => {
  const next = { ...was, ...now };
  const { nextAt, due } = dueInSanction({ ...datesOf(next), now: Number.NEGATIVE_INFINITY });
  return {
    ...next,
    ...{
      endsMs: due === null ? nextAt : null,
      isOver: isSanctionOver(next.state),
      endedByItself: next.state === 'ended',
    },
  };
};

const datesOf = ({ state, defenceDueMs, isHeard, recordEndsMs }: Sanction) => ({
  state,
  defence: defenceDueMs === null ? null : { dueAt: defenceDueMs, isClosed: isHeard },
  recordEndsAt: recordEndsMs,
});

export const sanctions: CaseKind<Sanction, SanctionDeed> = {
  begin: () => ({
    ...{ state: 'opened', defenceDueMs: null, isHeard: false, recordEndsMs: null },
    ...{ isOver: false, endsMs: null, isDoneInTime: false, endedByItself: false },
  }),
  after: (was, deed, nowMs) => {
    if (was.isOver) return was;
    if (deed === 'look') {
      const { due } = dueInSanction({ ...datesOf(was), now: nowMs });
      if (due === 'hearing-over') return sanctionWith(was, { isHeard: true });
      return due === 'record-ends' ? sanctionWith(was, { state: 'ended' }) : was;
    }
    const heard = was.isHeard || (was.defenceDueMs !== null && nowMs >= was.defenceDueMs);
    const today = legalDay(nowMs);
    switch (deed.do) {
      case 'notice':
        return was.state === 'opened'
          ? sanctionWith(was, { state: 'hearing', defenceDueMs: Date.parse(defenceDeadline(today).dueAt) })
          : was;
      case 'say-all':
        return was.state === 'hearing' ? sanctionWith(was, { isHeard: true }) : was;
      case 'extend':
        return was.state === 'hearing' && !heard && was.defenceDueMs !== null
          ? sanctionWith(was, { defenceDueMs: was.defenceDueMs + 5 * 86_400_000 })
          : was;
      case 'propose':
        return was.state === 'hearing' && heard ? sanctionWith(was, { state: 'decided' }) : was;
      case 'confirm':
        return was.state === 'decided'
          ? sanctionWith(was, { state: 'in-force', recordEndsMs: Date.parse(recordEndsAt(recordEndsOn(today))) })
          : was;
      case 'dismiss':
        return was.state === 'in-force' ? was : sanctionWith(was, { state: 'dismissed' });
      case 'lift':
        return was.state === 'in-force' ? sanctionWith(was, { state: 'lifted' }) : was;
    }
  },
  somebodysDeed: (random) =>
    random.weighted<SanctionDeed>([
      [{ do: 'notice' }, 4],
      [{ do: 'say-all' }, 2],
      [{ do: 'extend' }, 1],
      [{ do: 'propose' }, 4],
      [{ do: 'confirm' }, 4],
      [{ do: 'dismiss' }, 0.5],
      [{ do: 'lift' }, 0.3],
    ]),
  position: ({ isOver, endsMs }, nowMs) => ({ over: isOver, waitMs: waitUntil(endsMs, nowMs) }),
};

const waitUntil = (endsMs: number | null, nowMs: number): number | null =>
  endsMs === null ? null : Math.max(1, endsMs - nowMs);
