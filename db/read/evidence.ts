import { sql } from 'kysely';
import type { Evidence } from '../../contract/evidence.ts';
import type { Db } from '../connect.ts';
import type { EvidenceRow } from '../schema.ts';
import { type Scope, visibleClaim } from './scope.ts';

export type StoredEvidence = Pick<EvidenceRow, 'file_name' | 'media_type' | 'size_bytes' | 'storage_key'>;

/** A piece of evidence the caller may open: their own, or part of a submitted version of a claim they may see. */
export async function evidenceFile(
  db: Db,
  scope: Scope,
  { claimId, evidenceId }: { claimId: string; evidenceId: string },
): Promise<StoredEvidence | undefined> {
  const { rows } = await sql<StoredEvidence>`
    select e.file_name, e.media_type, e.size_bytes, e.storage_key
    from evidence e join claim c on c.id = e.claim_id
    where e.id = ${evidenceId} and c.id = ${claimId} and ${visibleClaim(scope)}
      and ((c.person_id = ${scope.personId} and e.removed_at is null) or ${wasSubmitted})`.execute(db);
  return rows[0];
}

/** What the evidence `e` of the claim `c` is part of: a version that was submitted. */
const wasSubmitted = sql<boolean>`exists (
  select 1 from claim_version v where v.claim_id = c.id and e.id = any (v.evidence_ids))`;

/** The claim's evidence as the declarant, or as its reviewers, see it. */
export async function evidenceOf(db: Db, claimId: string, sees: 'declarant' | 'reviewer'): Promise<Evidence[]> {
  const { rows } = await sql<EvidenceRow>`
    select e.* from evidence e join claim c on c.id = e.claim_id
    where c.id = ${claimId} and (${sees === 'declarant' ? sql`e.removed_at is null or` : sql``} ${wasSubmitted})
    order by e.id`.execute(db);
  return rows.map(asEvidence);
}

export const asEvidence = (row: EvidenceRow): Evidence => ({
  id: row.id,
  fileName: row.file_name,
  mediaType: row.media_type,
  sizeBytes: row.size_bytes,
  sha256: row.sha256.toString('hex'),
  uploadedAt: row.uploaded_at.toISOString(),
  removed: row.removed_at !== null,
});

/** One piece, for the answer to its upload. */
export const evidenceById = async (db: Db, id: string): Promise<Evidence> =>
  asEvidence(await db.selectFrom('evidence').selectAll().where('id', '=', id).executeTakeFirstOrThrow());

/** The pieces of a version that the person has opened. */
export async function seenBy(
  db: Db,
  personId: string,
  { claimId, version }: { claimId: string; version: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('evidence_seen')
    .select('evidence_id')
    .where('claim_id', '=', claimId)
    .where('version', '=', version)
    .where('person_id', '=', personId)
    .orderBy('evidence_id')
    .execute();
  return rows.map((row) => row.evidence_id);
}
