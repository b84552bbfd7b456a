import type { LoweredHours, Reason } from '../../contract/decisions.ts';
import type { Declared } from '../../contract/declarations.ts';
import { legalDay } from '../../rules/calendar.ts';
import { correctionDueAt, stageDueOn } from '../../rules/deadlines.ts';
import type { Plan, PlanStage } from '../../rules/routing.ts';
import { nextStep, type StageOutcome, settle } from '../../rules/stages.ts';
import type { ClaimAct, ClaimState, Outcome, SettledOutcome, StageKind } from '../../rules/vocabulary.ts';
import type { FiledYear } from '../filed.ts';
import type { EvidenceFile } from './evidence-files.ts';
import { organisationOf } from './organisations.ts';
import type { Affiliation, Person } from './people.ts';
import type { Random } from './random.ts';
import type { Row, Rows } from './rows.ts';

/** A revoked claim of the demo was found wanting by an inspection of the authority (Art. 20). */
export const REVOKED = { basis: ['20'], reason: '抽查发现证明材料与实际参训情况不符' } as const;

/** Who a claim is about and what it says, before anything happens to it. */
export interface ClaimSeed {
  id: string;
  number: number;
  person: Person;
  affiliation: Affiliation;
  declared: Declared;
  identity: string;
  claimedHundredths: number;
  plan: Plan;
  year: number;
  createdAt: Date;
}

/** A reviewer's decision on one task of the open stage. */
export interface Verdict {
  task: number;
  by: string;
  outcome: Outcome;
  hours?: readonly LoweredHours[];
  reasons?: readonly Reason[];
  comment?: string;
}

/** What the next higher body decides on a rejection (复核). */
export interface Review {
  by: string;
  organisationId: string;
  reason: string;
  article: string;
  overturns: boolean;
}

interface OpenStage {
  row: Row<'stage'>;
  kind: StageKind;
  tasks: Row<'task'>[];
  outcomes: (Outcome | null)[];
}

interface AuditEntry {
  actorId: string | null;
  organisationId?: string;
  action: string;
  taskId?: string;
  detail?: Record<string, unknown>;
}

/** The system needs a moment between an act and what follows from it. */
const APPLIED_AFTER_MS = 2_000;

/**
 * One claim's life, told act by act: it writes the rows that the system would have written, and asks the same rules what follows.
 * Instants must be given in order.
 */
export class ClaimLife {
  readonly seed: ClaimSeed;
  readonly claim: Row<'claim'>;
  readonly #rows: Rows;
  readonly #random: Random;
  /** Who has acted at which kind of stage: nobody acts at two. */
  readonly reviewers = new Map<string, StageKind>();
  /** What the approvals of the current version lowered. */
  readonly lowered: (readonly LoweredHours[])[] = [];
  filedAt: Date | null = null;
  revokedAt: Date | null = null;
  /** What the filing's line on the timeline says; the ledger adds what it counted. */
  readonly filedDetail: { forInformation: boolean; years: FiledYear[] };
  /** What rejected it; gone when it was overturned. */
  rejection: { readonly stage: OpenStage; readonly decision: Row<'decision'> } | null = null;
  #stage: OpenStage | null = null;
  #evidence: string[] = [];

  constructor(seed: ClaimSeed, rows: Rows, random: Random) {
    this.seed = seed;
    this.#rows = rows;
    this.#random = random;
    this.claim = draftRow(seed);
    this.filedDetail = { forInformation: seed.plan.recordForInformation, years: [] };
    rows.add('claim', this.claim);
  }

  get state(): ClaimState {
    return this.claim.state;
  }

  get openStage(): Readonly<OpenStage> | null {
    return this.#stage;
  }

  attach(file: EvidenceFile, at: Date): void {
    const id = this.#random.uuid(at);
    this.#evidence.push(id);
    this.#rows.files.set(id, file);
    this.#rows.add('evidence', {
      id,
      claim_id: this.seed.id,
      uploaded_by: this.seed.person.id,
      file_name: file.fileName,
      media_type: file.mediaType,
      size_bytes: file.content.length,
      sha256: `\\x${file.sha256.toString('hex')}`,
      storage_key: id,
      training_file_id: null,
      uploaded_at: at.toISOString(),
      removed_at: null,
    });
  }

  submit(at: Date): void {
    const { affiliation, plan, person } = this.seed;
    const resubmitted = this.claim.version > 0;
    this.claim.version += 1;
    this.lowered.length = 0;
    Object.assign(this.claim, {
      employer_id: affiliation.employerId,
      unit_kind: affiliation.unitKind,
      level: affiliation.level,
      region_code: affiliation.regionCode,
      industry_code: affiliation.industryCode,
      study_archive: organisationOf(affiliation.employerId).studyArchive,
      plan,
      claimed_hundredths: this.seed.claimedHundredths,
      first_submitted_at: this.claim.first_submitted_at ?? at.toISOString(),
      correction_due_at: null,
    });
    this.#rows.add('claim_version', {
      claim_id: this.seed.id,
      version: this.claim.version,
      declaration: this.seed.declared,
      evidence_ids: [...this.#evidence].sort(),
      submitted_by: person.id,
      submitted_at: at.toISOString(),
    });
    const kind = resubmitted ? 'resubmitted' : 'submitted';
    const detail = { version: this.claim.version };
    this.#tell(at, kind, person.id, null, detail);
    this.#audit(at, { actorId: person.id, action: `claim.${kind}`, detail });
    this.#act(kind, person.id, null, at);
  }

  /** A reviewer takes a task of the open stage out of the pool (认领). */
  take(task: number, by: string, at: Date): void {
    const row = this.#task(task);
    Object.assign(row, { state: 'claimed', assignee_id: by, claimed_at: at.toISOString() });
    this.#tell(at, 'claimed', by, row.organisation_id, {});
    this.#audit(at, { actorId: by, organisationId: row.organisation_id, action: 'task.claimed', taskId: row.id });
  }

  decide(verdict: Verdict, at: Date): void {
    const stage = this.#openStage();
    const row = this.#task(verdict.task);
    const { by, outcome } = verdict;
    this.#review(by, stage.kind);
    Object.assign(row, {
      state: 'decided',
      assignee_id: by,
      ended_at: at.toISOString(),
    });
    const decision = this.#decisionRow(row, verdict, at);
    this.#rows.add('decision', decision);
    if (outcome === 'reject') this.rejection = { stage, decision };
    if (verdict.hours !== undefined) this.lowered.push(verdict.hours);
    const detail = { outcome, lowered: verdict.hours?.length ?? 0 };
    this.#tell(at, 'decided', by, row.organisation_id, detail);
    this.#audit(at, {
      actorId: by,
      organisationId: row.organisation_id,
      action: `task.${outcome}`,
      taskId: row.id,
      detail,
    });
    stage.outcomes[verdict.task] = outcome;
    const settled = settle(stage.outcomes);
    if (settled !== null) this.#settle(stage, settled, by, at);
  }

  withdraw(at: Date): void {
    if (this.#stage !== null) this.#closeStage(this.#stage, 'withdrawn', at);
    this.claim.withdrawn_at = at.toISOString();
    this.#audit(at, { actorId: this.seed.person.id, action: 'claim.withdrawn' });
    this.#tell(at, 'withdrawn', this.seed.person.id, null, {}, null);
    this.#act('withdrawn', this.seed.person.id, null, at);
  }

  /** The declarant asks the next higher body to review the rejection (复核). */
  askReview({ dueOn, organisation }: { dueOn: string; organisation: string }, at: Date): void {
    this.claim.reconsidering = true;
    this.claim.updated_at = at.toISOString();
    const detail = { dueOn, organisation };
    this.#tell(at, 'reconsideration-requested', this.seed.person.id, null, detail, this.claim.stage_seq);
  }

  /** It upholds the rejection, or overturns it and approves in its place: the claim goes on. @returns the decision's id */
  review({ by, organisationId, reason, article, overturns }: Review, at: Date): string {
    const { stage, decision } = this.#rejection();
    this.#review(by, stage.kind);
    this.claim.reconsidering = false;
    this.claim.updated_at = at.toISOString();
    const kind = overturns ? 'rejection-overturned' : 'rejection-upheld';
    this.#tell(at, kind, by, organisationId, { reason, article }, stage.row.seq);
    const id = this.#random.uuid(at);
    if (overturns) this.#overturn({ ...decision, id, decided_by: by, organisation_id: organisationId }, reason, at);
    return id;
  }

  #overturn(given: Row<'decision'>, comment: string, at: Date): void {
    const { stage, decision } = this.#rejection();
    if (stage.tasks.length > 1) throw new Error('the demo overturns rejections of one body alone');
    decision.superseded_at = at.toISOString();
    const decided_at = at.toISOString();
    this.#rows.add('decision', { ...given, outcome: 'approve', reasons: [], comment, decided_at, superseded_at: null });
    this.rejection = null;
    this.claim.ended_at = null;
    this.claim.act_seq += 1;
    this.#rows.add('act', {
      claim_id: this.seed.id,
      seq: this.claim.act_seq,
      kind: 'overturned',
      stage_seq: stage.row.seq,
      outcome: null,
      target: null,
      actor_id: given.decided_by,
      request_key: null,
      at: decided_at,
    });
    this.#stage = stage;
    this.#settle(stage, 'approved', given.decided_by, at);
  }

  #rejection() {
    if (this.rejection === null) throw new Error('nothing was rejected');
    return this.rejection;
  }

  /** The correction was not made in time; the system closes the claim (D-19). */
  expire(): void {
    const due = this.claim.correction_due_at;
    if (due === null) throw new Error('nothing is to be corrected');
    const at = new Date(due);
    this.#tell(at, 'expired', null, null, {});
    this.#audit(at, { actorId: null, action: 'claim.expired', detail: { actor: 'system', interpretation: 'D-19' } });
    this.#act('correction-expired', null, null, at);
  }

  /** Taken back after filing, by a decision on the record. */
  revoke({ by, organisationId }: { by: string; organisationId: string }, at: Date): void {
    this.revokedAt = at;
    this.claim.state = 'revoked';
    this.claim.updated_at = at.toISOString();
    const { reason, basis } = REVOKED;
    const article = basis[0];
    // The table names the revocation as its own kind of act, so that no reviewer of the claim can be its revoker.
    this.#rows.add('reviewer_of_claim', { claim_id: this.seed.id, person_id: by, stage_kind: 'revocation' });
    this.#rows.add('revocation', {
      source_id: this.seed.id,
      source_kind: 'claim',
      person_id: this.seed.person.id,
      revoked_by: by,
      organisation_id: organisationId,
      reason,
      article,
      years: [],
      request_key: `demo-${this.seed.id}`,
      revoked_at: at.toISOString(),
    });
    this.#tell(at, 'revoked', by, organisationId, { reason, article }, null);
    this.#audit(at, { actorId: by, organisationId, action: 'claim.revoked', detail: { article } });
  }

  #act(kind: ClaimAct, actorId: string | null, settled: SettledOutcome | null, at: Date): void {
    const seq = this.claim.act_seq + 1;
    const stage = kind === 'stage-settled' ? this.#stage : null;
    this.#rows.add('act', {
      claim_id: this.seed.id,
      seq,
      kind,
      stage_seq: stage?.row.seq ?? null,
      outcome: settled,
      target: null,
      actor_id: actorId,
      request_key: null,
      at: at.toISOString(),
    });
    const applied = new Date(at.getTime() + APPLIED_AFTER_MS);
    this.claim.act_seq = seq;
    this.claim.applied_seq = seq;
    this.claim.updated_at = applied.toISOString();
    this.#apply(nextStep(this.seed.plan, { seq, kind, stageKind: stage?.kind ?? null, outcome: settled }), applied);
  }

  #apply(step: ReturnType<typeof nextStep>, at: Date): void {
    this.#stage = null;
    switch (step.do) {
      case 'open-stage':
        this.#open(step.stage, at);
        return;
      case 'request-correction':
        this.claim.state = 'correction';
        this.claim.correction_due_at = correctionDueAt(legalDay(at.getTime()));
        this.#tell(at, 'returned', null, null, { dueAt: this.claim.correction_due_at }, this.claim.stage_seq);
        return;
      case 'reopen-stage':
        throw new Error('no life of the demo takes a decision back');
      case 'file':
        this.filedAt = at;
        this.#end('filed', at);
        this.#tell(at, 'filed', null, null, this.filedDetail);
        return;
      case 'end':
        this.#end(step.state, at);
        if (step.state === 'rejected') this.#tell(at, 'rejected', null, null, {}, this.claim.stage_seq);
        return;
    }
  }

  #end(state: ClaimState, at: Date): void {
    Object.assign(this.claim, { state, ended_at: at.toISOString(), correction_due_at: null });
  }

  #open(planned: PlanStage, at: Date): void {
    this.claim.state = planned.kind;
    this.claim.stage_seq += 1;
    const openedOn = legalDay(at.getTime());
    const { dueOn, calendar } = stageDueOn(planned.kind, openedOn);
    const row: Row<'stage'> = {
      claim_id: this.seed.id,
      seq: this.claim.stage_seq,
      kind: planned.kind,
      version: this.claim.version,
      opened_at: at.toISOString(),
      due_on: dueOn,
      calendar,
      settled_at: null,
      outcome: null,
    };
    this.#rows.add('stage', row);
    const tasks = planned.tasks.map((task) => this.#taskRow(row, task, at));
    for (const task of tasks) this.#rows.add('task', task);
    this.#stage = { row, kind: planned.kind, tasks, outcomes: tasks.map(() => null) };
    this.#tell(at, 'stage-opened', null, null, { stage: planned.kind, dueOn });
  }

  #settle(stage: OpenStage, outcome: SettledOutcome, by: string, at: Date): void {
    this.#closeStage(stage, outcome, at);
    this.#act('stage-settled', by, outcome, at);
  }

  #closeStage(stage: OpenStage, outcome: StageOutcome, at: Date): void {
    stage.row.outcome = outcome;
    stage.row.settled_at = at.toISOString();
    for (const task of stage.tasks) {
      if (task.state === 'decided') continue;
      Object.assign(task, { state: 'closed', ended_at: at.toISOString() });
    }
  }

  #review(by: string, kind: StageKind): void {
    const before = this.reviewers.get(by);
    if (before !== undefined && before !== kind) throw new Error('one person at two kinds of stage');
    if (before === undefined) {
      this.#rows.add('reviewer_of_claim', { claim_id: this.seed.id, person_id: by, stage_kind: kind });
    }
    this.reviewers.set(by, kind);
  }

  #openStage(): OpenStage {
    if (this.#stage === null) throw new Error('no stage is open');
    return this.#stage;
  }

  #task(index: number): Row<'task'> {
    const task = this.#openStage().tasks[index];
    if (task === undefined) throw new Error('no such task in the open stage');
    return task;
  }

  #taskRow(stage: Row<'stage'>, planned: PlanStage['tasks'][number], at: Date): Row<'task'> {
    const { seed, claim } = this;
    return {
      id: this.#random.uuid(at),
      claim_id: seed.id,
      stage_seq: stage.seq,
      stage_kind: stage.kind,
      organisation_id: planned.organisationId,
      capacity: planned.capacity,
      state: 'open',
      assignee_id: null,
      claimed_at: null,
      opened_at: at.toISOString(),
      due_on: stage.due_on,
      ended_at: null,
      declarant_id: seed.person.id,
      declarant_name: seed.person.name,
      employer_name: organisationOf(seed.affiliation.employerId).name,
      claim_number: seed.number,
      year: seed.year,
      form: seed.declared.form,
      title: seed.declared.title,
      claimed_hundredths: seed.claimedHundredths,
      version: claim.version,
      nudged_at: null,
      urged_at: null,
      standing_in_for: null,
    };
  }

  #decisionRow(task: Row<'task'>, verdict: Verdict, at: Date): Row<'decision'> {
    return {
      id: this.#random.uuid(at),
      task_id: task.id,
      claim_id: task.claim_id,
      stage_seq: task.stage_seq,
      stage_kind: task.stage_kind,
      version: task.version,
      declarant_id: task.declarant_id,
      decided_by: verdict.by,
      organisation_id: task.organisation_id,
      capacity: task.capacity,
      outcome: verdict.outcome,
      hours: [...(verdict.hours ?? [])],
      reasons: [...(verdict.reasons ?? [])],
      comment: verdict.comment ?? '',
      decided_at: at.toISOString(),
      superseded_at: null,
      acting_for: null,
    };
  }

  #tell(
    at: Date,
    kind: Row<'timeline'>['kind'],
    actorId: string | null,
    organisationId: string | null,
    detail: Record<string, unknown>,
    stageSeq: number | null = this.#stage?.row.seq ?? null,
  ): void {
    this.#rows.add('timeline', {
      claim_id: this.seed.id,
      at: at.toISOString(),
      kind,
      actor_id: actorId,
      organisation_id: organisationId,
      stage_seq: stageSeq,
      detail,
    });
  }

  #audit(at: Date, entry: AuditEntry): void {
    this.#rows.add('audit', {
      at: at.toISOString(),
      actor_id: entry.actorId,
      organisation_id: entry.organisationId ?? null,
      action: entry.action,
      subject_kind: entry.taskId === undefined ? 'claim' : 'task',
      subject_id: entry.taskId ?? this.seed.id,
      request_id: null,
      detail: entry.detail ?? {},
    });
  }
}

function draftRow(seed: ClaimSeed): Row<'claim'> {
  return {
    id: seed.id,
    number: seed.number,
    person_id: seed.person.id,
    year: seed.year,
    form: seed.declared.form,
    title: seed.declared.title,
    state: 'draft',
    declaration: seed.declared,
    written: null,
    revision: 1,
    version: 0,
    identity: seed.identity,
    employer_id: null,
    unit_kind: null,
    level: null,
    region_code: null,
    industry_code: null,
    study_archive: null,
    plan: null,
    first_submitted_at: null,
    act_seq: 0,
    taken_back_seq: 0,
    applied_seq: 0,
    stage_seq: 0,
    claimed_hundredths: 0,
    withdrawn_at: null,
    reconsidering: false,
    correction_due_at: null,
    ended_at: null,
    request_key: null,
    created_at: seed.createdAt.toISOString(),
    updated_at: seed.createdAt.toISOString(),
  };
}
