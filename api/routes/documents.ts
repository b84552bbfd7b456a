import type { FastifyInstance } from 'fastify';
import { createDocument, saveDocument } from '../../db/acts/documents.ts';
import { listDocuments } from '../../db/read/documents.ts';
import type { Deps } from '../deps.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** Recognition documents: everybody chooses from them, the province's authorities keep them. */
export function documentRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'recognitionDocuments', async ({ scope, query }) => {
    const after = readCursor(query.after, 'day');
    return after === false ? refused(BAD_CURSOR) : given(await listDocuments(db, scope, { ...query, after }));
  });
  serve(app, 'createRecognitionDocument', ({ scope, body, headers }) =>
    createDocument(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'saveRecognitionDocument', ({ scope, params, body }) => saveDocument(db, scope, { ...params, ...body }));
}
