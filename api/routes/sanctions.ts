import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import { answerProposal, previewSanction, proposeSanction } from '../../db/acts/sanction-decisions.ts';
import {
  appealSanction,
  attachSanctionFile,
  extendDefence,
  giveNotice,
  stateDefence,
} from '../../db/acts/sanction-hearings.ts';
import { reportFraud } from '../../db/acts/sanctions.ts';
import { answerTitleReport, reportTitleOrder } from '../../db/acts/title-orders.ts';
import { readSanction, readSanctions, sanctionFile } from '../../db/read/sanctions.ts';
import { readTitleOrders } from '../../db/read/title-orders.ts';
import type { Deps } from '../deps.ts';
import { fileAnswer, takeUpload } from '../evidence/transfer.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** Fraud in a declaration (弄虚作假, Art. 21): cases, defence, decision by two officers, appeal, and orders to revoke titles. */
export function sanctionRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'reportFraud', ({ scope, body, headers }) =>
    reportFraud(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'sanctions', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readSanctions(db, scope, { ...query, after }));
  });
  serve(app, 'sanction', async ({ scope, params }) => {
    const found = await readSanction(db, scope, params.id, new Date());
    return found ? given(found) : refused(NO_CASE);
  });
  serve(app, 'giveSanctionNotice', ({ scope, params, body }) => giveNotice(db, scope, { ...body, id: params.id }));
  serve(app, 'extendDefence', ({ scope, params, body }) => extendDefence(db, scope, { ...body, id: params.id }));
  serve(app, 'stateDefence', ({ scope, params, body, headers }) =>
    stateDefence(db, scope, { ...body, id: params.id, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'sanctionImpact', ({ scope, params, body }) => previewSanction(db, scope, { ...body, id: params.id }));
  serve(app, 'proposeSanction', ({ scope, params, body, headers }) =>
    proposeSanction(db, scope, { ...body, id: params.id, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'answerSanctionProposal', ({ scope, params, body }) =>
    answerProposal(db, scope, { ...body, id: params.id }),
  );
  serve(app, 'appealSanction', ({ scope, params, body, headers }) =>
    appealSanction(db, scope, { ...body, id: params.id, requestKey: headers['idempotency-key'] }),
  );
  fileRoutes(app, deps);
  titleOrderRoutes(app, deps);
}

function fileRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'uploadSanctionFile', ({ scope, params, request }) =>
    takeUpload(deps, request, async (file) => {
      const attached = await attachSanctionFile(db, scope, { ...file, id: params.id });
      if (!attached.ok) return attached;
      const detail = await readSanction(db, scope, params.id, new Date());
      const found = detail?.files.find((one) => one.id === attached.value.id);
      return found ? given(found) : refused(NO_CASE);
    }),
  );
  serve(app, 'sanctionFile', async ({ scope, params, request, reply }) => {
    const file = await sanctionFile(db, scope, params);
    return file ? fileAnswer(deps, request, reply, file) : refused(NO_CASE);
  });
}

function titleOrderRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'titleOrders', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readTitleOrders(db, scope, { ...query, after }));
  });
  serve(app, 'reportTitleOrder', ({ scope, params, body }) => reportTitleOrder(db, scope, { ...body, id: params.id }));
  serve(app, 'answerTitleReport', ({ scope, params, body }) =>
    answerTitleReport(db, scope, { ...body, id: params.id }),
  );
}

const NO_CASE: Refusal = {
  code: 'not-found',
  detail: '没有找到这件案件。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};
