import { sql } from 'kysely';
import type { ClaimState } from '../../rules/vocabulary.ts';
import { isOlder } from '../clock.ts';
import type { Db } from '../connect.ts';
import { type Finder, type Found, failsFor, inTurns, lastKey, type WorkflowSeen } from './finding.ts';

/**
 * Open claims against their stages, tasks and workflows. What has moved within the last minutes is on its way and is left alone; what
 * Temporal said is held against the record as it stood before and after it was asked, so that a claim that moves meanwhile is no finding.
 */

const ON_ITS_WAY = '2 minutes';
/** An act that its workflow has not applied for so long waits for something. */
const BEHIND = '10 minutes';

type Row = {
  key: string;
  state: ClaimState;
  act_seq: number;
  applied_seq: number;
  stage_seq: number;
  isQuiet: boolean;
  isBehind: boolean;
  isRinging: boolean;
  stageFits: boolean;
  tasks: number;
  openTasks: number;
  organisationId: string | null;
  dueOn: string | null;
  isEscalated: boolean;
};

export const findInClaims: Finder = async ({ db, workflows }, { after, limit, only }) => {
  const rows = await openClaims(db, { after, limit, only });
  const quiet = rows.filter((row) => row.isQuiet && !row.isRinging);
  const seen = await inTurns(quiet, async (row) => ({
    row,
    saw: await workflows.see(`claim/${row.key}`, { standing: true, why: row.isBehind }),
  }));
  const suspects = seen.flatMap(({ row, saw }) => foundByWorkflow(row, saw));
  return {
    found: [...rows.flatMap(foundInRecord), ...(await stillSo(db, suspects, rows))],
    last: lastKey(rows, limit),
    checked: rows.length,
    subjects: ['claim'],
  };
};

type Wish = { after: string | null; limit: number; only: string | undefined };

async function openClaims(db: Db, { after, limit, only }: Wish): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with page as (
      select * from claim c where c.ended_at is null and c.version > 0
        ${after === null ? sql`` : sql`and c.id > ${after}::uuid`} ${only === undefined ? sql`` : sql`and c.id = ${only}::uuid`}
      order by c.id limit ${limit}),
    ringing as (
      select distinct payload ->> 'claimId' as claim_id from graphile_worker._private_jobs
      where payload ->> 'claimId' in (select id::text from page))
    select c.id::text as key, c.state, c.act_seq, c.applied_seq, c.stage_seq,
      ${isOlder('c.updated_at', ON_ITS_WAY)} as "isQuiet",
      c.act_seq > c.applied_seq and exists (
        select from act a where a.claim_id = c.id and a.seq = c.applied_seq + 1 and ${isOlder('a.at', BEHIND)})
        or c.state = 'correction' and c.correction_due_at < now() - ${BEHIND}::interval as "isBehind",
      r.claim_id is not null as "isRinging",
      coalesce(s.kind = c.state and s.seq = c.stage_seq, false) as "stageFits",
      coalesce(t.tasks, 0) as tasks, coalesce(t.open_tasks, 0) as "openTasks", t.organisation_id as "organisationId",
      s.due_on::text as "dueOn", coalesce(t.escalated, false) as "isEscalated"
    from page c left join ringing r on r.claim_id = c.id::text
    left join stage s on s.claim_id = c.id and s.settled_at is null
    left join lateral (
      select count(*)::int as tasks, count(*) filter (where state in ('open', 'claimed'))::int as open_tasks,
        min(organisation_id) filter (where state in ('open', 'claimed')) as organisation_id,
        bool_or(state in ('open', 'claimed') and exists (select from escalation e where e.task_id = x.id)) as escalated
      from task x where x.claim_id = c.id and x.stage_seq = s.seq) t on true
    order by c.id`.execute(db);
  return rows;
}

const finding = (row: Row, found: Pick<Found, 'class' | 'facts'>): Found => ({
  ...found,
  subjectKind: 'claim',
  subjectId: row.key,
  pageKey: row.key,
  claimId: row.key,
  organisationId: row.organisationId,
});

/** What the record alone says. A stage without a single task is the reviewers' part: nobody is registered for it. */
function foundInRecord(row: Row): Found[] {
  const isApplied = row.act_seq === row.applied_seq;
  const isWithoutTask =
    row.isQuiet &&
    isApplied &&
    row.state !== 'correction' &&
    (!row.stageFits || (row.tasks > 0 && row.openTasks === 0));
  const without = finding(row, { class: 'claim-without-task', facts: { tasks: row.tasks, stageFits: row.stageFits } });
  const late = finding(row, { class: 'overdue', facts: { dueOn: row.dueOn } });
  return [...(isWithoutTask ? [without] : []), ...(row.isEscalated ? [late] : [])];
}

/** One cause a claim: what comes first explains the rest. */
function foundByWorkflow(row: Row, saw: WorkflowSeen): Found[] {
  const workflow = { ...saw, ...(saw.standing ?? {}) };
  const as = (kind: Found['class']): Found[] => [finding(row, { class: kind, facts: { workflow } })];
  if (saw.status === 'missing') return as('workflow-missing');
  if (saw.status === 'ended') return as('workflow-ended');
  if (failsFor(saw) || (row.isBehind && saw.failing !== null)) return as('activity-failing');
  const { standing } = saw;
  const isElsewhere = standing !== null && (standing.appliedSeq !== row.applied_seq || standing.state !== row.state);
  return isElsewhere || row.isBehind ? as('workflow-elsewhere') : [];
}

/** Only where the claim stands as it stood before Temporal was asked. */
async function stillSo(db: Db, suspects: readonly Found[], rows: readonly Row[]): Promise<Found[]> {
  if (suspects.length === 0) return [];
  const now = await db
    .selectFrom('claim')
    .select(['id', 'act_seq', 'applied_seq', 'state'])
    .where(
      'id',
      'in',
      suspects.map((each) => each.subjectId),
    )
    .execute();
  const same = new Set(
    now.flatMap((claim) => {
      const before = rows.find((row) => row.key === claim.id);
      const isSame =
        before?.act_seq === claim.act_seq && before.applied_seq === claim.applied_seq && before.state === claim.state;
      return isSame ? [claim.id] : [];
    }),
  );
  return suspects.filter((each) => same.has(each.subjectId));
}
