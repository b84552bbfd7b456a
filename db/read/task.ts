import { sql } from 'kysely';
import { asActivity } from '../../contract/declarations.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';
import { claimYears } from '../../rules/deadlines.ts';
import { type Outcome, STAGE_KINDS, type StageKind } from '../../rules/vocabulary.ts';
import { isInPool } from '../acts/caller.ts';
import { hoursLeft } from '../approvals.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import { declaredBy } from '../declared.ts';
import { actsFor, type Freed, freedFor } from '../held.ts';
import type { TaskRow } from '../schema.ts';
import { type TaskEnd, whyEnded } from '../task-ended.ts';
import { type ClaimFacts, detailOf, findClaim } from './claim.ts';
import { seenBy } from './evidence.ts';
import { explainRecognition } from './explain.ts';
import { asSummary, copiesTo } from './inbox.ts';
import { likenesses } from './likeness.ts';
import { yearsWith } from './preview.ts';
import type { Scope } from './scope.ts';

type Row = TaskRow & {
  organisation_name: string;
  assignee_name: string | null;
  acted_at: StageKind | null;
  outcome: Outcome | null;
  decided_at: Date | null;
  recused: boolean;
  /** Claimed by somebody who has left the pool since, or whom the caller stands in for: as good as open. */
  freed: Freed;
  /** Whom the caller stands in for by deciding it. */
  acting_for_name: string | null;
  /** Copied to the caller for information: theirs to read only. */
  copied: boolean;
  conflict: string | null;
  /** Why it is over; null while it is not. */
  ended: TaskEnd | null;
};

/** All a reviewer needs to decide one task; null when it is neither of the caller's pools nor copied to them. */
export async function readTask(db: Db, scope: Scope, taskId: string, today: string): Promise<TaskDetail | null> {
  const task = await findTask(db, scope, taskId);
  if (!task) return null;
  const claim = await findClaim(db, scope, task.claim_id);
  if (!claim) return null;
  const [detail, opinion, seenByMe] = await Promise.all([
    detailOf(db, scope, claim, today),
    opinionOn(db, claim, today),
    seenBy(db, scope.personId, { claimId: task.claim_id, version: task.version }),
  ]);
  return {
    task: {
      ...asSummary(isFreed(task) ? { ...task, state: 'open' } : task, scope, today),
      organisationName: task.organisation_name,
      assigneeId: task.assignee_id,
      assigneeName: task.assignee_name,
      stageSeq: task.stage_seq,
      actingForName: task.acting_for_name,
    },
    permissions: permissionsOf(task, scope),
    claim: { ...detail, declaration: detail.declaration ?? declaredBy(claim) },
    seenByMe,
    ...opinion,
  };
}

const isFreed = ({ freed }: Pick<Row, 'freed'>): boolean => freed.vacant || freed.standsInFor !== null;

type Found = Omit<Row, 'freed' | 'acting_for_name' | 'copied' | 'conflict' | 'ended'> & { was_copied: boolean };

async function findTask(db: Db, scope: Scope, taskId: string): Promise<Row | undefined> {
  const { rows } = await sql<Found>`
    select t.*, o.name as organisation_name, a.name as assignee_name, r.stage_kind as acted_at, d.outcome, d.decided_at,
      exists (select 1 from claim_recusal x where x.claim_id = t.claim_id and x.person_id = ${scope.personId}) as recused,
      exists (select from claim_copy k where k.task_id = t.id and (${sql.join(copiesTo(scope), sql` or `)})) as was_copied
    from task t join organisation o on o.id = t.organisation_id
    left join person a on a.id = t.assignee_id
    left join reviewer_of_claim r on r.claim_id = t.claim_id and r.person_id = ${scope.personId}
    left join decision d on d.task_id = t.id and d.superseded_at is null and d.decided_by = ${scope.personId}
    where t.id = ${taskId}`.execute(db);
  const task = rows[0];
  if (!task || !(task.was_copied || isInPool(scope, task))) return undefined;
  const [freed, actingFor, conflict, ended] = await Promise.all([
    freedFor(db, task, scope.personId),
    actsFor(db, task, scope.personId),
    whyBarred(db, [scope.personId], { kind: 'review', personId: task.declarant_id, claimIds: [task.claim_id] }),
    task.ended_at === null ? null : whyEnded(db, task, scope.personId),
  ]);
  const acting_for_name = actingFor === null ? null : await nameOf(db, actingFor);
  return { ...task, freed, acting_for_name, copied: !isInPool(scope, task), conflict: conflict?.detail ?? null, ended };
}

const nameOf = async (db: Db, personId: string): Promise<string> =>
  (await db.selectFrom('person').select('name').where('id', '=', personId).executeTakeFirstOrThrow()).name;

/** What the rules say of the submitted version, and what it makes of the year after what reviewers lowered so far. */
async function opinionOn(
  db: Db,
  claim: ClaimFacts,
  today: string,
): Promise<Pick<TaskDetail, 'recognition' | 'years' | 'warnings' | 'left'>> {
  const { declaration, loweredTo } = await submittedVersion(db, claim);
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
      loweredTo,
    }),
    likenesses(db, { personId: claim.person_id, declared: declaration, claimId: claim.id, asks: 'reviewer' }),
  ]);
  const recognition = recogniseClaim(activity, { studyArchive });
  const left = Object.entries(loweredTo).map(([line, hundredths]) => ({ line: Number(line), hundredths }));
  return { recognition: explainRecognition(recognition), years, warnings, left };
}

async function submittedVersion(db: Db, claim: ClaimFacts) {
  const [version, loweredTo] = await Promise.all([
    db
      .selectFrom('claim_version')
      .select('declaration')
      .where('claim_id', '=', claim.id)
      .where('version', '=', claim.version)
      .executeTakeFirst(),
    hoursLeft(db, { claimId: claim.id, version: claim.version }),
  ]);
  return { declaration: version?.declaration ?? declaredBy(claim), loweredTo };
}

/** What the caller may do with the task now; the acts check the same under lock. */
function permissionsOf(task: Row, scope: Scope): TaskDetail['permissions'] {
  const whyNot = whyNotTheirs(task, scope);
  const isMine = task.state === 'claimed' && task.assignee_id === scope.personId;
  if (task.copied) return { ...NOTHING, whyNot };
  const isFree = task.state === 'open' || isFreed(task);
  const isUnfinished = task.state === 'open' || task.state === 'claimed';
  return {
    claim: whyNot === null && isFree,
    release: isMine,
    // Somebody barred from deciding may still pass the task on.
    transfer: isMine || isFree,
    decide: whyNot === null,
    recuse: isUnfinished && !task.recused && task.declarant_id !== scope.personId,
    takeBack: task.state === 'decided' && task.outcome !== null,
    copy: true,
    whyNot,
  };
}

const NOTHING = {
  claim: false,
  release: false,
  transfer: false,
  decide: false,
  recuse: false,
  takeBack: false,
  copy: false,
};

function whyNotTheirs(task: Row, scope: Scope): string | null {
  if (task.copied) return '抄送给您知悉，不需要办理';
  if (task.ended !== null) return `${task.ended.words}，这项任务已结束。`;
  if (task.declarant_id === scope.personId) return '不能审核本人的申报';
  if (task.recused) return '您已回避这份申报';
  if (task.conflict !== null) return `${task.conflict}请点“回避”。`;
  if (task.acted_at !== null && task.acted_at !== task.stage_kind) {
    return `您已在${STAGE_KINDS[task.acted_at]}环节审核过这份申报`;
  }
  if (task.state === 'claimed' && !isFreed(task) && task.assignee_id !== scope.personId) {
    return `已由${task.assignee_name ?? '同事'}认领`;
  }
  return null;
}
