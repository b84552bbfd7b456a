import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { Written } from '../../contract/drafts.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { isDay, legalDay, yearOf } from '../../rules/calendar.ts';
import { claimYear } from '../../rules/deadlines.ts';
import { identityOf } from '../../rules/duplicates.ts';
import { isGoverned } from '../../rules/parameters.ts';
import { refusal } from '../../rules/refusals.ts';
import { FORMS } from '../../rules/vocabulary.ts';
import { withListedFacts } from '../catalogued.ts';
import type { Db } from '../connect.ts';
import type { ClaimRow } from '../schema.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { duplicateOpenClaim, isOneOpenClaim, keyReused, whyNotCorrected } from './conflicts.ts';
import { whyNotOwnDraft } from './own-draft.ts';
import { whyNotInRegister } from './register-ceiling.ts';
import { auditCte } from './trail.ts';

/** What a draft is saved with: the whole declaration, or what is typed of it so far, which nobody judges. */
export type Content = { declared: Declared } | { written: Written };

/** What the row says of its content: the content itself, and what the database compares it by. */
type Columns = {
  year: number;
  form: ClaimRow['form'];
  title: string;
  declaration: string | null;
  written: string | null;
  identity: string | null;
};

type Draft = { id: string; revision: number };

/**
 * A new draft of the caller's. With a `requestKey` seen before, the draft made then is returned and none is made; a key that was used for
 * other content is refused, with the draft it made.
 * @returns the claim's id and the revision that the next save must name
 */
export async function createDraft(
  db: Db,
  caller: Caller,
  { requestKey, ...content }: Content & { requestKey?: string | undefined },
): Promise<Outcomes<Draft>> {
  const columns = await columnsOf(db, caller, content);
  if (columns === null) return beforeMeasures();
  const { rows } = await sql<Draft>`
    with made as (
      insert into claim (person_id, request_key, year, form, title, declaration, written, identity)
      values (${caller.personId}, ${requestKey ?? null}, ${columns.year}, ${columns.form}, ${columns.title},
              ${columns.declaration}::jsonb, ${columns.written}::jsonb, ${columns.identity})
      on conflict (person_id, request_key) do nothing
      returning id, revision),
    ${auditCte(caller, { action: 'draft.created', subjectKind: 'claim', subjectId: sql`made.id`, from: 'made' })}
    select id, revision from made`.execute(db);
  const [made] = rows;
  return made ? { ok: true, value: made } : madeBefore(db, caller, requestKey ?? '', columns);
}

/** @returns null where the measures govern no day of a whole declaration */
async function columnsOf(db: Db, caller: Caller, content: Content): Promise<Columns | null> {
  if ('written' in content) return columnsOfWritten(content.written, legalDay(Date.now()));
  const declared = await withListedFacts(db, caller.personId, content.declared);
  const year = claimYear(asActivity(declared, false));
  if (year === null) return null;
  const { form, title } = declared;
  const identity = identityOf(asActivity(declared, false));
  return { year, form, title, declaration: JSON.stringify(declared), written: null, identity };
}

/** An unfinished draft stands under its form's name until it has one of its own, and in this year until its day says otherwise. */
function columnsOfWritten(written: Written, today: string): Columns {
  const title = written.title?.trim() ?? '';
  const on = written.on ?? written.days?.[0]?.on ?? '';
  const year = isDay(on) && isGoverned(yearOf(on)) ? yearOf(on) : yearOf(today);
  return {
    year,
    form: written.form,
    title: title === '' ? FORMS[written.form] : title,
    declaration: null,
    written: JSON.stringify(written),
    identity: null,
  };
}

async function madeBefore(db: Db, caller: Caller, requestKey: string, content: Columns): Promise<Outcomes<Draft>> {
  const isSame = sql<boolean>`declaration is not distinct from ${content.declaration}::jsonb
    and written is not distinct from ${content.written}::jsonb`;
  const { id, revision, same } = await db
    .selectFrom('claim')
    .select(['id', 'revision', isSame.as('same')])
    .where('person_id', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirstOrThrow();
  return same ? { ok: true, value: { id, revision } } : keyReused({ claimId: id, revision });
}

type Save = Content & { claimId: string; revision: number };

/** Saves a draft, or a claim returned for correction. `revision` is the one the caller last saw: a newer one is never overwritten. */
export async function saveDraft(db: Db, caller: Caller, save: Save): Promise<Outcomes<{ revision: number }>> {
  const columns = await columnsOf(db, caller, save);
  if (columns === null) return beforeMeasures();
  try {
    return await db.transaction().execute(async (trx) => {
      const claim = await lockOwn(trx, caller, save.claimId);
      if (!claim) return notFound('份申报');
      const barred = whyNotSaved(claim, save.revision) ?? (await whyNotContent(trx, caller, claim, save));
      return barred ?? { ok: true, value: await write(trx, caller, { ...save, state: claim.state }, columns) };
    });
  } catch (error) {
    // A working copy under correction still stands among the open claims.
    if (isOneOpenClaim(error)) return duplicateOpenClaim();
    throw error;
  }
}

/** A whole correction must still be the claim that was returned; what is typed of one is not judged yet. */
async function whyNotContent(trx: Db, caller: Caller, { state }: Held, save: Save) {
  const { claimId } = save;
  if (state === 'draft') return whyNotOwnDraft(trx, claimId);
  if ('written' in save) return null;
  const declared = await withListedFacts(trx, caller.personId, save.declared);
  return (
    (await whyNotCorrected(trx, claimId, declared)) ??
    (await whyNotInRegister(trx, { claimId, declared, personId: caller.personId }))
  );
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

type Saved = { claimId: string; revision: number; state: ClaimRow['state'] };

/** A correction keeps the last whole declaration beside what is typed since; a draft declares nothing until it is whole again. */
async function write(trx: Db, caller: Caller, save: Saved, columns: Columns): Promise<{ revision: number }> {
  const revision = save.revision + 1;
  const isTypedOnly = columns.declaration === null && save.state === 'correction';
  const changed = isTypedOnly
    ? sql`written = ${columns.written}::jsonb`
    : sql`year = ${columns.year}, form = ${columns.form}, title = ${columns.title}, declaration = ${columns.declaration}::jsonb,
        written = ${columns.written}::jsonb, identity = ${columns.identity}`;
  await sql`
    with saved as (
      update claim set ${changed}, revision = ${revision}, updated_at = clock_timestamp() where id = ${save.claimId}),
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
