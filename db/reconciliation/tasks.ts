import { sql } from 'kysely';
import { type Finder, lastKey } from './finding.ts';

type Row = { key: string; claimId: string; organisationId: string; isStray: boolean; state: string };

/** Unfinished tasks against their stages: one whose stage has settled, or whose claim is at another stage or its end, belongs to nothing. */
export const findInTasks: Finder = async ({ db }, { after, limit }) => {
  const { rows } = await sql<Row>`
    select t.id::text as key, t.claim_id as "claimId", t.organisation_id as "organisationId", c.state,
      s.settled_at is not null or c.ended_at is not null or (c.stage_seq <> t.stage_seq and c.act_seq = c.applied_seq) as "isStray"
    from task t join claim c on c.id = t.claim_id join stage s on s.claim_id = t.claim_id and s.seq = t.stage_seq
    where t.state in ('open', 'claimed') ${after === null ? sql`` : sql`and t.id > ${after}::uuid`}
    order by t.id limit ${limit}`.execute(db);
  return {
    found: rows
      .filter((row) => row.isStray)
      .map(({ key, claimId, organisationId, state }) => ({
        class: 'task-without-claim' as const,
        subjectKind: 'task' as const,
        subjectId: key,
        pageKey: key,
        claimId,
        organisationId,
        facts: { state },
      })),
    last: lastKey(rows, limit),
    checked: rows.length,
    subjects: ['task'],
  };
};
