import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { claimYear } from '../../rules/deadlines.ts';
import { identityOf } from '../../rules/duplicates.ts';
import { refusal } from '../../rules/refusals.ts';
import { withListedFacts } from '../catalogued.ts';
import type { Db } from '../connect.ts';
import type { ClaimRow } from '../schema.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { duplicateOpenClaim, isOneOpenClaim, keyReused, whyNotCorrected } from './conflicts.ts';
import { whyNotOwnDraft } from './own-draft.ts';
import { whyNotInRegister } from './register-ceiling.ts';
import { auditCte } from './trail.ts';

/** What a draft's row says of its content: the content itself and what the database compares it by. */
const contentOf = (declared: Declared, year: number) => ({
  year,
  form: declared.form,
  title: declared.title,
  declaration: JSON.stringify(declared),
  identity: identityOf(asActivity(declared, false)),
});

type Draft = { id: string; revision: number };

/**
 * A new draft of the caller's. With a `requestKey` seen before, the draft made then is returned and none is made; a key that was used for
 * other content is refused, with the draft it made.
 * @returns the claim's id and the revision that the next save must name
 */
export async function createDraft(
  db: Db,
  caller: Caller,
  { declared: written, requestKey }: { declared: Declared; requestKey?: string | undefined },
): Promise<Outcomes<Draft>> {
  const declared = await withListedFacts(db, caller.personId, written);
  const year = claimYear(asActivity(declared, false));
  if (year === null) return beforeMeasures();
  const content = contentOf(declared, year);
  const { rows } = await sql<Draft>`
    with made as (
      insert into claim (person_id, request_key, year, form, title, declaration, identity)
      values (${caller.personId}, ${requestKey ?? null}, ${year}, ${content.form}, ${content.title}, ${content.declaration}::jsonb,
              ${content.identity})
      on conflict (person_id, request_key) do nothing
      returning id, revision),
    ${auditCte(caller, { action: 'draft.created', subjectKind: 'claim', subjectId: sql`made.id`, from: 'made' })}
    select id, revision from made`.execute(db);
  const [made] = rows;
  return made ? { ok: true, value: made } : madeBefore(db, caller, requestKey ?? '', content.declaration);
}

async function madeBefore(db: Db, caller: Caller, requestKey: string, declaration: string): Promise<Outcomes<Draft>> {
  const { id, revision, same } = await db
    .selectFrom('claim')
    .select(['id', 'revision', sql<boolean>`declaration = ${declaration}::jsonb`.as('same')])
    .where('person_id', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirstOrThrow();
  return same ? { ok: true, value: { id, revision } } : keyReused({ claimId: id, revision });
}

type Save = { claimId: string; declared: Declared; revision: number };

/** Saves a draft, or a claim returned for correction. `revision` is the one the caller last saw: a newer one is never overwritten. */
export async function saveDraft(db: Db, caller: Caller, written: Save): Promise<Outcomes<{ revision: number }>> {
  const save = { ...written, declared: await withListedFacts(db, caller.personId, written.declared) };
  const year = claimYear(asActivity(save.declared, false));
  if (year === null) return beforeMeasures();
  try {
    return await db.transaction().execute(async (trx) => {
      const claim = await lockOwn(trx, caller, save.claimId);
      if (!claim) return notFound('份申报');
      const barred =
        whyNotSaved(claim, save.revision) ??
        (claim.state === 'correction'
          ? ((await whyNotCorrected(trx, save.claimId, save.declared)) ??
            (await whyNotInRegister(trx, { ...save, personId: caller.personId })))
          : await whyNotOwnDraft(trx, save.claimId));
      if (barred) return barred;
      return { ok: true, value: await write(trx, caller, save, year) };
    });
  } catch (error) {
    // A working copy under correction still stands among the open claims.
    if (isOneOpenClaim(error)) return duplicateOpenClaim();
    throw error;
  }
}

type Held = Pick<ClaimRow, 'state' | 'revision' | 'act_seq' | 'applied_seq'>;

const lockOwn = (trx: Db, caller: Caller, claimId: string): Promise<Held | undefined> =>
  trx
    .selectFrom('claim')
    .select(['state', 'revision', 'act_seq', 'applied_seq'])
    .where('id', '=', claimId)
    .where('person_id', '=', caller.personId)
    .forNoKeyUpdate()
    .executeTakeFirst();

function whyNotSaved(claim: Held, revision: number) {
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
  const editable = (claim.state === 'draft' || claim.state === 'correction') && claim.act_seq === claim.applied_seq;
  return editable
    ? null
    : refuse('claim-not-draft', '这份申报已提交，正在审核，不能修改。', '如需修改，可在初审办结前撤回后重新申报。');
}

async function write(trx: Db, caller: Caller, save: Save, year: number): Promise<{ revision: number }> {
  const { form, title, declaration, identity } = contentOf(save.declared, year);
  const revision = save.revision + 1;
  await sql`
    with saved as (
      update claim set year = ${year}, form = ${form}, title = ${title}, declaration = ${declaration}::jsonb, identity = ${identity},
        revision = ${revision}, updated_at = clock_timestamp()
      where id = ${save.claimId}),
    ${auditCte(caller, { action: 'draft.saved', subjectKind: 'claim', subjectId: save.claimId, detail: { revision } })}
    select 1`.execute(trx);
  return { revision };
}

/**
 * Discards a draft that was never submitted; anything submitted stays on record.
 * @returns the keys of its files, taken with the rows themselves so that an upload in between leaves none behind
 */
export async function discardDraft(
  db: Db,
  caller: Caller,
  claimId: string,
): Promise<Outcomes<{ id: string; storageKeys: string[] }>> {
  return db.transaction().execute(async (trx) => {
    const draft = await lockOwn(trx, caller, claimId);
    if (!draft) return notFound('份申报');
    if (draft.state !== 'draft') {
      return refuse('claim-not-draft', '这份申报已提交，不能删除。', '可在初审办结前撤回申报。');
    }
    const proposed = await whyNotOwnDraft(trx, claimId);
    if (proposed) return proposed;
    const files = await trx.deleteFrom('evidence').where('claim_id', '=', claimId).returning('storage_key').execute();
    await sql`
      with discarded as (delete from claim where id = ${claimId}),
      ${auditCte(caller, { action: 'draft.discarded', subjectKind: 'claim', subjectId: claimId })}
      select 1`.execute(trx);
    return { ok: true, value: { id: claimId, storageKeys: files.map((file) => file.storage_key) } };
  });
}

function beforeMeasures() {
  const { message, fix, basis, code } = refusal('before-measures');
  return refuse('not-declarable', message, fix, { provision: basis[0], more: { rule: code } });
}
