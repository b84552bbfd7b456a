import type { ClaimActivities } from '../../activities/claims.ts';
import type { Position } from '../../contract/positions.ts';
import type { Random } from '../../db/demo/random.ts';
import { stagesToMoveTo } from '../../rules/repair.ts';
import type { Plan } from '../../rules/routing.ts';
import { type Act, isEnded, mayWithdraw, nextStep } from '../../rules/stages.ts';
import type { ClaimAct, ClaimState, SettledOutcome, StageKind } from '../../rules/vocabulary.ts';

/**
 * The claim's record as a pure reducer: what people do to it, and what its workflow's activities do, as `db/acts` and `db/claims.ts` do
 * it in SQL. The workflow itself is the product's own.
 */

export interface ClaimRecord {
  readonly state: ClaimState;
  readonly plan: Plan;
  readonly acts: readonly Act[];
  readonly appliedSeq: number;
  /** The stage whose tasks wait for their officers. */
  readonly open: StageKind | null;
  readonly isWithdrawn: boolean;
  readonly takenBackSeq: number;
  /** How the sanction, or the administrator, that closed it found it. */
  readonly closed: Closed | null;
  readonly correctionDueMs: number | null;
  /** How often its hours were entered in the ledger. */
  readonly filings: number;
}

type Closed = Pick<ClaimRecord, 'state' | 'appliedSeq' | 'open'> & { closedSeq: number };

export type ClaimDeed =
  | { do: 'settle'; outcome: SettledOutcome }
  | { do: 'withdraw' | 'resubmit' | 'take-back' | 'sanction' | 'close' }
  | { do: 'move'; stage: StageKind }
  | { do: 'restore'; dueMs: number }
  | { do: 'open-stage'; seq: number; stage: StageKind }
  | { do: 'request-correction'; seq: number; dueMs: number }
  | { do: 'reopen-stage' | 'file'; seq: number }
  | { do: 'end'; seq: number; state: 'rejected' | 'withdrawn' | 'expired' }
  | { do: 'expire-correction' };

export const newClaim = (plan: Plan): ClaimRecord => ({
  ...{ state: 'first-review', plan, acts: [], appliedSeq: 0, open: null, isWithdrawn: false, takenBackSeq: 0 },
  ...{ closed: null, correctionDueMs: null, filings: 0 },
  ...recorded({ acts: [] }, 'submitted'),
});

/** The record after a deed; the same record where the deed is refused or has been done. */
export function claimAfter(claim: ClaimRecord, deed: ClaimDeed, nowMs: number): ClaimRecord {
  switch (deed.do) {
    case 'settle':
      return claim.open === null ? claim : settled(claim, claim.open, deed.outcome);
    case 'withdraw':
      return mayWithdrawNow(claim)
        ? { ...claim, ...recorded(claim, 'withdrawn'), open: null, isWithdrawn: true }
        : claim;
    case 'resubmit':
      return isInCorrection(claim) && nowMs < (claim.correctionDueMs ?? 0)
        ? { ...claim, ...recorded(claim, 'resubmitted') }
        : claim;
    case 'take-back':
      return takenBack(claim);
    case 'sanction':
      return isEnded(claim.state) || claim.isWithdrawn ? claim : closedBy(claim, 'sanctioned');
    case 'close':
      return isEnded(claim.state) || claim.isWithdrawn ? claim : closedBy(claim, 'closed');
    case 'move':
      return hasUnapplied(claim) || !stagesToMoveTo(claim.plan, claim.state).includes(deed.stage)
        ? claim
        : { ...claim, ...recorded(claim, 'moved', { stageKind: deed.stage }), open: null };
    case 'restore':
      return claim.closed?.closedSeq === claim.acts.length ? restored(claim, claim.closed, deed.dueMs) : claim;
    case 'open-stage':
      return applied(claim, deed.seq, { state: deed.stage, open: deed.stage, correctionDueMs: null });
    case 'request-correction':
      return applied(claim, deed.seq, { state: 'correction', correctionDueMs: deed.dueMs });
    case 'reopen-stage':
      return isNext(claim, deed.seq)
        ? { ...claim, appliedSeq: deed.seq, state: stageOf(claim, deed.seq), correctionDueMs: null }
        : claim;
    case 'file':
      return isNext(claim, deed.seq)
        ? { ...claim, appliedSeq: deed.seq, state: 'filed', filings: claim.filings + 1 }
        : claim;
    case 'end':
      return isNext(claim, deed.seq)
        ? { ...claim, appliedSeq: deed.seq, state: deed.state, correctionDueMs: null }
        : claim;
    case 'expire-correction':
      return isInCorrection(claim) && nowMs >= (claim.correctionDueMs ?? Number.POSITIVE_INFINITY)
        ? expired(claim)
        : claim;
  }
}

const hasUnapplied = ({ acts, appliedSeq }: ClaimRecord): boolean => acts.length > appliedSeq;
const isNext = ({ appliedSeq }: ClaimRecord, seq: number): boolean => appliedSeq === seq - 1;
const isInCorrection = (claim: ClaimRecord): boolean => claim.state === 'correction' && !hasUnapplied(claim);

/** As the record stands with the acts that are still to be applied. */
function mayWithdrawNow(claim: ClaimRecord): boolean {
  const last = hasUnapplied(claim) ? claim.acts.at(-1) : undefined;
  if (claim.isWithdrawn || last?.kind === 'stage-settled') return false;
  return mayWithdraw(last?.kind === 'taken-back' && last.stageKind !== null ? last.stageKind : claim.state);
}

function recorded(
  { acts }: { acts: readonly Act[] },
  kind: ClaimAct,
  rest: { stageKind?: StageKind; outcome?: SettledOutcome } = {},
): { acts: readonly Act[] } {
  return {
    acts: [...acts, { seq: acts.length + 1, kind, stageKind: rest.stageKind ?? null, outcome: rest.outcome ?? null }],
  };
}

const settled = (claim: ClaimRecord, stageKind: StageKind, outcome: SettledOutcome): ClaimRecord => ({
  ...claim,
  ...recorded(claim, 'stage-settled', { stageKind, outcome }),
  open: null,
});

/** Only the last act, when it settled a stage and what follows is neither a filing nor an end; the reopened stage waits again. */
function takenBack(claim: ClaimRecord): ClaimRecord {
  const last = claim.acts.at(-1);
  if (last?.kind !== 'stage-settled' || last.stageKind === null) return claim;
  const { do: follows } = nextStep(claim.plan, last);
  if (follows === 'file' || follows === 'end') return claim;
  return {
    ...claim,
    ...recorded(claim, 'taken-back', { stageKind: last.stageKind }),
    ...{ open: last.stageKind, takenBackSeq: last.seq },
  };
}

/** In one transaction with its application, as in `db/acts/sanction-claims.ts` and `db/repairs/mend.ts`; how it stood is kept. */
function closedBy(claim: ClaimRecord, kind: 'sanctioned' | 'closed'): ClaimRecord {
  const { state, appliedSeq, open } = claim;
  const after = { ...claim, ...recorded(claim, kind) };
  const closedSeq = after.acts.length;
  const closed: Closed = { state, appliedSeq, open, closedSeq };
  return { ...after, closed, appliedSeq: closedSeq, state: 'rejected', open: null, correctionDueMs: null };
}

/** As it stood, with a period of its own; acts that nobody had applied when it was closed are repeated after this one. */
function restored(claim: ClaimRecord, { state, appliedSeq, open, closedSeq }: Closed, dueMs: number): ClaimRecord {
  const { acts, takenBackSeq } = claim;
  const shift = closedSeq + 1 - appliedSeq;
  const again = acts.slice(appliedSeq, closedSeq - 1).map((act) => ({ ...act, seq: act.seq + shift }));
  return {
    ...{ ...claim, state, open, closed: null, appliedSeq: closedSeq + 1 },
    acts: [...recorded(claim, 'restored').acts, ...again],
    takenBackSeq: takenBackSeq > appliedSeq ? takenBackSeq + shift : takenBackSeq,
    correctionDueMs: state === 'correction' ? dueMs : null,
  };
}

function stageOf({ acts }: ClaimRecord, seq: number): StageKind {
  const kind = acts[seq - 1]?.stageKind;
  if (kind === undefined || kind === null) throw new Error('an act that reopens a stage names it');
  return kind;
}

/** Applies the next act; one that a withdrawal or a taking back has overtaken is passed over. */
function applied(claim: ClaimRecord, seq: number, moves: Partial<ClaimRecord>): ClaimRecord {
  if (!isNext(claim, seq)) return claim;
  // What is unapplied before the last act taken back was taken back too.
  if (claim.isWithdrawn || seq <= claim.takenBackSeq) return { ...claim, appliedSeq: seq };
  return { ...claim, ...moves, appliedSeq: seq };
}

function expired(claim: ClaimRecord): ClaimRecord {
  const after = { ...claim, ...recorded(claim, 'correction-expired') };
  return { ...after, appliedSeq: after.acts.length, state: 'expired', correctionDueMs: null };
}

/** What a person might do next, whether or not they may. */
export function somebodysDeed(random: Random, nowMs: number): ClaimDeed {
  return random.weighted<ClaimDeed>([
    [{ do: 'settle', outcome: 'approved' }, 12],
    [{ do: 'settle', outcome: 'returned' }, 3],
    [{ do: 'settle', outcome: 'rejected' }, 1],
    [{ do: 'resubmit' }, 5],
    [{ do: 'take-back' }, 2],
    [{ do: 'withdraw' }, 1],
    [{ do: 'sanction' }, 0.3],
    [{ do: 'close' }, 0.2],
    [{ do: 'move', stage: 'first-review' }, 0.3],
    [{ do: 'move', stage: 're-review' }, 0.3],
    [{ do: 'move', stage: 'filing' }, 0.3],
    [{ do: 'restore', dueMs: nowMs + 21 * 86_400_000 }, 1],
  ]);
}

/** The workflow's activities over a record that is held elsewhere. */
export function activitiesOver(
  now: () => number,
  held: { read(): ClaimRecord; write(deed: ClaimDeed): void },
  correctionMs: number,
): ClaimActivities {
  const position = (): Position => {
    const { state, appliedSeq, plan, acts, correctionDueMs } = held.read();
    const correctionMs = correctionDueMs === null ? null : correctionDueMs - now();
    return { state, appliedSeq, plan, unapplied: acts.filter(({ seq }) => seq > appliedSeq), correctionMs };
  };
  const does = (deed: ClaimDeed): Promise<Position> => {
    held.write(deed);
    return Promise.resolve(position());
  };
  return {
    loadClaim: () => Promise.resolve(position()),
    openStage: ({ seq, stage }) => does({ do: 'open-stage', seq, stage: stage.kind }),
    requestCorrection: ({ seq }) => does({ do: 'request-correction', seq, dueMs: now() + correctionMs }),
    reopenStage: ({ seq }) => does({ do: 'reopen-stage', seq }),
    fileClaim: ({ seq }) => does({ do: 'file', seq }),
    endClaim: ({ seq, state }) => does({ do: 'end', seq, state }),
    expireCorrection: () => does({ do: 'expire-correction' }),
  };
}
