import type { FastifyInstance } from 'fastify';
import type { Outcomes } from '../../contract/problems.ts';
import type { Repair, RepairBulk } from '../../contract/repairs.ts';
import { isProvinceAdministrator, notFound, provinceOnly } from '../../db/acts/caller.ts';
import { answerRepair, answerRepairBulk, reconcileNow, repair, repairAll, tryRepair } from '../../db/acts/repairs.ts';
import { readFinding, readFindings, readRepair, readRepairBulk, readRepairs } from '../../db/read/repairs.ts';
import type { Scope } from '../../db/read/scope.ts';
import type { Deps } from '../deps.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR, readCursor } from './claims.ts';

/** The stuck console (滞留事项): what does not move or agree, and its repairs. */
export function repairsRoutes(app: FastifyInstance, { db, config }: Deps): void {
  const { temporalUi = null } = config;
  const shown = async (scope: Scope, done: Outcomes<{ id: string }>): Promise<Outcomes<Repair>> => {
    if (!done.ok) return done;
    const found = await readRepair(db, scope, done.value.id);
    return found ? given(found) : notFound('项处理');
  };
  const shownBulk = async (scope: Scope, done: Outcomes<{ id: string }>): Promise<Outcomes<RepairBulk>> => {
    if (!done.ok) return done;
    const found = await readRepairBulk(db, scope, done.value.id);
    return found ? given(found) : notFound('次批量处理');
  };
  serve(app, 'findings', async ({ scope, query }) => {
    const after = readCursor(query.after, 'instant');
    return after === false ? refused(BAD_CURSOR) : given(await readFindings(db, scope, { ...query, after }));
  });
  serve(app, 'finding', ({ scope, params }) => readFinding(db, scope, { id: params.id, temporalUi }));
  serve(app, 'reconcileNow', ({ scope }) => reconcileNow(db, scope));
  serve(app, 'tryRepair', ({ scope, params, body }) => tryRepair(db, scope, { ...body, findingId: params.id }));
  serve(app, 'repair', async ({ scope, params, headers, body }) =>
    shown(scope, await repair(db, scope, { ...body, findingId: params.id, requestKey: headers['idempotency-key'] })),
  );
  serve(app, 'repairs', async ({ scope }) =>
    isProvinceAdministrator(scope) ? given(await readRepairs(db, scope)) : provinceOnly(),
  );
  serve(app, 'answerRepair', async ({ scope, params, body }) =>
    shown(scope, await answerRepair(db, scope, { ...body, id: params.id })),
  );
  serve(app, 'repairAll', async ({ scope, headers, body }) =>
    shownBulk(scope, await repairAll(db, scope, { ...body, requestKey: headers['idempotency-key'] })),
  );
  serve(app, 'answerRepairBulk', async ({ scope, params, body }) =>
    shownBulk(scope, await answerRepairBulk(db, scope, { ...body, id: params.id })),
  );
}
