import type { Db } from '../connect.ts';
import type { CaseKind } from '../tables/deferrals.ts';

/** What every case of supervision shows: its story and its files. */

type Detail = Record<string, string | number>;
export type CaseWords = Readonly<Record<string, (detail: Detail) => string>>;

/** The case's story in order, in the words of its kind. */
export async function eventsOf(db: Db, caseKind: CaseKind, id: string, words: CaseWords) {
  const rows = await db
    .selectFrom('case_event as v')
    .leftJoin('person as p', 'p.id', 'v.actor_id')
    .leftJoin('organisation as o', 'o.id', 'v.organisation_id')
    .select(['v.at', 'v.kind', 'v.detail', 'p.name as person', 'o.name as organisation'])
    .where('v.case_kind', '=', caseKind)
    .where('v.case_id', '=', id)
    .orderBy('v.id')
    .execute();
  return rows.map((v) => ({
    at: v.at.toISOString(),
    text: words[v.kind]?.(v.detail) ?? v.kind,
    by: [v.organisation, v.person].filter(Boolean).join(' ') || '系统',
  }));
}

/** The case's files, in the order they came. */
export async function filesOf(db: Db, caseKind: CaseKind, id: string) {
  const rows = await db
    .selectFrom('case_file')
    .select(['id', 'file_name', 'media_type', 'size_bytes', 'sha256', 'uploaded_at', 'organisation_id'])
    .where('case_kind', '=', caseKind)
    .where('case_id', '=', id)
    .orderBy('id')
    .execute();
  return rows.map((file) => ({
    id: file.id,
    fileName: file.file_name,
    mediaType: file.media_type,
    sizeBytes: file.size_bytes,
    sha256: file.sha256.toString('hex'),
    uploadedAt: file.uploaded_at.toISOString(),
    organisationId: file.organisation_id,
  }));
}

/** A file of the case, for whoever may see the case. */
export const fileOf = (db: Db, caseKind: CaseKind, { id, fileId }: { id: string; fileId: string }) =>
  db
    .selectFrom('case_file')
    .select(['storage_key', 'file_name', 'media_type', 'size_bytes'])
    .where('case_kind', '=', caseKind)
    .where('case_id', '=', id)
    .where('id', '=', fileId)
    .executeTakeFirst();
