import { type RawBuilder, sql } from 'kysely';
import type { StuckSubject } from '../../contract/stuck.ts';
import type { Db } from '../connect.ts';
import { type Finder, type Found, failsFor, inTurns, lastKey, type WorkflowSeen } from './finding.ts';

/** Cases that wait for a legal date against their workflows: without one the date would pass by the sweep alone. */

const KINDS = [
  'complaint',
  'deferral',
  'rectification',
  'sanction',
  'reconsideration',
  'title-order',
] as const satisfies StuckSubject[];
type Row = { key: string; kind: (typeof KINDS)[number]; organisationId: string | null; claimId: string | null };

/** Keys are `kind/id`: the comparison goes kind by kind, each in the order of its ids. */
const WAITING = sql`
  select 'deferral/' || id as key, 'deferral' as kind, null::text as organisation_id, null::uuid as claim_id, id from deferral where state = 'granted'
  -- Whoever a complaint is about must not learn of it: not even its body is said.
  union all select 'complaint/' || id, 'complaint', null, null, id from complaint where state <> 'answered'
  union all select 'rectification/' || id, 'rectification', body_id, null, id from rectification where state = 'ordered'
  union all select 'reconsideration/' || id, 'reconsideration', organisation_id, claim_id, id from reconsideration where state = 'requested'
  union all select 'sanction/' || id, 'sanction', authority_id, null, id from sanction
    where state = 'in-force' or (state = 'hearing' and defence_closed_at is null)
  union all select 'title-order/' || id, 'title-order', organisation_id, null, id from title_order where state = 'ordered'`;

export const findCases: Finder = async ({ db, workflows }, { after, limit }) => {
  const rows = await waiting(db, sql`${after}::text is null or key collate "C" > ${after}`, limit);
  const seen = await inTurns(rows, async (row) => ({ row, saw: await workflows.see(row.key, { standing: false }) }));
  const suspects = seen.flatMap(({ row, saw }) => foundBy(row, saw));
  const still = new Set(
    suspects.length === 0
      ? []
      : (await waiting(db, sql`key = any (${sql.val(suspects.map((each) => each.pageKey))}::text[])`, limit)).map(
          (row) => row.key,
        ),
  );
  return {
    found: suspects.filter((each) => still.has(each.pageKey)),
    last: lastKey(rows, limit),
    checked: rows.length,
    subjects: KINDS,
  };
};

/** A case whose ring is still in the outbox is on its way. */
async function waiting(db: Db, which: RawBuilder<unknown>, limit: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select key, kind, organisation_id as "organisationId", claim_id as "claimId" from (${WAITING}) w
    where (${which}) and not exists (
      select from graphile_worker._private_jobs j where j.payload ->> 'caseId' = w.id::text)
    order by key collate "C" limit ${limit}`.execute(db);
  return rows;
}

function foundBy({ key, kind, organisationId, claimId }: Row, saw: WorkflowSeen): Found[] {
  const as = (found: Found['class']): Found[] => [
    {
      class: found,
      subjectKind: kind,
      subjectId: key.slice(kind.length + 1),
      pageKey: key,
      claimId,
      organisationId,
      facts: { workflow: saw },
    },
  ];
  if (saw.status === 'missing') return as('workflow-missing');
  if (saw.status === 'ended') return as('workflow-ended');
  return failsFor(saw) ? as('activity-failing') : [];
}
