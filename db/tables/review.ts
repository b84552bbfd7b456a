import type { ColumnType } from 'kysely';
import type { RecusalRelation } from '../../rules/vocabulary.ts';

/** Which piece of evidence of which submitted version a reviewer has opened (已阅). Append-only. */
interface EvidenceSeenTable {
  claim_id: string;
  version: number;
  person_id: string;
  evidence_id: string;
  seen_at: ColumnType<Date, Date | string | undefined, never>;
}

/** Who has stepped back from a claim (回避), and why. Append-only. */
interface ClaimRecusalTable {
  claim_id: string;
  person_id: string;
  relation: RecusalRelation;
  note: string;
  task_id: string;
  recorded_by: string;
  recorded_at: ColumnType<Date, Date | string, never>;
}

/** The tables of the review's manners. */
export interface ReviewTables {
  evidence_seen: EvidenceSeenTable;
  claim_recusal: ClaimRecusalTable;
}
