import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import { concludeCheck } from '../../db/acts/checks.ts';
import { answerInquiry, concludeInquiry } from '../../db/acts/inquiries.ts';
import { countFrame, drawInspection } from '../../db/acts/inspections.ts';
import { readCheck, readChecks } from '../../db/read/checks.ts';
import { readInquiries } from '../../db/read/inquiries.ts';
import { readInspection, readInspectionIds, readInspections } from '../../db/read/inspections.ts';
import type { Deps } from '../deps.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** Inspections (抽查, Art. 20): drawn, checked, and how employers use the results. */
export function inspectionRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'inspectionFrame', ({ scope, query }) => countFrame(db, scope, query));
  serve(app, 'drawInspection', ({ scope, body, headers }) =>
    drawInspection(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'inspections', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readInspections(db, scope, { ...query, after }));
  });
  serve(app, 'inspection', async ({ scope, params }) => {
    const inspection = await readInspection(db, scope, params.id);
    return inspection ? given(inspection) : refused(NOT_THERE);
  });
  serve(app, 'inspectionIds', async ({ scope, params }) => {
    const ids = await readInspectionIds(db, scope, params.id);
    return ids ? given(ids) : refused(NOT_THERE);
  });
  serve(app, 'checks', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readChecks(db, scope, { ...query, after }));
  });
  serve(app, 'check', async ({ scope, params }) => {
    const check = await readCheck(db, scope, params.id);
    return check ? given(check) : refused(NOT_THERE);
  });
  serve(app, 'concludeCheck', ({ scope, params, body }) => concludeCheck(db, scope, { ...body, id: params.id }));
  serve(app, 'inquiries', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readInquiries(db, scope, { ...query, after }));
  });
  serve(app, 'answerInquiry', ({ scope, params, body }) => answerInquiry(db, scope, { ...body, id: params.id }));
  serve(app, 'concludeInquiry', ({ scope, params, body }) => concludeInquiry(db, scope, { ...body, id: params.id }));
}

const NOT_THERE: Refusal = {
  code: 'not-found',
  detail: '没有找到这项抽查或核查。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};
