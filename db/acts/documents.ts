import type { AuditAction } from '../../contract/audit.ts';
import type { AuditDetail, AuditFacts } from '../../contract/audit-detail.ts';
import type { NewRecognitionDocument, RecognitionDocument } from '../../contract/documents.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { changesOf } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import { findDocument, keeperOf } from '../read/documents.ts';
import type { Scope } from '../read/scope.ts';
import { notFound, refuse } from './caller.ts';
import { askedBy, staleEntry } from './catalogue.ts';
import { keyReused } from './conflicts.ts';
import { audit } from './trail.ts';

const columnsOf = (given: NewRecognitionDocument) => ({
  number: given.number,
  level: given.level,
  authority_name: given.authorityName,
  kind: given.kind,
  title: given.title,
  subject: given.subject,
  counting: given.counting,
  ratio_hundredths: given.ratioHundredths,
  most_hundredths: given.mostHundredths,
  issued_on: given.issuedOn,
  from_on: given.fromOn,
  until_on: given.untilOn,
});

/** Enters a document by which an authority of the province or above recognised a form of learning (Arts. 11(8), 15); once for each `requestKey`. */
export async function createDocument(
  db: Db,
  scope: Scope,
  { requestKey, ...given }: NewRecognitionDocument & { requestKey: string },
): Promise<Outcomes<RecognitionDocument>> {
  const keeper = keeperOf(scope);
  if (!keeper) return notKeeper();
  return db.transaction().execute(async (trx) => {
    const made = await trx
      .insertInto('recognition_document')
      .values({ ...columnsOf(given), organisation_id: keeper.organisationId, ...askedBy(scope, requestKey) })
      .onConflict((c) => c.doNothing())
      .returning('id')
      .executeTakeFirst();
    return made
      ? record(trx, scope, made.id, 'document.created', factsOf(given))
      : madeBefore(trx, scope, given, requestKey);
  });
}

async function madeBefore(
  trx: Db,
  scope: Scope,
  { number, title }: NewRecognitionDocument,
  requestKey: string,
): Promise<Outcomes<RecognitionDocument>> {
  const before = await trx
    .selectFrom('recognition_document')
    .select(['id', 'number', 'title'])
    .where('created_by', '=', scope.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  if (!before) return numberTaken();
  if (before.number !== number || before.title !== title) return keyReused();
  const value = await findDocument(trx, scope, before.id);
  return value ? { ok: true, value } : notFound('份认可文件');
}

/** Changes an entry; what was filed keeps the facts it was filed with. Another authority's entry answers as an unknown one. */
export async function saveDocument(
  db: Db,
  scope: Scope,
  { id, revision, ...given }: NewRecognitionDocument & { id: string; revision: number },
): Promise<Outcomes<RecognitionDocument>> {
  if (!keeperOf(scope)) return notKeeper();
  try {
    return await db.transaction().execute(async (trx) => {
      const before = await findDocument(trx, scope, id);
      if (!before?.mine) return notFound('份认可文件');
      const saved = await trx
        .updateTable('recognition_document')
        .set({ ...columnsOf(given), revision: revision + 1 })
        .where('id', '=', id)
        .where('revision', '=', revision)
        .returning('id')
        .executeTakeFirst();
      return saved
        ? record(trx, scope, id, 'document.saved', changesOf(factsOf(before), factsOf(given)))
        : staleEntry();
    });
  } catch (error) {
    if (isNumberTaken(error)) return numberTaken();
    throw error;
  }
}

async function record(
  trx: Db,
  scope: Scope,
  id: string,
  action: AuditAction,
  detail: AuditDetail,
): Promise<Outcomes<RecognitionDocument>> {
  await audit(trx, scope, { action, subjectKind: 'recognition-document', subjectId: id, detail });
  const value = await findDocument(trx, scope, id);
  return value ? { ok: true, value } : notFound('份认可文件');
}

const factsOf = (of: NewRecognitionDocument) =>
  ({
    number: of.number,
    level: of.level,
    authorityName: of.authorityName,
    kind: of.kind,
    title: of.title,
    subject: of.subject,
    counting: of.counting,
    ratioHundredths: of.ratioHundredths,
    mostHundredths: of.mostHundredths,
    issuedOn: of.issuedOn,
    fromOn: of.fromOn,
    untilOn: of.untilOn,
  }) satisfies AuditFacts;

const notKeeper = () =>
  refuse('forbidden', '认可文件由省级行业主管部门和省人社厅登记。', '请联系所属行业的省级主管部门。', {
    provision: '15',
  });

const numberTaken = () =>
  refuse('code-taken', '同一文号、同一名称的认可文件已登记。', '请在列表中修改已有的一份。', {
    fields: [{ path: 'number', message: '已登记' }],
  });

const isNumberTaken = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'recognition_document_number_title_key';
