import { sql } from 'kysely';
import type { z } from 'zod';
import type { ClaimSummary, ClaimsPage, claimsQuery } from '../../contract/claims.ts';
import type { Db } from '../connect.ts';
import { type Cursor, pageOf } from './cursor.ts';

type Asked = Omit<z.output<typeof claimsQuery>, 'after'> & { after: Cursor | null };

/** A person's own claims, the latest change first. */
export async function myClaims(db: Db, personId: string, asked: Asked): Promise<ClaimsPage> {
  let query = db
    .selectFrom('claim')
    .select(['id', 'number', 'year', 'form', 'title', 'state', 'claimed_hundredths', 'revision', 'version', 'written'])
    .select(['updated_at', 'first_submitted_at', 'correction_due_at', sql<string>`updated_at::text`.as('sort_key')])
    .where('person_id', '=', personId)
    // What the unit proposed is asked above the list, until it is answered.
    .where(sql<boolean>`(state <> 'draft' or not exists (select from proposal where proposal.claim_id = claim.id))`)
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(asked.limit + 1);
  if (asked.state) query = query.where('state', '=', asked.state);
  if (asked.year) query = query.where('year', '=', asked.year);
  // The key is text with microseconds: a Date would cut it and lose rows between two pages.
  if (asked.after) {
    query = query.where(sql<boolean>`(updated_at, id) < (${asked.after.key}::timestamptz, ${asked.after.id}::uuid)`);
  }
  const { rows, next } = pageOf(await query.execute(), asked.limit, (r) => ({ key: r.sort_key, id: r.id }));
  const items = rows.map(
    (r): ClaimSummary => ({
      id: r.id,
      number: r.number,
      year: r.year,
      form: r.form,
      title: r.title,
      state: r.state,
      claimedHundredths: r.claimed_hundredths,
      revision: r.revision,
      isWhole: r.written === null,
      version: r.version,
      updatedAt: r.updated_at.toISOString(),
      firstSubmittedAt: r.first_submitted_at?.toISOString() ?? null,
      correctionDueAt: r.correction_due_at?.toISOString() ?? null,
    }),
  );
  return { items, next };
}
