import { sql } from 'kysely';
import type { Reason } from '../contract/decisions.ts';
import { type HigherBodies, higherBody, reconsiderationUntil } from '../rules/reconsideration.ts';
import type { Capacity, Level, StageKind, UnitKind } from '../rules/vocabulary.ts';
import type { Db } from './connect.ts';

/** A claim's rejection that stands, and who would review it (复核). */
export type Rejection = {
  /** The reviewer's decision; null where an administrator closed the claim (D-54), which `closedSeq` then names. */
  decisionId: string | null;
  closedSeq: number | null;
  stageKind: StageKind;
  organisationId: string;
  organisationName: string;
  decidedBy: string;
  deciderName: string;
  decidedAt: Date;
  reasons: Reason[];
  comment: string;
  /** The next higher body; null where nobody is registered who could. */
  reviewedBy: { id: string; name: string } | null;
};

type Row = {
  decision_id: string;
  stage_kind: StageKind;
  organisation_id: string;
  organisation_name: string;
  decided_by: string;
  decider_name: string;
  decided_at: Date;
  reasons: Reason[];
  comment: string;
  capacity: Capacity;
  level: Level;
  region_code: string;
  industry_code: string | null;
  unit_kind: UnitKind;
  claim_region: string;
  supervising_department_id: string | null;
};

/** The decision that rejected the claim's present stage, or the closing that ended it; undefined when none stands. */
export const rejectionOf = async (db: Db, claimId: string): Promise<Rejection | undefined> =>
  (await closingOf(db, claimId)) ?? decisionAgainst(db, claimId);

async function decisionAgainst(db: Db, claimId: string): Promise<Rejection | undefined> {
  const { rows } = await sql<Row>`
    select d.id as decision_id, d.stage_kind, d.organisation_id, o.name as organisation_name, d.decided_by,
      p.name as decider_name, d.decided_at, d.reasons, d.comment, d.capacity, o.level, o.region_code, o.industry_code,
      c.unit_kind, c.region_code as claim_region, c.supervising_department_id
    from claim c join decision d on d.claim_id = c.id and d.stage_seq = c.stage_seq and d.outcome = 'reject' and d.superseded_at is null
    join organisation o on o.id = d.organisation_id join person p on p.id = d.decided_by
    where c.id = ${claimId}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const { value } = higherBody(row, row.unit_kind, await bodiesAbove(db, row));
  return {
    decisionId: row.decision_id,
    closedSeq: null,
    stageKind: row.stage_kind,
    organisationId: row.organisation_id,
    organisationName: row.organisation_name,
    decidedBy: row.decided_by,
    deciderName: row.decider_name,
    decidedAt: row.decided_at,
    reasons: row.reasons,
    comment: row.comment,
    reviewedBy: value === null ? null : await nameOf(db, value),
  };
}

/** An administrator's closing is the provincial HRSS department's rejection: another of its officers reviews it. */
async function closingOf(db: Db, claimId: string): Promise<Rejection | undefined> {
  const { rows } = await sql<Closing>`
    select x.closed_seq, x.stage_kind, x.reason, x.closed_at, x.proposed_by, p.name as proposer, o.id as body, o.name as body_name,
      c.unit_kind, o.region_code, c.region_code as claim_region, c.supervising_department_id
    from claim c join claim_closing x on x.claim_id = c.id and x.closed_seq = c.act_seq join person p on p.id = x.proposed_by
    join organisation o on o.id = ${CLOSING_BODY}
    where c.id = ${claimId}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const bodies = await bodiesAbove(db, { ...row, industry_code: null });
  const { value } = higherBody({ capacity: 'hrss', level: 'province' }, row.unit_kind, bodies);
  return {
    decisionId: null,
    closedSeq: row.closed_seq,
    stageKind: row.stage_kind,
    organisationId: row.body,
    organisationName: row.body_name,
    decidedBy: row.proposed_by,
    deciderName: row.proposer,
    decidedAt: row.closed_at,
    reasons: [],
    comment: row.reason,
    reviewedBy: value === null ? null : await nameOf(db, value),
  };
}

/** Whose administrators close claims. */
const CLOSING_BODY = 'hrss-420000';

type Closing = {
  closed_seq: number;
  stage_kind: StageKind;
  reason: string;
  closed_at: Date;
  proposed_by: string;
  proposer: string;
  body: string;
  body_name: string;
  unit_kind: UnitKind;
  region_code: string;
  claim_region: string;
  supervising_department_id: string | null;
};

/** Whether a sanction (Art. 21) ended the claim and was not lifted since, though somebody may have rejected it a moment before. */
export async function isEndedBySanction(db: Db, claimId: string): Promise<boolean> {
  const last = await db
    .selectFrom('act')
    .select('kind')
    .where('claim_id', '=', claimId)
    .where('kind', 'in', ['sanctioned', 'restored'])
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return last?.kind === 'sanctioned';
}

/** The remedy that a rejection states (domain section 5): to whom, and until which day. Undefined when nobody could review it, or it was had before. */
export async function remedyOf(
  db: Db,
  claimId: string,
  noticeOn: string,
): Promise<{ body: string; untilOn: string } | undefined> {
  const rejection = await rejectionOf(db, claimId);
  const had = await db.selectFrom('reconsideration').select('id').where('claim_id', '=', claimId).executeTakeFirst();
  return rejection?.reviewedBy && !had
    ? { body: rejection.reviewedBy.name, untilOn: reconsiderationUntil(noticeOn) }
    : undefined;
}

type Below = Pick<Row, 'region_code' | 'industry_code' | 'claim_region' | 'supervising_department_id'>;

async function bodiesAbove(db: Db, below: Below): Promise<HigherBodies> {
  const { rows } = await sql<{ id: string; kind: string; at: 'own' | 'parent' | 'province' }>`
    select o.id, o.kind, x.at
    from (values ('own', ${below.claim_region}), ('parent', (select parent_code from region where code = ${below.region_code})),
                 ('province', (select code from region where level = 'province'))) as x(at, code)
    join organisation o on o.region_code = x.code and o.closed_on is null
      and (o.kind = 'hrss' or (o.kind = 'industry-authority' and o.industry_code = ${below.industry_code}))`.execute(
    db,
  );
  const find = (at: string, kind: string): string | null =>
    rows.find((r) => r.at === at && r.kind === kind)?.id ?? null;
  return {
    ownHrssId: find('own', 'hrss'),
    supervisingDepartmentId: below.supervising_department_id,
    parentIndustryId: find('parent', 'industry-authority'),
    parentHrssId: find('parent', 'hrss'),
    provinceHrssId: find('province', 'hrss'),
  };
}

const nameOf = (db: Db, id: string): Promise<{ id: string; name: string }> =>
  db.selectFrom('organisation').select(['id', 'name']).where('id', '=', id).executeTakeFirstOrThrow();
