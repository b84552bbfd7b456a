import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import { notePersonYearRead } from '../../db/acts/person-years.ts';
import { readPersonYear } from '../../db/read/person-year.ts';
import { readPreview } from '../../db/read/preview.ts';
import { readYear } from '../../db/read/years.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';

const NO_PERSON: Refusal = {
  code: 'not-found',
  detail: '没有找到这名人员。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};

/** A person's own year, that of somebody the caller oversees, and what an activity would make of it. */
export function yearRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'year', async ({ scope, params }) => given(await readYear(db, scope.personId, params.year, today())));
  serve(app, 'personYear', async ({ scope, params: { id: personId, year } }) => {
    const found = await readPersonYear(db, scope, { personId, year, today: today() });
    if (personId !== scope.personId) await notePersonYearRead(db, scope, { personId, year, seen: found !== null });
    return found === null ? refused(NO_PERSON) : given(found);
  });
  serve(app, 'preview', async ({ scope, body }) => given(await readPreview(db, scope.personId, body, today())));
}
