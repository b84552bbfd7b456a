import type { Instant } from '../columns.ts';

/** The audit trail's chain (migrations 0025, 0035); the database alone writes it. */
export interface AuditChainTables {
  audit_seal: {
    seq: number;
    sealed_at: Instant;
    first_id: number;
    last_id: number;
    rows: number;
    digest: Buffer;
    version: 1 | 2;
    /** Of the whole chain up to this seal; null of the first version. */
    chain_rows: number | null;
  };
  audit_digest: { audit_id: number; seal_seq: number; digest: Buffer };
}
