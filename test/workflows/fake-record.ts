import type { ClaimActivities } from '../../activities/claims.ts';
import type { Position } from '../../contract/positions.ts';
import type { Plan } from '../../rules/routing.ts';
import type { Act } from '../../rules/stages.ts';
import type { ClaimState } from '../../rules/vocabulary.ts';

/**
 * The record in memory, for tests of the workflow alone: the same promises as `db/claims.ts` (an act is applied once, a deadline is
 * judged by the record's clock), so that time can be skipped without a database. `db/` tests hold the real one to them.
 */
export class FakeRecord implements ClaimActivities {
  state: ClaimState = 'first-review';
  appliedSeq = 0;
  readonly acts: Act[] = [];
  readonly log: string[] = [];
  correctionDueMs: number | null = null;
  readonly #plan: Plan;
  readonly #now: () => Promise<number>;
  readonly #correctionMs: number;

  constructor(plan: Plan, now: () => Promise<number>, correctionMs = 21 * 86_400_000) {
    this.#plan = plan;
    this.#now = now;
    this.#correctionMs = correctionMs;
  }

  /** A person acts: the act is on record before anybody is rung. */
  act(act: Omit<Act, 'seq'>): Act {
    const numbered = { seq: this.acts.length + 1, ...act };
    this.acts.push(numbered);
    return numbered;
  }

  /** A sanction ends the claim and is lifted (D-44): both acts are carried out by the record at once. @returns the two, as they ring */
  async sanctionAndLift(): Promise<Act[]> {
    const acts = (['sanctioned', 'restored'] as const).map((kind) =>
      this.act({ kind, stageKind: null, outcome: null }),
    );
    this.appliedSeq = this.acts.length;
    if (this.state === 'correction') this.correctionDueMs = (await this.#now()) + this.#correctionMs;
    return acts;
  }

  /** An administrator closes the claim (the stuck console): carried out by the record at once, whatever the workflow does. */
  closeByAdministrator(): Act {
    const act = this.act({ kind: 'closed', stageKind: null, outcome: null });
    this.appliedSeq = act.seq;
    this.state = 'rejected';
    this.correctionDueMs = null;
    return act;
  }

  loadClaim = (): Promise<Position> => this.#position();

  openStage: ClaimActivities['openStage'] = ({ seq, stage }) => this.#apply(seq, stage.kind, `open ${stage.kind}`);

  endClaim: ClaimActivities['endClaim'] = ({ seq, state }) => this.#apply(seq, state, `end ${state}`);

  fileClaim: ClaimActivities['fileClaim'] = ({ seq }) => this.#apply(seq, 'filed', 'file');

  requestCorrection: ClaimActivities['requestCorrection'] = async ({ seq }) => {
    if (this.appliedSeq === seq - 1) this.correctionDueMs = (await this.#now()) + this.#correctionMs;
    return this.#apply(seq, 'correction', 'request correction');
  };

  reopenStage: ClaimActivities['reopenStage'] = ({ seq }) => {
    const kind = this.acts[seq - 1]?.stageKind;
    if (!kind) throw new Error('an act taken back names its stage');
    return this.#apply(seq, kind, `reopen ${kind}`);
  };

  expireCorrection: ClaimActivities['expireCorrection'] = async () => {
    const late = this.correctionDueMs !== null && (await this.#now()) >= this.correctionDueMs;
    if (this.state === 'correction' && late && this.acts.length === this.appliedSeq) {
      this.act({ kind: 'correction-expired', stageKind: null, outcome: null });
      await this.#apply(this.acts.length, 'expired', 'expire');
    }
    return this.#position();
  };

  async #apply(seq: number, state: ClaimState, what: string): Promise<Position> {
    if (this.appliedSeq === seq - 1) {
      this.appliedSeq = seq;
      this.state = state;
      if (state !== 'correction') this.correctionDueMs = null;
      this.log.push(what);
    }
    return this.#position();
  }

  async #position(): Promise<Position> {
    const correctionMs = this.correctionDueMs === null ? null : this.correctionDueMs - (await this.#now());
    return {
      state: this.state,
      appliedSeq: this.appliedSeq,
      plan: this.#plan,
      unapplied: this.acts.filter((a) => a.seq > this.appliedSeq),
      correctionMs,
    };
  }
}
