import type { Instant } from '../columns.ts';

/** The audit trail's chain (migration 0025); the database alone writes it. */
export interface AuditChainTables {
  audit_seal: {
    seq: number;
    sealed_at: Instant;
    first_id: number;
    last_id: number;
    rows: number;
    digest: Buffer;
  };
  audit_digest: { audit_id: number; seal_seq: number; digest: Buffer };
}
