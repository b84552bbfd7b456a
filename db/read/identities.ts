import type { Db } from '../connect.ts';

export type Linked = { personId: string; disabled: boolean };

/** Whose account a provider's subject is; undefined for one that is linked to none. */
export async function linkedAccount(
  db: Db,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<Linked | undefined> {
  const row = await db
    .selectFrom('account_identity as i')
    .innerJoin('account as a', 'a.person_id', 'i.person_id')
    .select(['a.person_id', 'a.disabled_at'])
    .where('i.issuer', '=', issuer)
    .where('i.subject', '=', subject)
    .executeTakeFirst();
  return row && { personId: row.person_id, disabled: row.disabled_at !== null };
}

/** Since when a person's account is linked; null for one that is not. */
export async function readOwnIdentity(db: Db, personId: string): Promise<{ linkedAt: string | null }> {
  const row = await db
    .selectFrom('account_identity')
    .select('linked_at')
    .where('person_id', '=', personId)
    .orderBy('linked_at', 'desc')
    .executeTakeFirst();
  return { linkedAt: row?.linked_at.toISOString() ?? null };
}
