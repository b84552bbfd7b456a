import type { FastifyInstance } from 'fastify';
import { closeLedgerCase, noteLedgerCaseRead } from '../../db/acts/ledger-cases.ts';
import { readLedgerCase, readLedgerCases } from '../../db/read/ledger-cases.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { serve } from '../serve.ts';

/** Years of the ledger that do not agree with their recomputation. */
export function ledgerCaseRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'ledgerCases', ({ scope }) => readLedgerCases(db, scope, today()));
  serve(app, 'ledgerCase', async ({ scope, params: { id } }) => {
    const found = await readLedgerCase(db, scope, { id, today: today() });
    if (found.ok) await noteLedgerCaseRead(db, scope, id);
    return found;
  });
  serve(app, 'closeLedgerCase', ({ scope, params, body }) => closeLedgerCase(db, scope, { id: params.id, ...body }));
}
