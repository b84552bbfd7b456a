import { type RawBuilder, sql } from 'kysely';
import type { CheckDetail, CheckSummary } from '../../contract/inspections.ts';
import type { Refusal } from '../../contract/problems.ts';
import { RISKS } from '../../rules/risk.ts';
import { CHECK_STATES, type CheckState, CONSEQUENCES } from '../../rules/supervision.ts';
import { type ClaimState, FORMS, type Form } from '../../rules/vocabulary.ts';
import { accuses } from '../complaint-officers.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import type { CheckTaskRow } from '../tables/supervision.ts';
import { type CaseWords, eventsOf } from './case-parts.ts';
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
};

const selected = sql`
  select x.*, x.opened_at::text as sort_key, c.number, c.title, c.form, c.state as claim_state, c.claimed_hundredths, c.employer_id,
    p.name as person_name, e.name as employer_name, i.title as inspection_title
  from check_task x join claim c on c.id = x.claim_id join person p on p.id = c.person_id join organisation e on e.id = c.employer_id
  left join inspection i on i.id = x.inspection_id`;

/**
 * Why the caller may not conclude the check (Art. 23): the claim is theirs, their family's, or rests on a paper of theirs, or they have
 * had a part in its review. Null when they may.
 */
export async function whyNotCheck(
  db: Db,
  { personId }: Scope,
  check: Pick<CheckTaskRow, 'claim_id' | 'person_id'>,
): Promise<Refusal | null> {
  const matter = { kind: 'check', personId: check.person_id, claimIds: [check.claim_id] } as const;
  const barred = await whyBarred(db, [personId], matter);
  if (barred) return barred;
  const reviewed = await db
    .selectFrom('reviewer_of_claim')
    .select('claim_id')
    .where('claim_id', '=', check.claim_id)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return reviewed ? REVIEWED : null;
}

const REVIEWED: Refusal = {
  code: 'acted-at-other-stage',
  detail: '您审核过这份申报，不能再由您核查。',
  fix: '请由本部门其他监督检查人员核查。',
  provision: '23',
};

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
  const found = await sql<Row>`${selected}
    where ${visibleCheck(scope)} ${only} ${past} order by x.opened_at desc, x.id desc limit ${limit + 1}`.execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map(summaryOf), next };
}

/** The checks of an inspection, in the order they were drawn. */
export async function checksOf(db: Db, scope: Scope, inspectionId: string): Promise<CheckSummary[]> {
  const { rows } = await sql<Row>`${selected}
    where x.inspection_id = ${inspectionId} and ${visibleCheck(scope)} order by x.position`.execute(db);
  return rows.map(summaryOf);
}

/** A check task; undefined for everybody but its authority's supervisors. */
export async function readCheck(db: Db, scope: Scope, id: string): Promise<CheckDetail | undefined> {
  const { rows } = await sql<Row>`${selected} where x.id = ${id} and ${visibleCheck(scope)}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const [consequences, events, barred] = await Promise.all([
    db.selectFrom('check_consequence').select(['kind', 'reference']).where('check_id', '=', id).orderBy('at').execute(),
    eventsOf(db, 'check', id, EVENTS),
    whyNotCheck(db, scope, row),
  ]);
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
    barred: barred === null || !isOpen ? null : `${barred.detail}${barred.fix}`,
  };
}

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
