import { type RawBuilder, sql } from 'kysely';
import type { ClaimReconsideration } from '../../contract/claims.ts';
import type { Reason } from '../../contract/decisions.ts';
import type {
  ReconsiderationDetail,
  ReconsiderationSummary,
  ReconsiderationsPage,
  ReconsiderationsQuery,
} from '../../contract/reconsiderations.ts';
import { citation } from '../../rules/articles.ts';
import { legalDay } from '../../rules/calendar.ts';
import {
  RECONSIDERATION_STATES,
  RECONSIDERING_ROLES,
  reconsiderationUntil,
  whyNotReconsider,
} from '../../rules/reconsideration.ts';
import { RETURN_REASONS } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { reconsiders } from '../reconsideration-officers.ts';
import { isEndedBySanction, rejectionOf } from '../rejection.ts';
import type { ClaimRow } from '../schema.ts';
import type { ReconsiderationRow } from '../tables/reconsiderations.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { seenBy } from './evidence.ts';
import type { Scope } from './scope.ts';

type Row = ReconsiderationRow & {
  number: number;
  title: string;
  version: number;
  year: number;
  person_name: string;
  employer_name: string;
  rejected_by_name: string;
  organisation_name: string;
  decider_name: string | null;
  rejecter_name: string;
  rejected_at: Date;
  reasons: Reason[];
  comment: string;
  has_acted: boolean;
  sort_key: string;
};

const selected = (scope: Scope, key: RawBuilder<unknown>) => sql`
  select x.*, ${key} as sort_key, c.number, c.title, c.version, c.year, p.name as person_name, coalesce(e.name, '') as employer_name,
    r.name as rejected_by_name, o.name as organisation_name, d.name as decider_name, w.name as rejecter_name,
    coalesce(v.decided_at, k.closed_at) as rejected_at, coalesce(v.reasons, '[]'::jsonb) as reasons, coalesce(v.comment, k.reason) as comment,
    exists (select from reviewer_of_claim a where a.claim_id = x.claim_id and a.person_id = ${scope.personId})
      or exists (select from claim_recusal a where a.claim_id = x.claim_id and a.person_id = ${scope.personId}) as has_acted
  from reconsideration x join claim c on c.id = x.claim_id join person p on p.id = x.person_id
  left join organisation e on e.id = c.employer_id join organisation r on r.id = x.rejected_by
  join organisation o on o.id = x.organisation_id left join decision v on v.id = x.rejection_id
  left join claim_closing k on k.claim_id = x.claim_id and k.closed_seq = x.closing_seq
  join person w on w.id = coalesce(v.decided_by, k.proposed_by)
  left join person d on d.id = x.decided_by`;

export const reconsideringAt = (scope: Scope): string[] =>
  scope.holdings.filter((h) => RECONSIDERING_ROLES.includes(h.role)).map((h) => h.organisationId);

/** The condition under which the review `x` is one of the caller's organisations' to do. */
export const ofReviewingBody = (scope: Scope): RawBuilder<boolean> =>
  sql<boolean>`(x.organisation_id = any (${sql.val(reconsideringAt(scope))}::text[]) and x.person_id <> ${scope.personId})`;

/** Reviews of one's organisations: those to do by their due dates, those done the latest first. One's own claim is nobody's work. */
export async function readReconsiderations(
  db: Db,
  scope: Scope,
  { box, limit, after }: Omit<ReconsiderationsQuery, 'after'> & { after: Cursor | null },
  today: string,
): Promise<ReconsiderationsPage> {
  const mine = ofReviewingBody(scope);
  const past = after === null ? sql`` : pastOf(box, after);
  const found = await (box === 'todo'
    ? sql<Row>`${selected(scope, sql`x.due_on::text`)} where ${mine} and x.state = 'requested' ${past} order by x.due_on, x.id limit ${limit + 1}`
    : sql<Row>`${selected(scope, sql`x.decided_at::text`)} where ${mine} and x.state <> 'requested' ${past} order by x.decided_at desc, x.id desc limit ${limit + 1}`
  ).execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map((row) => summaryOf(row, today)), next };
}

const pastOf = (box: ReconsiderationsQuery['box'], after: Cursor): RawBuilder<unknown> =>
  box === 'todo'
    ? sql`and (x.due_on, x.id) > (${after.key}::date, ${after.id}::uuid)`
    : sql`and (x.decided_at, x.id) < (${after.key}::timestamptz, ${after.id}::uuid)`;

/** A review for its declarant and for the body that decides it; undefined for everybody else. */
export async function readReconsideration(
  db: Db,
  scope: Scope,
  id: string,
  today: string,
): Promise<ReconsiderationDetail | undefined> {
  const { rows } = await sql<Row>`${selected(scope, sql`''`)}
    where x.id = ${id} and (x.person_id = ${scope.personId} or x.organisation_id = any (${sql.val(reconsideringAt(scope))}::text[]))`.execute(
    db,
  );
  const [row] = rows;
  if (!row) return undefined;
  const isOwn = row.person_id === scope.personId;
  return {
    ...summaryOf(row, today),
    grounds: row.grounds,
    rejection: {
      deciderName: row.rejecter_name,
      decidedAt: row.rejected_at.toISOString(),
      reasons: row.reasons.map((reason) => ({ ...reason, label: RETURN_REASONS[reason.code] })),
      comment: row.comment,
    },
    decision: decisionOf(row),
    now: nowOf(row),
    mayDecide: row.state === 'requested' && !isOwn && !row.has_acted && reconsiders(scope, row),
    approves: row.rejection_id !== null,
    seenByMe: await seenBy(db, scope.personId, { claimId: row.claim_id, version: row.version }),
  };
}

function summaryOf(row: Row, today: string): ReconsiderationSummary {
  return {
    id: row.id,
    claimId: row.claim_id,
    claimNumber: row.number,
    title: row.title,
    year: row.year,
    personName: row.person_name,
    employerName: row.employer_name,
    rejectedByName: row.rejected_by_name,
    stageKind: row.stage_kind,
    organisationName: row.organisation_name,
    requestedAt: row.requested_at.toISOString(),
    dueOn: row.due_on,
    isOverdue: row.state === 'requested' && row.due_on < today,
    state: row.state,
    stateLabel: RECONSIDERATION_STATES[row.state],
  };
}

function decisionOf(row: Row): ReconsiderationDetail['decision'] {
  if (row.decided_at === null || row.article === null) return null;
  return {
    deciderName: row.decider_name ?? '',
    decidedAt: row.decided_at.toISOString(),
    reason: row.reason ?? '',
    citation: citation(row.article),
  };
}

function nowOf(row: Row): string {
  switch (row.state) {
    case 'requested':
      return `正在由${row.organisation_name}复核，应于 ${row.due_on} 前办结；办理过这份申报的人员不得复核。`;
    case 'upheld':
      return `${row.organisation_name}已维持不予认定。复核以一次为限。`;
    case 'overturned':
      return `${row.organisation_name}已撤销不予认定，申报从原环节继续办理。`;
  }
}

/** The review that a claim's rejection can have, or has had; null where nothing was rejected, or a sanction ended it. */
export async function reconsiderationOfClaim(
  db: Db,
  claim: Pick<ClaimRow, 'id' | 'state' | 'ended_at' | 'person_id'>,
  { isOwn, today }: { isOwn: boolean; today: string },
): Promise<ClaimReconsideration | null> {
  const asked = await askedOf(db, claim.id);
  if (asked) return asked;
  if (claim.state !== 'rejected' || claim.ended_at === null || (await isEndedBySanction(db, claim.id))) return null;
  const reviewedBy = (await rejectionOf(db, claim.id))?.reviewedBy;
  if (!reviewedBy) return null;
  const rejectedOn = legalDay(claim.ended_at.getTime());
  return {
    organisationName: reviewedBy.name,
    untilOn: reconsiderationUntil(rejectedOn),
    mayAsk: isOwn && whyNotReconsider({ rejectedOn, asked: false, isSanctioned: false, today }) === undefined,
    asked: null,
  };
}

async function askedOf(db: Db, claimId: string): Promise<ClaimReconsideration | null> {
  const row = await db
    .selectFrom('reconsideration as x')
    .innerJoin('organisation as o', 'o.id', 'x.organisation_id')
    .leftJoin('person as d', 'd.id', 'x.decided_by')
    .selectAll('x')
    .select(['o.name as organisation_name', 'd.name as decider_name'])
    .where('x.claim_id', '=', claimId)
    .executeTakeFirst();
  if (!row) return null;
  return {
    organisationName: row.organisation_name,
    untilOn: null,
    mayAsk: false,
    asked: {
      id: row.id,
      state: row.state,
      stateLabel: RECONSIDERATION_STATES[row.state],
      requestedAt: row.requested_at.toISOString(),
      grounds: row.grounds,
      dueOn: row.due_on,
      decidedAt: row.decided_at?.toISOString() ?? null,
      deciderName: row.decider_name,
      reason: row.reason,
      citation: row.article === null ? null : citation(row.article),
    },
  };
}
