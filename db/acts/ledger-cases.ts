import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Caller, isProvinceAdministrator, notFound, provinceOnly, refuse } from './caller.ts';
import { audit } from './trail.ts';

/** What administrators of the province do with a case of the ledger. */

/** Closes a case with the reason. While the year does not agree, the next check that meets it opens another. */
export async function closeLedgerCase(
  db: Db,
  caller: Caller,
  { id, reason }: { id: string; reason: string },
): Promise<Outcomes<{ id: string }>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  return db.transaction().execute(async (trx) => {
    const found = await trx
      .selectFrom('ledger_case')
      .select(['person_id', 'closed_at'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!found) return notFound('个台账核对事项');
    if (found.person_id === caller.personId)
      return refuse('own-claim', '不能办理涉及本人学时的核对事项。', '请由其他管理员办理。');
    if (found.closed_at !== null)
      return refuse('case-moved', '这个核对事项已经结案。', '请刷新页面查看；仍不一致的，下次核对会重新立案。');
    await trx
      .updateTable('ledger_case')
      .set({ closed_at: new Date(), closed_by: caller.personId, note: reason })
      .where('id', '=', id)
      .execute();
    const entry = { action: 'ledger-case.closed', subjectKind: 'ledger-case', subjectId: id } as const;
    await audit(trx, caller, { ...entry, organisationId: 'hrss-420000' });
    return { ok: true, value: { id } };
  });
}

/** Looking at somebody's figures leaves a line (who looked, at which case). */
export const noteLedgerCaseRead = (db: Db, caller: Caller, id: string): Promise<void> =>
  audit(db, caller, {
    action: 'ledger-case.read',
    subjectKind: 'ledger-case',
    subjectId: id,
    organisationId: 'hrss-420000',
  });
