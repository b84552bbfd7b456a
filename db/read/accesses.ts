import { type Access, PURPOSES, REVIEW_SCOPES } from '../../contract/title-review.ts';
import type { Db } from '../connect.ts';

/** Who asked for a person's years, for what, when: the newest first. `after`: the id the page before ended with. */
export async function readAccesses(
  db: Db,
  personId: string,
  { limit, after }: { limit: number; after?: number | undefined },
): Promise<{ items: Access[]; next: number | null }> {
  const rows = await db
    .selectFrom('person_access as a')
    .innerJoin('organisation as o', 'o.id', 'a.organisation_id')
    .innerJoin('machine_client as m', 'm.id', 'a.client_id')
    .select(['a.id', 'a.at', 'a.scope', 'a.purpose', 'a.case_number', 'a.years'])
    .select(['o.name as organisationName', 'm.name as clientName'])
    .where('a.person_id', '=', personId)
    .$if(after !== undefined, (q) => q.where('a.id', '<', after ?? 0))
    .orderBy('a.id', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    organisationName: row.organisationName,
    clientName: row.clientName,
    scope: row.scope,
    scopeLabel: REVIEW_SCOPES[row.scope],
    purposeLabel: PURPOSES[row.purpose],
    caseNumber: row.case_number,
    years: row.years,
  }));
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
