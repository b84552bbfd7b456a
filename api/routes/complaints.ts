import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import { type Counter, giveBackAttempt, reserveAttempt } from '../../db/acts/attempts.ts';
import {
  answerComplaint,
  assignComplaint,
  attachToComplaint,
  checkFromComplaint,
  fileComplaint,
  investigateComplaint,
  revealComplainant,
  unknownCode,
} from '../../db/acts/complaints.ts';
import {
  complaintFile,
  readComplaint,
  readComplaintAnswer,
  readComplaintChoices,
  readComplaints,
} from '../../db/read/complaints.ts';
import { complaintCode } from '../../rules/complaint.ts';
import type { Deps } from '../deps.ts';
import { fileAnswer, takeUpload } from '../evidence/transfer.ts';
import { networkOf } from '../network.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** An office behind one address complains now and then; a machine does so all the time. */
const FILED: Counter = { kind: 'complaint', limit: 10, windowSeconds: 3600, runsFrom: 'first' };
const UPLOADED: Counter = { kind: 'complaint-file', limit: 30, windowSeconds: 3600, runsFrom: 'first' };
/** Codes that were wrong: nobody guesses one of 32¹⁶, but nobody needs to try either. */
const GUESSED: Counter = { kind: 'complaint-code', limit: 20, windowSeconds: 600, runsFrom: 'first' };

/** Complaints (投诉举报, Art. 20): anybody's, and how the authorities deal with them. */
export function complaintRoutes(app: FastifyInstance, deps: Deps): void {
  publicRoutes(app, deps);
  const { db } = deps;
  serve(app, 'complaints', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readComplaints(db, scope, { ...query, after }));
  });
  serve(app, 'complaint', async ({ scope, params }) => {
    const complaint = await readComplaint(db, scope, params.id);
    return complaint ? given(complaint) : refused(NO_COMPLAINT);
  });
  serve(app, 'complaintFile', async ({ scope, params, request, reply }) => {
    const file = await complaintFile(db, scope, params);
    return file ? fileAnswer(deps, request, reply, file) : refused(NO_COMPLAINT);
  });
  serve(app, 'revealComplainant', ({ scope, params }) => revealComplainant(db, scope, params.id));
  serve(app, 'assignComplaint', ({ scope, params, body }) => assignComplaint(db, scope, { ...body, id: params.id }));
  serve(app, 'investigateComplaint', ({ scope, params, body }) =>
    investigateComplaint(db, scope, { ...body, id: params.id }),
  );
  serve(app, 'answerComplaint', ({ scope, params, body }) => answerComplaint(db, scope, { ...body, id: params.id }));
  serve(app, 'checkFromComplaint', ({ scope, params, body }) =>
    checkFromComplaint(db, scope, { ...body, id: params.id }),
  );
}

function publicRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, config } = deps;
  serve(app, 'complaintChoices', async () => given(await readComplaintChoices(db)));
  serve(app, 'fileComplaint', async ({ body, headers, request }) => {
    const blocked = await reserveAttempt(db, FILED, networkOf(request.ip));
    if (blocked > 0) return tooMany(blocked);
    // The same request gives the same code, which is kept nowhere: only who sent it can send it again.
    const said = `complaint\n${headers['idempotency-key']}\n${JSON.stringify(body)}`;
    const code = complaintCode(createHmac('sha256', config.personKeySecret).update(said).digest());
    return fileComplaint(db, { ...body, code, requestId: request.id });
  });
  serve(app, 'addComplaintFile', async ({ headers, request }) => {
    const blocked = await reserveAttempt(db, UPLOADED, networkOf(request.ip));
    if (blocked > 0) return tooMany(blocked);
    const code = headers['x-complaint-code'];
    if (!(await readComplaintAnswer(db, code))) return unknownCode();
    return takeUpload(deps, request, (file) => attachToComplaint(db, { ...file, code, requestId: request.id }));
  });
  serve(app, 'complaintAnswer', async ({ body, request }) => {
    const blocked = await reserveAttempt(db, GUESSED, networkOf(request.ip));
    if (blocked > 0) return tooMany(blocked);
    const answer = await readComplaintAnswer(db, body.code);
    if (!answer) return unknownCode();
    await giveBackAttempt(db, GUESSED, networkOf(request.ip));
    return given(answer);
  });
}

const tooMany = (seconds: number) =>
  refused({
    code: 'too-many-requests',
    detail: '这个网络地址在短时间内操作过于频繁。',
    fix: `请 ${Math.ceil(seconds / 60)} 分钟后再试。`,
    more: { retryAfterSeconds: seconds },
  });

const NO_COMPLAINT: Refusal = {
  code: 'not-found',
  detail: '没有找到这件投诉举报。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};
