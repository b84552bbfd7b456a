import { sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit.ts';
import type { Db } from '../connect.ts';
import type { CaseKind } from '../tables/deferrals.ts';
import { refuse } from './caller.ts';
import { auditCte, caseEventCte, lookAt } from './trail.ts';

/** What the acts on cases of supervision have in common: their story, and their files. */

/** Who acts on a case; nobody known when a complaint comes in. */
type CaseActor = { personId: string | null; requestId: string };

type CaseLine = {
  caseKind: CaseKind;
  id: string;
  kind: AuditDeed;
  organisationId?: string | undefined;
  detail?: Record<string, string | number>;
  /** The case has a workflow that must look at the record. */
  wakes?: boolean;
};

/** The case's story, the audit (without its words) and the workflow's look, if it has one: one statement. */
export async function recordCase(trx: Db, actor: CaseActor, line: CaseLine): Promise<void> {
  const { caseKind, id, kind, organisationId, detail = {}, wakes = false } = line;
  const audited = auditCte(actor, {
    action: `${caseKind}.${kind}`,
    subjectKind: caseKind,
    subjectId: id,
    organisationId,
  });
  const told = caseEventCte({ caseKind, caseId: id, kind, actorId: actor.personId, organisationId, detail });
  await sql`with ${told}, ${audited} ${wakes ? lookAt(caseKind, id) : sql`select 1`}`.execute(trx);
}

export type StoredFile = {
  fileName: string;
  mediaType: 'application/pdf' | 'image/jpeg' | 'image/png';
  sizeBytes: number;
  sha256: Buffer;
  storageKey: string;
};

type Attachment = {
  caseKind: CaseKind;
  caseId: string;
  uploadedBy: string | null;
  organisationId: string | null;
  file: StoredFile;
};

/** Puts a stored file to a case whose row the caller holds locked. @returns a refusal when the case has its full number */
export async function attachCaseFile(
  trx: Db,
  { caseKind, caseId, uploadedBy, organisationId, file }: Attachment,
  limit: number,
) {
  const { n } = await trx
    .selectFrom('case_file')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('case_kind', '=', caseKind)
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  if (n >= limit) return refuse('evidence-limit', `最多上传 ${limit} 个文件。`, '请合并为一个 PDF 后上传。');
  const value = await trx
    .insertInto('case_file')
    .values({
      case_kind: caseKind,
      case_id: caseId,
      uploaded_by: uploadedBy,
      organisation_id: organisationId,
      file_name: file.fileName,
      media_type: file.mediaType,
      size_bytes: file.sizeBytes,
      sha256: file.sha256,
      storage_key: file.storageKey,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { ok: true as const, value };
}
