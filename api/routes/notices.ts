import type { FastifyInstance } from 'fastify';
import { changeContact, markRead } from '../../db/acts/notices.ts';
import { countUnread, readContact, readNotices } from '../../db/read/notices.ts';
import type { Deps } from '../deps.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** What a person has been told, and how they wish to be told. */
export function noticeRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'notices', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    if (after === false) return refused(BAD_CURSOR);
    return given(await readNotices(db, scope.personId, { unread: query.unread === 'true', limit: query.limit, after }));
  });
  serve(app, 'readNotices', async ({ scope, body }) => {
    await markRead(db, scope.personId, body);
    return given({ unread: await countUnread(db, scope.personId) });
  });
  serve(app, 'contact', async ({ scope }) => given(await readContact(db, scope.personId)));
  serve(app, 'changeContact', async ({ scope, body }) => given(await changeContact(db, scope, body)));
}
