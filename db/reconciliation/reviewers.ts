import { sql } from 'kysely';
import { recordStuck } from '../stuck.ts';
import { type Finder, lastKey } from './finding.ts';

type Row = { key: string; claimId: string; organisationId: string | null; cause: string; stage: string };

/** Open stages that nobody may decide (db/stuck.ts): the hourly list is brought up to date first, then taken over, one a claim and stage. */
export const findWithoutReviewers: Finder = async ({ db, now }, { after, limit }) => {
  if (after === null) await recordStuck(db, { now });
  const { rows } = await sql<Row>`
    select x.id::text as key, x.claim_id as "claimId", x.organisation_id as "organisationId", x.cause, s.kind as stage
    from stuck_stage x join stage s on s.claim_id = x.claim_id and s.seq = x.stage_seq
    where x.ended_at is null and s.settled_at is null ${after === null ? sql`` : sql`and x.id > ${after}::uuid`}
    order by x.id limit ${limit}`.execute(db);
  return {
    found: rows.map(({ key, claimId, organisationId, cause, stage }) => ({
      class: 'no-eligible-reviewer' as const,
      subjectKind: 'claim' as const,
      // A joint stage may lack the reviewers of both bodies.
      subjectId: `${claimId}/${organisationId ?? ''}`,
      pageKey: key,
      claimId,
      organisationId,
      facts: { cause, stage },
    })),
    last: lastKey(rows, limit),
    checked: rows.length,
    subjects: ['claim'],
  };
};
