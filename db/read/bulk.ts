import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';
import type { Form } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { unseenOf } from '../seen.ts';
import { likenesses } from './likeness.ts';
import { poolsOf, type Scope } from './scope.ts';

/** A task of the caller's pools that they ask to approve among many. */
export type BulkCandidate = {
  taskId: string;
  claimId: string;
  personId: string;
  form: Form;
  declaration: Declared;
  studyArchive: boolean;
  /** Evidence of the version under review that the caller has not opened. */
  unseen: number;
  /** Ended already: there is nothing left to approve, and what was decided is answered again. */
  ended: boolean;
};

/** The asked tasks that are of the caller's pools. Whatever else was asked is left out, as if it did not exist. */
export async function bulkCandidates(db: Db, scope: Scope, taskIds: string[]): Promise<BulkCandidate[]> {
  const pools = poolsOf(scope).map(
    (pool) => sql`(t.organisation_id = ${pool.organisationId} and t.stage_kind = ${pool.stage})`,
  );
  if (pools.length === 0) return [];
  const { rows } = await sql<BulkCandidate>`
    select t.id as "taskId", t.claim_id as "claimId", c.person_id as "personId", t.form, v.declaration, t.ended_at is not null as ended,
      coalesce(e.study_archive, false) as "studyArchive",
      ${unseenOf('t', scope.personId)} as unseen
    from task t join claim c on c.id = t.claim_id
    join claim_version v on v.claim_id = t.claim_id and v.version = t.version
    left join organisation e on e.id = c.employer_id
    where t.id = any (${taskIds}::uuid[]) and (${sql.join(pools, sql` or `)})`.execute(db);
  return rows;
}

/** Why a task wants a look of its own, in Chinese; null when it may be approved among many. */
export async function concernOver(db: Db, task: BulkCandidate): Promise<string | null> {
  if (task.ended) return null;
  const ruling = recogniseClaim(asActivity(task.declaration, true), { studyArchive: task.studyArchive });
  if (ruling.outcome === 'refused') return `规则核验未通过：${ruling.message}`;
  const { personId, claimId, declaration: declared } = task;
  const [like] = await likenesses(db, { personId, declared, claimId, asks: 'reviewer' });
  if (like !== undefined) return `${like.text}，需要逐项审核。`;
  return task.unseen > 0 ? `还有 ${task.unseen} 份证明材料没有查看。` : null;
}
