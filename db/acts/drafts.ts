import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { claimYear } from '../../rules/deadlines.ts';
import { identityOf } from '../../rules/duplicates.ts';
import { refusal } from '../../rules/refusals.ts';
import type { Db } from '../connect.ts';
import { type Caller, notFound, refuse } from './caller.ts';

/** What a draft's row says of its content: the content itself and what the database compares it by. */
const contentOf = (declared: Declared, year: number) => ({
  year,
  form: declared.form,
  title: declared.title,
  declaration: JSON.stringify(declared),
  identity: identityOf(asActivity(declared, false)),
});

/**
 * A new draft of the caller's. With a `requestKey` seen before, the draft made then is returned and none is made.
 * @returns the claim's id and the revision that the next save must name
 */
export async function createDraft(
  db: Db,
  caller: Caller,
  { declared, requestKey }: { declared: Declared; requestKey?: string | undefined },
): Promise<Outcomes<{ id: string; revision: number }>> {
  const year = claimYear(asActivity(declared, false));
  if (year === null) return beforeMeasures();
  const made = await db
    .insertInto('claim')
    .values({ person_id: caller.personId, request_key: requestKey ?? null, ...contentOf(declared, year) })
    .onConflict((c) => c.columns(['person_id', 'request_key']).doNothing())
    .returning(['id', 'revision'])
    .executeTakeFirst();
  if (made) return { ok: true, value: made };
  const earlier = await db
    .selectFrom('claim')
    .select(['id', 'revision'])
    .where('person_id', '=', caller.personId)
    .where('request_key', '=', requestKey ?? '')
    .executeTakeFirstOrThrow();
  return { ok: true, value: earlier };
}

/** Saves a draft, or a claim returned for correction. `revision` is the one the caller last saw: a newer one is never overwritten. */
export async function saveDraft(
  db: Db,
  caller: Caller,
  { claimId, declared, revision }: { claimId: string; declared: Declared; revision: number },
): Promise<Outcomes<{ revision: number }>> {
  const year = claimYear(asActivity(declared, false));
  if (year === null) return beforeMeasures();
  const saved = await db
    .updateTable('claim')
    .set((eb) => ({ ...contentOf(declared, year), revision: eb('revision', '+', 1), updated_at: new Date() }))
    .where('id', '=', claimId)
    .where('person_id', '=', caller.personId)
    .where('revision', '=', revision)
    .where('state', 'in', ['draft', 'correction'])
    .whereRef('act_seq', '=', 'applied_seq')
    .returning('revision')
    .executeTakeFirst();
  return saved ? { ok: true, value: saved } : whyNotSaved(db, caller, claimId, revision);
}

async function whyNotSaved(db: Db, caller: Caller, claimId: string, revision: number) {
  const claim = await db
    .selectFrom('claim')
    .select(['state', 'revision'])
    .where('id', '=', claimId)
    .where('person_id', '=', caller.personId)
    .executeTakeFirst();
  if (!claim) return notFound('份申报');
  if (claim.revision !== revision) {
    return refuse(
      'revision-changed',
      '这份申报已在别处保存过新的内容。',
      '请刷新后在最新内容上修改；您刚填写的内容仍在页面上。',
      {
        more: { revision: claim.revision },
      },
    );
  }
  return refuse('claim-not-draft', '这份申报已提交，正在审核，不能修改。', '如需修改，可在初审办结前撤回后重新申报。');
}

/** Discards a draft that was never submitted; anything submitted stays on record. */
export async function discardDraft(db: Db, caller: Caller, claimId: string): Promise<Outcomes<{ id: string }>> {
  return db.transaction().execute(async (trx) => {
    const draft = await trx
      .selectFrom('claim')
      .select(['id', 'state'])
      .where('id', '=', claimId)
      .where('person_id', '=', caller.personId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!draft) return notFound('份申报');
    if (draft.state !== 'draft') {
      return refuse('claim-not-draft', '这份申报已提交，不能删除。', '可在初审办结前撤回申报。');
    }
    await trx.deleteFrom('evidence').where('claim_id', '=', claimId).execute();
    await trx.deleteFrom('claim').where('id', '=', claimId).execute();
    return { ok: true, value: { id: claimId } };
  });
}

function beforeMeasures() {
  const { message, fix, basis, code } = refusal('before-measures');
  return refuse('not-declarable', message, fix, { provision: basis[0], more: { rule: code } });
}
