import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import { attachEvidence, removeEvidence } from '../../db/acts/evidence.ts';
import { noteSeen } from '../../db/acts/seen.ts';
import { evidenceById, evidenceFile } from '../../db/read/evidence.ts';
import type { Deps } from '../deps.ts';
import { fileAnswer, takeUpload } from '../evidence/transfer.ts';
import { given, refused, serve } from '../serve.ts';

/** Evidence: taken in as a stream, kept outside the database, given out so that no browser runs it. */
export function evidenceRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, evidence } = deps;
  serve(app, 'uploadEvidence', ({ scope, params, request }) =>
    takeUpload(deps, request, async (file) => {
      const attached = await attachEvidence(db, scope, { ...file, claimId: params.id });
      return attached.ok ? given(await evidenceById(db, attached.value.id)) : attached;
    }),
  );
  serve(app, 'removeEvidence', async ({ scope, params, request }) => {
    const removed = await removeEvidence(db, scope, { claimId: params.id, evidenceId: params.evidenceId });
    if (!removed.ok) return removed;
    const { id, storageKey } = removed.value;
    // The row says it is gone: a file that cannot be removed is a leftover for the log, not a failed request.
    const [left] = await Promise.allSettled(storageKey === null ? [] : [evidence.remove(storageKey)]);
    if (left?.status === 'rejected')
      request.log.warn({ evidenceId: id }, 'a removed piece of evidence is still stored');
    return given({ id });
  });
  serve(app, 'evidenceFile', async ({ scope, params, query, request, reply }) => {
    const file = await evidenceFile(db, scope, { claimId: params.id, evidenceId: params.evidenceId });
    if (!file) return refused(NO_EVIDENCE);
    const answer = await fileAnswer(deps, request, reply, file);
    if (answer.ok && query.ahead !== 'true')
      await noteSeen(db, scope, { claimId: params.id, evidenceId: params.evidenceId });
    return answer;
  });
}

const NO_EVIDENCE: Refusal = {
  code: 'not-found',
  detail: '没有找到这份证明材料。',
  fix: '请从申报详情重新打开。',
};
