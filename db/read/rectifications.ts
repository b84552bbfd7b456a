import { type RawBuilder, sql } from 'kysely';
import type { OrderDetail, OrderSummary, OrdersPage, OrdersQuery } from '../../contract/rectifications.ts';
import { daysBetween, legalDay } from '../../rules/calendar.ts';
import { ORDERABLE, RECTIFICATION_STATES, VIOLATIONS } from '../../rules/rectification.ts';
import { ORGANISATION_KINDS, type OrganisationKind } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { RectificationRow, RectificationSource } from '../tables/supervision.ts';
import { type CaseWords, eventsOf, fileOf, filesOf } from './case-parts.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { managedAt, type Scope, supervisingAt, supervisingFor } from './scope.ts';

type Row = RectificationRow & {
  sort_key: string;
  body_name: string;
  target_name: string;
  superior_name: string | null;
};

const selected = sql`
  select x.*, x.ordered_at::text as sort_key, b.name as body_name, t.name as target_name, s.name as superior_name
  from rectification x join organisation b on b.id = x.body_id join organisation t on t.id = x.target_id
  left join organisation s on s.id = x.escalated_to`;

/** Orders of a box, the latest first. */
export async function readRectifications(
  db: Db,
  scope: Scope,
  { box, state, limit, after }: Omit<OrdersQuery, 'after'> & { after: Cursor | null },
  today: string,
): Promise<OrdersPage> {
  const past = after ? sql`and (x.ordered_at, x.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const only = state === undefined ? sql`` : sql`and x.state = ${state}`;
  const found = await sql<Row>`${selected}
    where ${inBox(scope, box)} ${only} ${past} order by x.ordered_at desc, x.id desc limit ${limit + 1}`.execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map((row) => summaryOf(row, today)), next };
}

function inBox(scope: Scope, box: OrdersQuery['box']): RawBuilder<boolean> {
  switch (box) {
    case 'received':
      return sql<boolean>`x.target_id = any (${managedAt(scope)}::text[])`;
    case 'issued':
      return sql<boolean>`x.body_id = any (${supervisingAt(scope)}::text[])`;
    case 'escalated':
      return sql<boolean>`x.escalated_to = any (${supervisingAt(scope)}::text[])`;
  }
}

/** The ordered body, the ordering and the superior body, and every authority that supervises the ordered one. */
const visible = (scope: Scope): RawBuilder<boolean> => sql<boolean>`(
  ${inBox(scope, 'received')} or ${inBox(scope, 'issued')} or ${inBox(scope, 'escalated')}
  or (select ${supervisingFor(scope, 'o')} from organisation o where o.id = x.target_id) is not null)`;

/** An order; undefined for whoever it does not concern. */
export async function readRectification(
  db: Db,
  scope: Scope,
  id: string,
  today: string,
): Promise<OrderDetail | undefined> {
  const { rows } = await sql<Row>`${selected} where x.id = ${id} and ${visible(scope)}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const [files, events] = await Promise.all([
    filesOf(db, 'rectification', id),
    eventsOf(db, 'rectification', id, EVENTS),
  ]);
  return {
    ...summaryOf(row, today),
    bodyId: row.body_id,
    targetId: row.target_id,
    violation: row.violation,
    facts: row.facts,
    requirement: row.requirement,
    now: nowOf(row, today),
    report: row.report,
    reportedAt: row.reported_at?.toISOString() ?? null,
    reportedLate: isReportLate(row),
    escalatedToName: row.superior_name,
    source: sourceOf(scope, row),
    files: files.map(({ organisationId, ...file }) => ({ ...file, byTarget: organisationId === row.target_id })),
    events,
    may: mayOf(scope, row),
  };
}

/** By the day that stood when it was made: an order that was overdue and given more time may be reported on in time. */
const isReportLate = ({ state, reported_at, due_on }: Row): boolean =>
  state !== 'ordered' && state !== 'overdue' && reported_at !== null && legalDay(reported_at.getTime()) > due_on;

/** A file, for whoever may see its order. */
export async function rectificationFile(db: Db, scope: Scope, of: { id: string; fileId: string }) {
  const { rows } = await sql`select 1 from rectification x where x.id = ${of.id} and ${visible(scope)}`.execute(db);
  return rows.length === 0 ? undefined : fileOf(db, 'rectification', of);
}

const TARGETS_SHOWN = 20;

/** Bodies that the caller's authorities can order to mend something, by a part of their name. */
export async function findRectifiable(db: Db, scope: Scope, q: string) {
  if (supervisingAt(scope).length === 0) return [];
  const { rows } = await sql<{ id: string; name: string; kind: OrganisationKind }>`
    select o.id, o.name, o.kind from organisation o
    where o.kind = any (${sql.val([...ORDERABLE])}::text[]) and o.closed_on is null and position(${q} in o.name) > 0
      and ${supervisingFor(scope, 'o')} is not null
    order by o.name, o.id limit ${TARGETS_SHOWN}`.execute(db);
  return rows.map(({ id, name, kind }) => ({ id, name, kindName: ORGANISATION_KINDS[kind] }));
}

function mayOf(scope: Scope, row: Row): OrderDetail['may'] {
  const isTarget = managedAt(scope).includes(row.target_id);
  const isBody = supervisingAt(scope).some((at) => at === row.body_id || at === row.escalated_to);
  const isOpen = row.state === 'ordered' || row.state === 'overdue';
  const isOwnReport = row.reported_by === scope.personId;
  return {
    report: isTarget && isOpen,
    accept: isBody && row.state === 'reported' && !isOwnReport,
    return: isBody && row.state === 'reported',
    extend: isBody && isOpen,
    withdraw: isBody && (isOpen || row.state === 'reported'),
  };
}

/** The ordered body learns what it must mend, never that somebody complained. */
function sourceOf(scope: Scope, { source_kind, body_id }: Row): OrderDetail['source'] {
  if (source_kind === null || !supervisingAt(scope).includes(body_id)) return null;
  return { kind: source_kind, label: SOURCES[source_kind] };
}
const SOURCES: Record<RectificationSource, string> = {
  check: '抽查核查',
  inquiry: '结果应用检查',
  complaint: '投诉举报',
};

function summaryOf(row: Row, today: string): OrderSummary {
  return {
    id: row.id,
    number: row.number,
    bodyName: row.body_name,
    targetName: row.target_name,
    violationLabel: VIOLATIONS[row.violation],
    dueOn: row.due_on,
    state: row.state,
    stateLabel: RECTIFICATION_STATES[row.state],
    daysLeft: row.state === 'ordered' ? Math.max(0, daysBetween(today, row.due_on)) : null,
    orderedAt: row.ordered_at.toISOString(),
  };
}

function nowOf(row: Row, today: string): string {
  switch (row.state) {
    case 'ordered':
      return `${row.target_name}须在${row.due_on}（含当日）前改正并报告，还有 ${Math.max(0, daysBetween(today, row.due_on))} 天；逾期未报告的，自动转为逾期并报上一级部门（第二十二条）。`;
    case 'reported':
      return `${row.target_name}已于${row.reported_at === null ? '' : legalDay(row.reported_at.getTime())}报告，等待${row.body_name}验收。`;
    case 'accepted':
      return '整改已验收，本次责令办结。';
    case 'overdue':
      return `已过改正期限${row.due_on}，仍未报告${row.superior_name === null ? '' : `；已报${row.superior_name}督办`}。单位仍须改正并报告。`;
    case 'withdrawn':
      return '责令已撤回，无需再办理。';
  }
}

const said = (explanation: string | number | undefined): string =>
  explanation === undefined || explanation === '' ? '' : `：${explanation}`;
const EVENTS: CaseWords = {
  ordered: ({ until }) => `责令在${until ?? ''}前改正`,
  'file-added': () => '上传了附件',
  reported: ({ late }) => (late === undefined ? '报告了整改情况' : '逾期后报告了整改情况'),
  accepted: ({ explanation }) => `验收通过${said(explanation)}`,
  returned: ({ until, explanation }) => `退回，须在${until ?? ''}前继续改正${said(explanation)}`,
  extended: ({ until, explanation }) => `期限延长至${until ?? ''}${said(explanation)}`,
  withdrawn: ({ explanation }) => `撤回责令${said(explanation)}`,
  overdue: ({ escalatedTo }) =>
    escalatedTo === undefined
      ? '期满未报告，转为逾期（第二十二条）'
      : '期满未报告，转为逾期并报上一级部门（第二十二条）',
};
