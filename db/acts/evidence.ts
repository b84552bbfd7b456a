import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { whyNotOwnDraft } from './own-draft.ts';
import { auditCte } from './trail.ts';

/** Pieces of evidence one claim can hold: enough for every page of a long training, little enough to review. */
export const EVIDENCE_LIMIT = 20;
/** Uploads one claim takes in all, those taken off again included: nobody fills the store by uploading and removing. */
export const UPLOAD_LIMIT = 60;

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
    const full = await whyNotMore(trx, file.claimId);
    if (full) return full;
    const { rows } = await sql<{ id: string }>`
      with made as (
        insert into evidence (claim_id, uploaded_by, file_name, media_type, size_bytes, sha256, storage_key)
        values (${file.claimId}, ${caller.personId}, ${file.fileName}, ${file.mediaType}, ${file.sizeBytes}, ${file.sha256},
                ${file.storageKey})
        returning id),
      ${auditCte(caller, {
        action: 'evidence.added',
        subjectKind: 'evidence',
        subjectId: sql`made.id`,
        detail: { claimId: file.claimId },
        from: 'made',
      })}
      select id from made`.execute(trx);
    const [made] = rows;
    if (!made) throw new Error('a piece of evidence was neither stored nor refused');
    return { ok: true, value: made };
  });
}

async function whyNotMore(trx: Db, claimId: string) {
  const { pieces, uploads } = await trx
    .selectFrom('evidence')
    .select((eb) => eb.fn.countAll<number>().as('uploads'))
    .select((eb) => eb.fn.countAll<number>().filterWhere('removed_at', 'is', null).as('pieces'))
    .where('claim_id', '=', claimId)
    .executeTakeFirstOrThrow();
  if (pieces >= EVIDENCE_LIMIT) {
    return refuse(
      'evidence-limit',
      `一份申报最多保留 ${EVIDENCE_LIMIT} 份证明材料。`,
      '请合并为一个 PDF，或删除不需要的材料后再上传。',
    );
  }
  if (uploads < UPLOAD_LIMIT) return null;
  return refuse(
    'evidence-limit',
    `一份申报累计最多上传 ${UPLOAD_LIMIT} 次，已删除的也计算在内。`,
    '请用现有材料提交；确需更换的，可删除草稿或撤回后重新申报。',
  );
}

/**
 * Takes a piece of evidence off the claim. A submitted version keeps its pieces and their files.
 * @returns `storageKey` of a piece that neither a version nor a unit's archive holds: nobody can open it any more, and the caller removes
 * its file
 */
export async function removeEvidence(
  db: Db,
  caller: Caller,
  { claimId, evidenceId }: { claimId: string; evidenceId: string },
): Promise<Outcomes<{ id: string; storageKey: string | null }>> {
  return db.transaction().execute(async (trx) => {
    const barred = await whyNotEditable(trx, caller, claimId);
    if (barred) return barred;
    const { rows } = await sql<{ id: string; storageKey: string | null }>`
      with removed as (
        update evidence set removed_at = now()
        where id = ${evidenceId} and claim_id = ${claimId} and removed_at is null
        returning id, storage_key, training_file_id),
      ${auditCte(caller, {
        action: 'evidence.removed',
        subjectKind: 'evidence',
        subjectId: sql`removed.id`,
        detail: { claimId },
        from: 'removed',
      })}
      select id, case when training_file_id is null and not exists (
        select 1 from claim_version v where v.claim_id = ${claimId} and removed.id = any (v.evidence_ids)) then storage_key
      end as "storageKey" from removed`.execute(trx);
    const [removed] = rows;
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
    ? claim.state === 'draft'
      ? whyNotOwnDraft(trx, claimId)
      : null
    : refuse('claim-not-draft', '这份申报正在审核，不能更改证明材料。', '如需更改，可在初审办结前撤回后重新申报。');
}
