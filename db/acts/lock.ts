import type { Db } from '../connect.ts';
import type { ClaimRow } from '../schema.ts';

export type LockedClaim = Pick<
  ClaimRow,
  'id' | 'state' | 'act_seq' | 'applied_seq' | 'stage_seq' | 'version' | 'plan' | 'declaration' | 'correction_due_at'
>;

/** The claim of a task, locked: the first lock of every act on it. */
export async function lockClaimOf(trx: Db, taskId: string): Promise<LockedClaim | undefined> {
  return trx
    .selectFrom('claim')
    .select([
      'id',
      'state',
      'act_seq',
      'applied_seq',
      'stage_seq',
      'version',
      'plan',
      'declaration',
      'correction_due_at',
    ])
    .where('id', '=', (eb) => eb.selectFrom('task').select('claim_id').where('id', '=', taskId))
    .forNoKeyUpdate()
    .executeTakeFirst();
}
