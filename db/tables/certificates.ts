import type { Generated, Selectable } from 'kysely';
import type { Statement } from '../../rules/certificate.ts';
import type { CertificateEnd, CertificateState } from '../../rules/vocabulary.ts';
import type { InstantNow, InstantOrNull, Json } from '../columns.ts';

/** Certificates and their printing (migration 0008). */
export interface CertificateTables {
  certificate: CertificateTable;
  certificate_case: {
    certificate_id: string;
    missing: string[];
    opened_at: InstantNow;
    closed_at: InstantOrNull;
  };
  certificate_batch: CertificateBatchTable;
}

interface CertificateTable {
  id: Generated<string>;
  number: string;
  code: string;
  person_id: string;
  year: number;
  issue: number;
  state: Generated<CertificateState>;
  statement: Json<Statement>;
  issued_at: InstantNow;
  issued_by: string | null;
  ended_at: InstantOrNull;
  end_reason: CertificateEnd | null;
  succeeded_by: string | null;
}

interface CertificateBatchTable {
  id: Generated<string>;
  employer_id: string;
  year: number;
  person_ids: string[] | null;
  requested_by: string;
  request_key: string | null;
  total: number;
  printed: Generated<number>;
  skipped: Generated<number>;
  created_at: InstantNow;
  started_at: InstantOrNull;
  seen_at: InstantOrNull;
  finished_at: InstantOrNull;
}

export type CertificateRow = Selectable<CertificateTable>;
export type CertificateBatchRow = Selectable<CertificateBatchTable>;
