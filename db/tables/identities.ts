import type { InstantNow } from '../columns.ts';

/** Accounts at an identity provider (migration 0048). */
export interface IdentityTables {
  account_identity: {
    issuer: string;
    subject: string;
    person_id: string;
    linked_by: string | null;
    linked_at: InstantNow;
  };
  account_identity_ended: { issuer: string; subject: string; person_id: string; ended_at: InstantNow };
  identity_code: { issuer: string; subject: string; code_hash: Buffer; created_at: InstantNow };
  oidc_attempt: {
    state_hash: Buffer;
    browser_hash: Buffer;
    verifier: string;
    nonce: string;
    person_id: string | null;
    next_path: string | null;
    created_at: InstantNow;
  };
}
