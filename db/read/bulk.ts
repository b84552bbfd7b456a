import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';
import type { Form } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';

export type BulkCandidate = {
  taskId: string;
  form: Form;
  /** Why it wants a look of its own, in Chinese; null when the rules find nothing. */
  concern: string | null;
};

type Row = {
  id: string;
  form: Form;
  declaration: Declared;
  study_archive: boolean | null;
  shared_file: boolean;
};

/** What a bulk approval must know of each task: its form, and whether the rules find it clean. Unknown ids are left out. */
export async function bulkCandidates(db: Db, taskIds: string[]): Promise<BulkCandidate[]> {
  const { rows } = await sql<Row>`
    select t.id, t.form, c.declaration, e.study_archive, exists (
      select 1 from evidence f join evidence o on o.sha256 = f.sha256 and o.claim_id <> f.claim_id and o.removed_at is null
      join claim x on x.id = o.claim_id and x.person_id <> c.person_id and x.version > 0
      where f.claim_id = c.id and f.removed_at is null) as shared_file
    from task t join claim c on c.id = t.claim_id left join organisation e on e.id = c.employer_id
    where t.id = any (${taskIds}::uuid[])`.execute(db);
  return rows.map((row) => ({ taskId: row.id, form: row.form, concern: concernOf(row) }));
}

function concernOf(row: Row): string | null {
  if (row.shared_file) return '证明材料与他人申报中的文件相同，需要逐项审核。';
  const ruling = recogniseClaim(asActivity(row.declaration, true), { studyArchive: row.study_archive ?? false });
  return ruling.outcome === 'refused' ? `规则核验未通过：${ruling.message}` : null;
}
