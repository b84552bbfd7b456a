import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Caller, notFound, refuse } from './caller.ts';

/** Pieces of evidence one claim can hold: enough for every page of a long training, little enough to review. */
export const EVIDENCE_LIMIT = 20;

type StoredFile = {
  claimId: string;
  fileName: string;
  mediaType: 'application/pdf' | 'image/jpeg' | 'image/png';
  sizeBytes: number;
  sha256: Buffer;
  storageKey: string;
};

/** Attaches a stored file to the caller's draft or to their claim in correction. On a refusal the caller removes the stored file. */
export async function attachEvidence(db: Db, caller: Caller, file: StoredFile): Promise<Outcomes<{ id: string }>> {
  return db.transaction().execute(async (trx) => {
    const barred = await whyNotEditable(trx, caller, file.claimId);
    if (barred) return barred;
    const { pieces } = await trx
      .selectFrom('evidence')
      .select((eb) => eb.fn.countAll<number>().as('pieces'))
      .where('claim_id', '=', file.claimId)
      .where('removed_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (pieces >= EVIDENCE_LIMIT) {
      return refuse(
        'evidence-limit',
        `一份申报最多上传 ${EVIDENCE_LIMIT} 份证明材料。`,
        '请合并为一个 PDF，或删除不需要的材料后再上传。',
      );
    }
    const made = await trx
      .insertInto('evidence')
      .values({
        claim_id: file.claimId,
        uploaded_by: caller.personId,
        file_name: file.fileName,
        media_type: file.mediaType,
        size_bytes: file.sizeBytes,
        sha256: file.sha256,
        storage_key: file.storageKey,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { ok: true, value: made };
  });
}

/** Takes a piece of evidence off the claim. Submitted versions keep theirs: the file itself stays. */
export async function removeEvidence(
  db: Db,
  caller: Caller,
  { claimId, evidenceId }: { claimId: string; evidenceId: string },
): Promise<Outcomes<{ id: string }>> {
  return db.transaction().execute(async (trx) => {
    const barred = await whyNotEditable(trx, caller, claimId);
    if (barred) return barred;
    const removed = await trx
      .updateTable('evidence')
      .set({ removed_at: new Date() })
      .where('id', '=', evidenceId)
      .where('claim_id', '=', claimId)
      .where('removed_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    return removed ? { ok: true, value: removed } : notFound('份证明材料');
  });
}

async function whyNotEditable(trx: Db, caller: Caller, claimId: string) {
  const claim = await trx
    .selectFrom('claim')
    .select(['state', 'act_seq', 'applied_seq'])
    .where('id', '=', claimId)
    .where('person_id', '=', caller.personId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!claim) return notFound('份申报');
  const editable = (claim.state === 'draft' || claim.state === 'correction') && claim.act_seq === claim.applied_seq;
  return editable
    ? null
    : refuse('claim-not-draft', '这份申报正在审核，不能更改证明材料。', '如需更改，可在初审办结前撤回后重新申报。');
}
