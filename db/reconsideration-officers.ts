import { sql } from 'kysely';
import { RECONSIDERING_ROLES } from '../rules/reconsideration.ts';
import type { Role } from '../rules/vocabulary.ts';
import type { Db } from './connect.ts';

/** Decides: a reviewer of exactly the reviewing body. */
export const reconsiders = (
  { holdings }: { holdings: readonly { organisationId: string; role: Role }[] },
  { organisation_id }: { organisation_id: string },
): boolean => holdings.some((h) => h.organisationId === organisation_id && RECONSIDERING_ROLES.includes(h.role));

type Of = { claimId: string; organisationId: string; today: string };

/** Who may decide a review at its body on a legal day: its reviewers, but for whoever has had a part in the claim, or is its declarant. */
export async function reconsiderationOfficers(db: Db, { claimId, organisationId, today }: Of): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct h.person_id as id from role_holding h join claim c on c.id = ${claimId}
    where h.organisation_id = ${organisationId} and h.role = any (${[...RECONSIDERING_ROLES]}::text[])
      and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date) and h.person_id <> c.person_id
      and not exists (select from reviewer_of_claim r where r.claim_id = c.id and r.person_id = h.person_id)
      and not exists (select from claim_recusal r where r.claim_id = c.id and r.person_id = h.person_id)
      and not is_related(h.person_id, c.person_id)`.execute(db);
  return rows.map((row) => row.id);
}

/** Who oversees at a body on a legal day. */
export async function overseersAt(db: Db, organisationId: string, today: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct person_id as id from role_holding
    where organisation_id = ${organisationId} and role in ('supervisor', 'administrator')
      and from_on <= ${today}::date and (until_on is null or until_on > ${today}::date)`.execute(db);
  return rows.map((row) => row.id);
}
