import type { FastifyInstance } from 'fastify';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import { PROBLEMS } from '../../contract/problems.ts';
import type { BulkRequest, BulkResult } from '../../contract/tasks.ts';
import { copyClaim } from '../../db/acts/copy.ts';
import { decide } from '../../db/acts/decide.ts';
import { recuse } from '../../db/acts/recuse.ts';
import { seeEvidence } from '../../db/acts/seen.ts';
import { takeBack } from '../../db/acts/take-back.ts';
import { claimTask, releaseTask, transferTask } from '../../db/acts/tasks.ts';
import { type BulkCandidate, bulkCandidates, concernOver } from '../../db/read/bulk.ts';
import { colleaguesFor } from '../../db/read/colleagues.ts';
import { readCounts } from '../../db/read/counts.ts';
import { readInbox } from '../../db/read/inbox.ts';
import type { Scope } from '../../db/read/scope.ts';
import { readTask } from '../../db/read/task.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** A reviewer's inbox, and what is done with a task of it. */
export function taskRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'tasks', async ({ scope, query }) => {
    const after = readCursor(query.after, query.box === 'done' || query.box === 'cc' ? 'instant' : 'day');
    if (after === false) return refused(BAD_CURSOR);
    return given(await readInbox(db, scope, { ...query, after, today: today() }));
  });
  serve(app, 'taskCounts', async ({ scope }) => given(await readCounts(db, scope, today())));
  serve(app, 'task', async ({ scope, params }) => orNoTask(await readTask(db, scope, params.id, today())));
  serve(app, 'colleagues', async ({ scope, params }) => orNoTask(await colleaguesFor(db, scope, params.id, today())));
  serve(app, 'claimTask', ({ scope, params }) => claimTask(db, scope, params.id));
  serve(app, 'releaseTask', ({ scope, params }) => releaseTask(db, scope, params.id));
  serve(app, 'transferTask', ({ scope, params, body }) =>
    transferTask(db, scope, { taskId: params.id, toPersonId: body.toPersonId }),
  );
  serve(app, 'decide', ({ scope, params, body }) => decide(db, scope, params.id, body));
  serve(app, 'takeBack', ({ scope, params }) => takeBack(db, scope, params.id));
  serve(app, 'recuse', ({ scope, params, body }) => recuse(db, scope, params.id, body));
  serve(app, 'copyTask', ({ scope, params, body }) => copyClaim(db, scope, params.id, body));
  serve(app, 'seeEvidence', ({ scope, params, body }) =>
    seeEvidence(db, scope, { taskId: params.id, evidenceIds: body.evidenceIds }),
  );
  serve(app, 'decideMany', ({ scope, body, request }) =>
    decideMany(deps, scope, body, (error) => request.log.error({ err: error }, 'one decision of many failed')),
  );
}

const NO_TASK: Refusal = {
  code: 'not-found',
  detail: '没有找到这项任务。',
  fix: '请从待办列表重新进入；如果链接来自他人，请确认您有权办理。',
};

const orNoTask = <T>(found: T | null): Outcomes<T> => (found === null ? refused(NO_TASK) : given(found));

type BulkItem = BulkRequest['decisions'][number];
type ItemResult = BulkResult['items'][number];

/** Approves many tasks of one form, each by itself: one that is refused or fails leaves the others as they are. */
async function decideMany(
  { db }: Deps,
  scope: Scope,
  { decisions }: BulkRequest,
  onFault: (error: unknown) => void,
): Promise<Outcomes<BulkResult>> {
  const candidates = await bulkCandidates(
    db,
    scope,
    decisions.map((d) => d.taskId),
  );
  if (new Set(candidates.map((c) => c.form)).size > 1) return refused(MIXED_FORMS);
  const items: ItemResult[] = [];
  for (const item of decisions) items.push(await decideOne({ db }, { scope, item, candidates, onFault }));
  return given({ items });
}

type OneOfMany = { scope: Scope; item: BulkItem; candidates: BulkCandidate[]; onFault: (error: unknown) => void };

async function decideOne(
  { db }: Pick<Deps, 'db'>,
  { scope, item, candidates, onFault }: OneOfMany,
): Promise<ItemResult> {
  const { taskId, ...rest } = item;
  const candidate = candidates.find((c) => c.taskId === taskId);
  if (!candidate) return failed(taskId, NO_TASK);
  if (item.outcome !== 'approve') return failed(taskId, APPROVE_ONLY);
  try {
    const concern = await concernOver(db, candidate);
    if (concern !== null)
      return failed(taskId, { code: 'bulk-not-clean', detail: concern, fix: '请打开这一项单独审核。' });
    const decided = await decide(db, scope, taskId, { ...rest, hours: [], reasons: [] });
    return decided.ok ? { ok: true, taskId, receipt: decided.value } : failed(taskId, decided.refusal);
  } catch (error) {
    onFault(error);
    return failed(taskId, {
      code: 'internal-error',
      detail: '系统出现故障，这一项没有办成。',
      fix: '请稍后单独办理这一项。',
    });
  }
}

const failed = (taskId: string, { code, detail, fix }: Refusal): ItemResult => ({
  ok: false,
  taskId,
  problem: { code, title: PROBLEMS[code][1], detail, fix },
});

const APPROVE_ONLY: Refusal = {
  code: 'bulk-approve-only',
  detail: '批量办理只能同意；退回补正和不予认定须逐项写明理由。',
  fix: '请打开这一项单独办理。',
};

const MIXED_FORMS: Refusal = {
  code: 'bulk-one-form',
  detail: '所选任务包含多种申报形式。',
  fix: '请用“形式”筛选后，按同一种形式批量办理。',
};
