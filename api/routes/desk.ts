import type { FastifyInstance } from 'fastify';
import { changeReply, changeView, removeReply, removeView, saveReply, saveView } from '../../db/acts/desk.ts';
import { readReplies, readViews } from '../../db/read/desk.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** A reviewer's own views (我的视图) and replies (常用语). */
export function deskRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'views', async ({ scope }) => given({ items: await readViews(db, scope, today()) }));
  serve(app, 'saveView', ({ scope, body, headers }) =>
    saveView(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'changeView', ({ scope, params, body }) => changeView(db, scope, params.id, body));
  serve(app, 'removeView', ({ scope, params }) => removeView(db, scope, params.id));
  serve(app, 'replies', async ({ scope }) => given({ items: await readReplies(db, scope.personId) }));
  serve(app, 'saveReply', ({ scope, body, headers }) =>
    saveReply(db, scope, { ...body, requestKey: headers['idempotency-key'] }),
  );
  serve(app, 'changeReply', ({ scope, params, body }) => changeReply(db, scope, params.id, body));
  serve(app, 'removeReply', ({ scope, params }) => removeReply(db, scope, params.id));
}
