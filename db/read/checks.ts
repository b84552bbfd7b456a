import { type RawBuilder, sql } from 'kysely';
import type { CheckDetail, CheckSummary } from '../../contract/inspections.ts';
import { RISKS } from '../../rules/risk.ts';
import { CHECK_STATES, type CheckState, CONSEQUENCES, whyNotCheck } from '../../rules/supervision.ts';
import { type ClaimState, FORMS, type Form } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { CheckTaskRow } from '../tables/supervision.ts';
import { type CaseWords, eventsOf } from './case-parts.ts';
import { accuses } from './complaints.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { type Scope, supervisingAt } from './scope.ts';

type Row = CheckTaskRow & {
  sort_key: string;
  number: number;
  title: string;
  form: Form;
  claim_state: ClaimState;
  claimed_hundredths: number;
  employer_id: string;
  person_name: string;
  employer_name: string;
  inspection_title: string | null;
  has_reviewed: boolean;
  is_related: boolean;
};

const selectedBy = (scope: Scope): RawBuilder<unknown> => sql`
  select x.*, x.opened_at::text as sort_key, c.number, c.title, c.form, c.state as claim_state, c.claimed_hundredths, c.employer_id,
    p.name as person_name, e.name as employer_name, i.title as inspection_title, ${tiesTo(scope, 'x')}
  from check_task x join claim c on c.id = x.claim_id join person p on p.id = c.person_id join organisation e on e.id = c.employer_id
  left join inspection i on i.id = x.inspection_id`;

/** What ties the caller to the claim of the check `alias`: a part in its review, or family. */
export const tiesTo = (scope: Scope, alias: string): RawBuilder<unknown> => sql`
  exists (select from reviewer_of_claim r where r.claim_id = ${sql.ref(`${alias}.claim_id`)} and r.person_id = ${scope.personId}) as has_reviewed,
  is_related(${scope.personId}::uuid, ${sql.ref(`${alias}.person_id`)}) as is_related`;

/**
 * The condition under which the check `x` is the caller's: a supervisor of its authority. One opened from a complaint is not there for
 * whom the complaint accuses, who would learn of it, or conclude it.
 */
export const visibleCheck = (scope: Scope): RawBuilder<boolean> => sql<boolean>`(
  x.organisation_id = any (${supervisingAt(scope)}::text[]) and (x.complaint_id is null or not exists (
    select from complaint y where y.id = x.complaint_id and ${accuses(sql`${scope.personId}::uuid`, 'y')})))`;

type Asked = { state?: CheckState | undefined; limit: number; after: Cursor | null };

/** The check tasks of the caller's authorities, the latest first. */
export async function readChecks(
  db: Db,
  scope: Scope,
  { state, limit, after }: Asked,
): Promise<{ items: CheckSummary[]; next: string | null }> {
  const past = after ? sql`and (x.opened_at, x.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const only = state === undefined ? sql`` : sql`and x.state = ${state}`;
  const found = await sql<Row>`${selectedBy(scope)}
    where ${visibleCheck(scope)} ${only} ${past} order by x.opened_at desc, x.id desc limit ${limit + 1}`.execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map(summaryOf), next };
}

/** The checks of an inspection, in the order they were drawn. */
export async function checksOf(db: Db, scope: Scope, inspectionId: string): Promise<CheckSummary[]> {
  const { rows } = await sql<Row>`${selectedBy(scope)}
    where x.inspection_id = ${inspectionId} and ${visibleCheck(scope)} order by x.position`.execute(db);
  return rows.map(summaryOf);
}

/** A check task; undefined for everybody but its authority's supervisors. */
export async function readCheck(db: Db, scope: Scope, id: string): Promise<CheckDetail | undefined> {
  const { rows } = await sql<Row>`${selectedBy(scope)} where x.id = ${id} and ${visibleCheck(scope)}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const [consequences, events] = await Promise.all([
    db.selectFrom('check_consequence').select(['kind', 'reference']).where('check_id', '=', id).orderBy('at').execute(),
    eventsOf(db, 'check', id, EVENTS),
  ]);
  const barred = whyNotCheck({
    isDeclarant: row.person_id === scope.personId,
    hasReviewed: row.has_reviewed,
    isRelated: row.is_related,
  });
  const isOpen = row.state === 'open';
  return {
    ...summaryOf(row),
    claimState: row.claim_state,
    formLabel: FORMS[row.form],
    hundredths: row.claimed_hundredths,
    employerId: row.employer_id,
    conclusion: row.conclusion,
    consequences: consequences.map(({ kind, reference }) => ({ kind, label: CONSEQUENCES[kind], reference })),
    events,
    may: { conclude: isOpen && barred === null, revoke: row.claim_state === 'filed', sanction: true },
    barred: barred === null || !isOpen ? null : BARRED[barred],
  };
}

const BARRED = {
  'own-claim': '这是您本人的申报，请由本部门其他监督检查人员核查。',
  'acted-at-other-stage': '您审核过这份申报，请由本部门其他监督检查人员核查。',
  related: '您与申报人登记有亲属关系，请由本部门其他监督检查人员核查。',
} as const;

const EVENTS: CaseWords = {
  opened: () => '由投诉举报立案核查',
  passed: () => '核查通过',
  finding: () => '发现问题',
};

const summaryOf = (row: Row): CheckSummary => ({
  id: row.id,
  position: row.position,
  claimId: row.claim_id,
  claimNumber: row.number,
  claimTitle: row.title,
  personName: row.person_name,
  employerName: row.employer_name,
  score: row.score,
  risks: row.risks.map((risk) => ({ ...risk, label: RISKS[risk.kind] })),
  state: row.state,
  stateLabel: CHECK_STATES[row.state],
  inspectionTitle: row.inspection_title ?? '投诉举报',
});
