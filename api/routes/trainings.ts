import { setImmediate as breath } from 'node:timers/promises';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import { recordAttendance, removeAttendee } from '../../db/acts/attendance.ts';
import { recordAttendanceFile } from '../../db/acts/attendance-file.ts';
import { proposeClaims } from '../../db/acts/propose.ts';
import { addTraining, addTrainingFile, removeTrainingFile, saveTraining } from '../../db/acts/trainings.ts';
import { WITH_TRAININGS, whyNotManager } from '../../db/acts/units.ts';
import {
  paperFile,
  readAttendees,
  readOrganisers,
  readPaper,
  readTraining,
  readTrainings,
} from '../../db/read/trainings.ts';
import type { Deps } from '../deps.ts';
import { CUT_OFF, fileAnswer, firstPart, plainName, takeUpload } from '../evidence/transfer.ts';
import { today } from '../plugins/identity.ts';
import { FILE_TOO_LARGE } from '../problems.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** A unit's study archive (Arts. 10, 11(1)), its attendance, and what is proposed from it. */
export function trainingRoutes(app: FastifyInstance, deps: Deps): void {
  archiveRoutes(app, deps);
  paperRoutes(app, deps);
  attendanceRoutes(app, deps);
}

const keyOf = ({ id, trainingId }: { id: string; trainingId: string }) => ({ organisationId: id, trainingId });

function archiveRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'organisers', async ({ query }) => given({ items: await readOrganisers(db, query.q) }));
  serve(app, 'trainings', async ({ scope, params, query }) => {
    const barred = await whyNotManager(db, scope, params.id, WITH_TRAININGS);
    if (barred) return barred;
    const after = readCursor(query.after, 'day');
    if (after === false) return refused(BAD_CURSOR);
    return given(await readTrainings(db, { ...query, organisationId: params.id, after }));
  });
  serve(app, 'addTraining', ({ scope, params, body, headers }) =>
    addTraining(db, scope, { ...body, organisationId: params.id, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'training', async ({ scope, params }) => {
    const barred = await whyNotManager(db, scope, params.id, WITH_TRAININGS);
    if (barred) return barred;
    const training = await readTraining(db, keyOf(params), today());
    return training ? given(training) : refused(NO_TRAINING);
  });
  serve(app, 'saveTraining', ({ scope, params, body }) => saveTraining(db, scope, { ...body, ...keyOf(params) }));
}

function paperRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, evidence } = deps;
  serve(app, 'addTrainingFile', ({ scope, params, request }) =>
    takeUpload(deps, request, async (file) => {
      const added = await addTrainingFile(db, scope, { ...file, ...keyOf(params) });
      return added.ok ? given(await readPaper(db, params.trainingId, added.value.id)) : added;
    }),
  );
  serve(app, 'trainingFile', async ({ scope, params, request, reply }) => {
    const barred = await whyNotManager(db, scope, params.id, WITH_TRAININGS);
    if (barred) return barred;
    const file = await paperFile(db, keyOf(params), params.fileId);
    return file ? fileAnswer(deps, request, reply, file) : refused(NO_PAPER);
  });
  serve(app, 'removeTrainingFile', async ({ scope, params, request }) => {
    const removed = await removeTrainingFile(db, scope, { ...keyOf(params), fileId: params.fileId });
    if (!removed.ok) return removed;
    const { id, storageKey } = removed.value;
    // The row is gone: a file that cannot be removed is a leftover for the log, not a failed request.
    const [left] = await Promise.allSettled([evidence.remove(storageKey)]);
    if (left.status === 'rejected') request.log.warn({ fileId: id }, 'a removed paper of a training is still stored');
    return given({ id });
  });
}

function attendanceRoutes(app: FastifyInstance, { db, config }: Deps): void {
  serve(app, 'attendees', async ({ scope, params, query }) => {
    const barred = await whyNotManager(db, scope, params.id, WITH_TRAININGS);
    if (barred) return barred;
    const page = await readAttendees(db, { ...keyOf(params), ...query });
    return page ? given(page) : refused(NO_TRAINING);
  });
  serve(app, 'recordAttendance', ({ scope, params, body }) =>
    recordAttendance(db, scope, { ...body, ...keyOf(params), personKeySecret: config.personKeySecret }),
  );
  serve(app, 'recordAttendanceFile', async ({ scope, params, query, request }) => {
    const part = await firstPart(request);
    if ('detail' in part) return refused(part);
    const content = await wholeOf(part);
    if ('detail' in content) return refused(content);
    return recordAttendanceFile(db, scope, {
      ...keyOf(params),
      source: { name: plainName(part), bytes: () => inPieces(content) },
      preview: query.preview === 'true',
      personKeySecret: config.personKeySecret,
    });
  });
  serve(app, 'removeAttendee', ({ scope, params }) =>
    removeAttendee(db, scope, { ...keyOf(params), personId: params.personId }),
  );
  serve(app, 'proposeClaims', ({ scope, params, body }) => proposeClaims(db, scope, { ...body, ...keyOf(params) }));
}

/** A list's file in memory: it is no larger than a piece of evidence. */
async function wholeOf(part: MultipartFile): Promise<Buffer | Refusal> {
  try {
    const content = await part.toBuffer();
    return part.file.truncated ? FILE_TOO_LARGE : content;
  } catch (error) {
    if (part.file.errored === error) return CUT_OFF;
    throw error;
  }
}

const PIECE_BYTES = 64 * 1024;

/** Somebody else is served between two pieces: text tables are read in this thread. */
async function* inPieces(content: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < content.length; from += PIECE_BYTES) {
    await breath();
    yield content.subarray(from, from + PIECE_BYTES);
  }
}

const NO_TRAINING: Refusal = {
  code: 'not-found',
  detail: '没有找到这次培训。',
  fix: '请从学习档案的列表重新进入。',
};
const NO_PAPER: Refusal = { code: 'not-found', detail: '没有找到这份培训证明。', fix: '请从学习档案重新打开。' };
