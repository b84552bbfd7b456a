import type { Db } from '../connect.ts';
import { refuse } from './caller.ts';

/** A draft the unit proposed is confirmed or objected to as it is: changed, it would no longer be what the unit declares. */
export async function whyNotOwnDraft(trx: Db, claimId: string) {
  const proposed = await trx.selectFrom('proposal').select('id').where('claim_id', '=', claimId).executeTakeFirst();
  return proposed
    ? refuse(
        'claim-proposed',
        '这是单位按学习档案代报的申报，不能自行修改或删除。',
        '请在“我的申报”中确认；与事实不符的，请提出异议。',
      )
    : null;
}
