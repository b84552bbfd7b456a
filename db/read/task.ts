import { sql } from 'kysely';
import { asActivity } from '../../contract/declarations.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';
import { claimYears } from '../../rules/deadlines.ts';
import { lowestHours } from '../../rules/stages.ts';
import { type Outcome, STAGE_KINDS, type StageKind } from '../../rules/vocabulary.ts';
import { isInPool } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import type { TaskRow } from '../schema.ts';
import { type ClaimFacts, detailOf, findClaim } from './claim.ts';
import { explainRecognition } from './explain.ts';
import { asSummary } from './inbox.ts';
import { likenesses } from './likeness.ts';
import { yearsWith } from './preview.ts';
import type { Scope } from './scope.ts';

type Row = TaskRow & {
  organisation_name: string;
  assignee_name: string | null;
  acted_at: StageKind | null;
  outcome: Outcome | null;
  decided_at: Date | null;
};

/** All a reviewer needs to decide one task; null when it is not of the caller's pools. */
export async function readTask(db: Db, scope: Scope, taskId: string, today: string): Promise<TaskDetail | null> {
  const task = await findTask(db, scope, taskId);
  if (!task || !isInPool(scope, task)) return null;
  const claim = await findClaim(db, scope, task.claim_id);
  if (!claim) return null;
  const [detail, opinion] = await Promise.all([detailOf(db, scope, claim, today), opinionOn(db, claim, today)]);
  return {
    task: {
      ...asSummary(task, scope, today),
      organisationName: task.organisation_name,
      assigneeId: task.assignee_id,
      assigneeName: task.assignee_name,
      stageSeq: task.stage_seq,
    },
    permissions: permissionsOf(task, scope),
    claim: detail,
    ...opinion,
  };
}

async function findTask(db: Db, scope: Scope, taskId: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`
    select t.*, o.name as organisation_name, a.name as assignee_name, r.stage_kind as acted_at, d.outcome, d.decided_at
    from task t join organisation o on o.id = t.organisation_id
    left join person a on a.id = t.assignee_id
    left join reviewer_of_claim r on r.claim_id = t.claim_id and r.person_id = ${scope.personId}
    left join decision d on d.task_id = t.id and d.superseded_at is null and d.decided_by = ${scope.personId}
    where t.id = ${taskId}`.execute(db);
  return rows[0];
}

/** What the rules say of the submitted version, and what it makes of the year after what reviewers lowered so far. */
async function opinionOn(
  db: Db,
  claim: ClaimFacts,
  today: string,
): Promise<Pick<TaskDetail, 'recognition' | 'years' | 'warnings'>> {
  const { declaration, approvals } = await submittedVersion(db, claim);
  const activity = asActivity(declaration, true);
  const studyArchive = claim.study_archive ?? false;
  const [years, warnings] = await Promise.all([
    yearsWith(db, {
      personId: claim.person_id,
      id: claim.id,
      activity,
      years: claimYears(activity),
      studyArchive,
      today,
      loweredTo: lowestHours(approvals),
    }),
    likenesses(db, { personId: claim.person_id, declared: declaration, claimId: claim.id, asks: 'reviewer' }),
  ]);
  const recognition = recogniseClaim(activity, { studyArchive });
  return { recognition: explainRecognition(recognition), years, warnings };
}

async function submittedVersion(db: Db, claim: ClaimFacts) {
  const [version, approvals] = await Promise.all([
    db
      .selectFrom('claim_version')
      .select('declaration')
      .where('claim_id', '=', claim.id)
      .where('version', '=', claim.version)
      .executeTakeFirst(),
    db
      .selectFrom('decision')
      .select('hours')
      .where('claim_id', '=', claim.id)
      .where('version', '=', claim.version)
      .where('outcome', '=', 'approve')
      .where('superseded_at', 'is', null)
      .execute(),
  ]);
  return { declaration: version?.declaration ?? claim.declaration, approvals: approvals.map((a) => a.hours) };
}

/** What the caller may do with the task now; the acts check the same under lock. */
function permissionsOf(task: Row, scope: Scope): TaskDetail['permissions'] {
  const whyNot = whyNotTheirs(task, scope);
  const isMine = task.state === 'claimed' && task.assignee_id === scope.personId;
  return {
    claim: whyNot === null && task.state === 'open',
    release: isMine,
    // Somebody barred from deciding may still pass the task on.
    transfer: isMine || task.state === 'open',
    decide: whyNot === null,
    whyNot,
  };
}

function whyNotTheirs(task: Row, scope: Scope): string | null {
  if (task.state === 'decided' || task.state === 'closed') return '这项任务已经结束';
  if (task.declarant_id === scope.personId) return '不能审核本人的申报';
  if (task.acted_at !== null && task.acted_at !== task.stage_kind) {
    return `您已在${STAGE_KINDS[task.acted_at]}环节审核过这份申报`;
  }
  if (task.state === 'claimed' && task.assignee_id !== scope.personId) {
    return `已由${task.assignee_name ?? '同事'}认领`;
  }
  return null;
}
