import { type RawBuilder, sql } from 'kysely';

/**
 * How many pieces of evidence of the version under review a person has not opened (未阅).
 * @param of the statement's name for the task, or the decision on it
 */
export const unseenOf = (of: string, personId: string): RawBuilder<number> => sql<number>`(
  select count(*)::int from claim_version under_review cross join unnest(under_review.evidence_ids) piece
  where under_review.claim_id = ${sql.ref(`${of}.claim_id`)} and under_review.version = ${sql.ref(`${of}.version`)}
    and not exists (
      select 1 from evidence_seen s
      where s.claim_id = under_review.claim_id and s.version = under_review.version and s.person_id = ${personId} and s.evidence_id = piece))`;
