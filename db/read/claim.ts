import { sql } from 'kysely';
import type { ClaimDetail, ShownStage } from '../../contract/claims.ts';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import { claimYear } from '../../rules/deadlines.ts';
import { mayWithdraw } from '../../rules/stages.ts';
import { CLAIM_STATES, OUTCOMES, RETURN_REASONS, STAGE_KINDS } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { ClaimRow, DecisionRow, StageRow, TaskRow } from '../schema.ts';
import { evidenceOf } from './evidence.ts';
import { latenessOf } from './lateness.ts';
import { maskedIdNumber } from './me.ts';
import { reconsiderationOfClaim } from './reconsiderations.ts';
import { actingFor, type Scope, visibleClaim } from './scope.ts';
import { readTimeline } from './timeline.ts';
import { nowOf, remediesOf, wayOf } from './whereabouts.ts';

export type ClaimFacts = ClaimRow & {
  declarant_name: string;
  declarant_title: string | null;
  id_number_masked: string;
  employer_name: string | null;
  /** A draft of the unit's (单位代报), to be confirmed or objected to as it is. */
  is_proposed: boolean;
  /** The authority for which the caller may revoke it (Art. 20); null when none. */
  acting_for: string | null;
  has_reviewed: boolean;
};

/** A claim with its whole story, as its declarant or its reviewers see it; null when it is not the caller's to see. */
export async function readClaim(db: Db, scope: Scope, claimId: string, today: string): Promise<ClaimDetail | null> {
  const claim = await findClaim(db, scope, claimId);
  return claim ? detailOf(db, scope, claim, today) : null;
}

export async function findClaim(db: Db, scope: Scope, claimId: string): Promise<ClaimFacts | undefined> {
  const { rows } = await sql<ClaimFacts>`
    select c.*, p.name as declarant_name, p.title as declarant_title, ${maskedIdNumber} as id_number_masked,
      e.name as employer_name, ${actingFor(scope)} as acting_for,
      exists (select from proposal x where x.claim_id = c.id and c.state = 'draft') as is_proposed,
      exists (select from reviewer_of_claim r where r.claim_id = c.id and r.person_id = ${scope.personId}) as has_reviewed
    from claim c join person p on p.id = c.person_id left join organisation e on e.id = c.employer_id
    where c.id = ${claimId} and ${visibleClaim(scope)}`.execute(db);
  return rows[0];
}

export async function detailOf(db: Db, scope: Scope, claim: ClaimFacts, today: string): Promise<ClaimDetail> {
  const isOwn = claim.person_id === scope.personId;
  const [evidence, versions, stages, timeline, names, lateness, reconsideration] = await Promise.all([
    evidenceOf(db, claim.id, isOwn ? 'declarant' : 'reviewer'),
    versionsOf(db, claim.id),
    stagesOf(db, claim.id),
    readTimeline(db, claim.id),
    namesOf(db, claim),
    latenessOf(db, claim, { isOwn, today }),
    reconsiderationOfClaim(db, claim, { isOwn, today }),
  ]);
  // While a claim is corrected its declarant's working copy is theirs; reviewers see what was submitted.
  const declaration = isOwn ? claim.declaration : (versions.at(-1)?.declaration ?? claim.declaration);
  return {
    ...headOf(claim, declaration),
    written: isOwn ? claim.written : null,
    evidence,
    versions,
    stages,
    timeline,
    ...whereaboutsOf(claim, { stages, timeline, names, today }),
    ...lateness,
    remedies: remediesOf(claim.state, {
      review: reconsideration,
      isSanctioned:
        timeline.findLast(({ kind }) => kind === 'sanctioned' || kind === 'restored')?.kind === 'sanctioned',
    }),
    reconsideration,
    permissions: permissionsOf(claim, { isOwn, stages }),
  };
}

const headOf = (claim: ClaimFacts, declaration: Declared | null) => ({
  id: claim.id,
  number: claim.number,
  // Of what is shown, not of the row: a working copy's heading over a submitted version would mislead its reviewers.
  year: (declaration && claimYear(asActivity(declaration, true))) ?? claim.year,
  form: declaration?.form ?? claim.form,
  title: declaration?.title ?? claim.title,
  state: claim.state,
  stateLabel: CLAIM_STATES[claim.state],
  revision: claim.revision,
  isWhole: claim.written === null,
  version: claim.version,
  claimedHundredths: claim.claimed_hundredths,
  declarant: {
    personId: claim.person_id,
    name: claim.declarant_name,
    title: claim.declarant_title,
    idNumberMasked: claim.id_number_masked,
    employerName: claim.employer_name,
  },
  declaration,
  createdAt: claim.created_at.toISOString(),
  updatedAt: claim.updated_at.toISOString(),
  firstSubmittedAt: claim.first_submitted_at?.toISOString() ?? null,
  correctionDueAt: claim.correction_due_at?.toISOString() ?? null,
  endedAt: claim.ended_at?.toISOString() ?? null,
});

type Around = {
  stages: ShownStage[];
  timeline: ClaimDetail['timeline'];
  names: Map<string, string>;
  today: string;
};

function whereaboutsOf(claim: ClaimFacts, { stages, timeline, names, today }: Around) {
  const now = nowOf(claim, stages, names, today);
  // How a claim ended is said once, in the words of its timeline: a filed one may count nothing.
  const ended = timeline.findLast(
    (entry) => entry.kind === claim.state && (entry.kind === 'filed' || entry.kind === 'revoked'),
  );
  return {
    way: wayOf(claim, stages, names),
    now: ended ? { ...now, text: ended.text } : now,
    corrections: correctionsOf(claim, stages),
  };
}

/** What the declarant may do now; the acts check the same under the claim's lock. */
function permissionsOf(claim: ClaimFacts, { isOwn, stages }: { isOwn: boolean; stages: ShownStage[] }) {
  const settled = claim.act_seq === claim.applied_seq;
  const correcting = isOwn && claim.state === 'correction' && settled;
  const isDraft = isOwn && claim.state === 'draft' && !claim.is_proposed;
  const firstReviewOpen = stages.every((s) => s.seq !== claim.stage_seq || s.settledAt === null);
  const withdrawable = mayWithdraw(claim.state) && (claim.state !== 'first-review' || firstReviewOpen);
  return {
    edit: isDraft || correcting,
    discard: isDraft,
    submit: isDraft,
    resubmit: correcting,
    withdraw: isOwn && withdrawable && claim.withdrawn_at === null,
    revoke: !isOwn && claim.state === 'filed' && claim.acting_for !== null && !claim.has_reviewed,
  };
}

function correctionsOf(claim: ClaimFacts, stages: ShownStage[]): ClaimDetail['corrections'] {
  if (claim.state !== 'correction') return [];
  const returned = stages.findLast((s) => s.outcome === 'returned');
  return (returned?.tasks ?? []).flatMap((task) =>
    (task.decision?.outcome === 'return' ? task.decision.reasons : []).map((reason) => ({
      code: reason.code,
      label: reason.label,
      text: reason.text,
      field: reason.field ?? null,
      evidenceId: reason.evidenceId ?? null,
      organisationName: task.organisationName,
    })),
  );
}

async function versionsOf(db: Db, claimId: string): Promise<ClaimDetail['versions']> {
  const rows = await db
    .selectFrom('claim_version')
    .select(['version', 'submitted_at', 'declaration', 'evidence_ids'])
    .where('claim_id', '=', claimId)
    .orderBy('version')
    .execute();
  return rows.map((row) => ({
    version: row.version,
    submittedAt: row.submitted_at.toISOString(),
    declaration: row.declaration,
    evidenceIds: row.evidence_ids,
  }));
}

type StageTaskRow = Pick<StageRow, 'seq' | 'kind' | 'version' | 'opened_at' | 'due_on' | 'settled_at'> & {
  stage_outcome: StageRow['outcome'];
} & {
  [K in 'organisation_id' | 'capacity' | 'ended_at' | 'state']: TaskRow[K] | null;
} & {
  [K in 'outcome' | 'hours' | 'reasons' | 'comment' | 'decided_at']: DecisionRow[K] | null;
} & {
  task_id: string | null;
  organisation_name: string;
  assignee_name: string | null;
  decider_name: string | null;
  acting_for_name: string | null;
};

async function stagesOf(db: Db, claimId: string): Promise<ShownStage[]> {
  const { rows } = await sql<StageTaskRow>`
    select s.seq, s.kind, s.version, s.opened_at, s.due_on, s.settled_at, s.outcome as stage_outcome,
      t.id as task_id, t.organisation_id, t.capacity, t.state, t.ended_at, o.name as organisation_name, a.name as assignee_name,
      d.outcome, d.hours, d.reasons, d.comment, d.decided_at, p.name as decider_name,
      f.name as acting_for_name
    from stage s
    left join task t on t.claim_id = s.claim_id and t.stage_seq = s.seq
    left join organisation o on o.id = t.organisation_id
    left join person a on a.id = t.assignee_id
    left join decision d on d.task_id = t.id and d.superseded_at is null
    left join person p on p.id = d.decided_by
    left join person f on f.id = d.acting_for
    where s.claim_id = ${claimId} order by s.seq, t.capacity desc`.execute(db);
  const stages = new Map<number, ShownStage>();
  for (const row of rows) {
    const stage = stages.get(row.seq) ?? asStage(row);
    stages.set(row.seq, stage);
    const task = asTask(row);
    if (task) stage.tasks.push(task);
  }
  return [...stages.values()];
}

const asStage = (row: StageTaskRow): ShownStage => ({
  seq: row.seq,
  kind: row.kind,
  label: STAGE_KINDS[row.kind],
  version: row.version,
  openedAt: row.opened_at.toISOString(),
  dueOn: row.due_on,
  settledAt: row.settled_at?.toISOString() ?? null,
  outcome: row.stage_outcome,
  tasks: [],
});

function asTask(row: StageTaskRow): ShownStage['tasks'][number] | null {
  if (row.task_id === null || row.organisation_id === null || row.capacity === null || row.state === null) return null;
  return {
    id: row.task_id,
    organisationId: row.organisation_id,
    organisationName: row.organisation_name,
    capacity: row.capacity,
    state: row.state,
    assigneeName: row.assignee_name,
    endedAt: row.ended_at?.toISOString() ?? null,
    decision: asDecision(row),
  };
}

function asDecision(row: StageTaskRow): ShownStage['tasks'][number]['decision'] {
  if (row.outcome === null || row.decided_at === null) return null;
  return {
    outcome: row.outcome,
    outcomeLabel: OUTCOMES[row.outcome],
    deciderName: row.decider_name ?? '',
    actingForName: row.acting_for_name,
    decidedAt: row.decided_at.toISOString(),
    hours: row.hours ?? [],
    reasons: (row.reasons ?? []).map((reason) => ({ ...reason, label: RETURN_REASONS[reason.code] })),
    comment: row.comment ?? '',
  };
}

/** The names of the bodies on the claim's plan. */
async function namesOf(db: Db, claim: ClaimFacts): Promise<Map<string, string>> {
  const ids = (claim.plan?.stages ?? []).flatMap((stage) => stage.tasks.map((task) => task.organisationId));
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('organisation').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
