import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type {
  ComplaintAnswer,
  ComplaintDetail,
  ComplaintSummary,
  ComplaintsPage,
  ComplaintsQuery,
} from '../../contract/complaints.ts';
import {
  COMPLAINT_DUTIES,
  COMPLAINT_FINDINGS,
  COMPLAINT_STATES,
  COMPLAINT_TOPICS,
  type ComplaintFinding,
  readComplaintCode,
} from '../../rules/complaint.ts';
import { legalToday } from '../clock.ts';
import { accuses, isAttended } from '../complaint-officers.ts';
import { dutyOf } from '../complaints.ts';
import type { Db } from '../connect.ts';
import type { ComplaintRow } from '../tables/supervision.ts';
import { type CaseWords, eventsOf, fileOf, filesOf } from './case-parts.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { type Scope, supervisingAt } from './scope.ts';

/**
 * The condition under which the complaint `x` is the caller's: a supervisor of the authority that received or handles it, or that was told
 * it is late; never one whom it accuses.
 */
export const visibleComplaint = (scope: Scope): RawBuilder<boolean> => sql<boolean>`(
  (x.receiver_id = any (${supervisingAt(scope)}::text[]) or x.handler_id = any (${supervisingAt(scope)}::text[]) or ${toldOf(scope)})
  and not ${accuses(sql`${scope.personId}::uuid`)})`;

/** Whether the complaint `x` was escalated to one of the caller's authorities. */
const toldOf = (scope: Scope): RawBuilder<boolean> => sql<boolean>`x.id in (
  select w.complaint_id from complaint_warning w where w.warning = 'escalated' and w.told_id = any (${supervisingAt(scope)}::text[]))`;

type Bodies = Pick<ComplaintRow, 'receiver_id' | 'handler_id'>;
export const receivesComplaint = (scope: Scope, { receiver_id }: Bodies): boolean =>
  supervisingAt(scope).includes(receiver_id);
export const handlesComplaint = (scope: Scope, { handler_id }: Bodies): boolean =>
  handler_id !== null && supervisingAt(scope).includes(handler_id);

/** Who may give it to another: its receiver, or a superior body that was told it is late. */
export async function assignsComplaint(scope: Scope, row: ComplaintRow, db: Db): Promise<boolean> {
  if (receivesComplaint(scope, row)) return true;
  const { rows } = await sql`select 1 from complaint x where x.id = ${row.id} and ${toldOf(scope)}`.execute(db);
  return rows.length > 0;
}

/**
 * Who could look into it: the trade's authority of the place, the HRSS authority that received it, and the bodies above them; never the
 * one complained about, nor one without a supervisor whom it does not accuse (D-48). The best first.
 */
export async function handlersOf(
  db: Db,
  complaint: Pick<ComplaintRow, 'id' | 'region_code' | 'industry_code' | 'about_organisation_id'>,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select o.id, o.name
    from complaint x, region r join organisation o on o.region_code in (r.code, r.parent_code, '420000')
    where x.id = ${complaint.id} and ${isAttended(sql.ref('o.id'))}
      and r.code = ${complaint.region_code} and o.closed_on is null and o.id is distinct from ${complaint.about_organisation_id}
      and (o.kind = 'hrss' or (o.kind = 'industry-authority' and o.industry_code = ${complaint.industry_code}))
    order by o.region_code = r.code desc, o.region_code = r.parent_code desc, o.kind = 'industry-authority' desc`.execute(
    db,
  );
  return rows;
}

type Row = ComplaintRow & {
  sort_key: string;
  region_name: string;
  industry_name: string | null;
  about_name: string | null;
  receiver_name: string;
  handler_name: string | null;
  is_named: boolean;
  escalated_to: string | null;
  today: string;
};

const selected = sql`
  select x.*, x.received_at::text as sort_key, r.name as region_name, i.name as industry_name, a.name as about_name,
    c.name as receiver_name, h.name as handler_name,
    exists (select from complaint_identity n where n.complaint_id = x.id) as is_named, ${legalToday} as today,
    (select t.name from complaint_warning w join organisation t on t.id = w.told_id
     where w.complaint_id = x.id and w.warning = 'escalated' and w.told_id <> w.body_id order by w.warned_at desc limit 1) as escalated_to
  from complaint x join region r on r.code = x.region_code left join industry i on i.code = x.industry_code
  left join organisation a on a.id = x.about_organisation_id join organisation c on c.id = x.receiver_id
  left join organisation h on h.id = x.handler_id`;

/** The complaints the caller's authorities received or handle, the latest first. */
export async function readComplaints(
  db: Db,
  scope: Scope,
  { state, limit, after }: Omit<ComplaintsQuery, 'after'> & { after: Cursor | null },
): Promise<ComplaintsPage> {
  const past = after ? sql`and (x.received_at, x.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const only = state === undefined ? sql`` : sql`and x.state = ${state}`;
  const found = await sql<Row>`${selected}
    where ${visibleComplaint(scope)} ${only} ${past} order by x.received_at desc, x.id desc limit ${limit + 1}`.execute(
    db,
  );
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map(summaryOf), next };
}

/** A complaint without its complainant's name; undefined for whoever it is not for. */
export async function readComplaint(db: Db, scope: Scope, id: string): Promise<ComplaintDetail | undefined> {
  const { rows } = await sql<Row>`${selected} where x.id = ${id} and ${visibleComplaint(scope)}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const receives = receivesComplaint(scope, row);
  const assigns = await assignsComplaint(scope, row, db);
  const handles = handlesComplaint(scope, row);
  const [files, events, leads, handlers] = await Promise.all([
    filesOf(db, 'complaint', id),
    eventsOf(db, 'complaint', id, EVENTS),
    leadsOf(db, id),
    assigns ? handlersOf(db, row) : Promise.resolve([]),
  ]);
  return {
    ...summaryOf(row),
    topic: row.topic,
    content: row.content,
    aboutOrganisationId: row.about_organisation_id,
    receiverName: row.receiver_name,
    handlerId: row.handler_id,
    now: nowOf(row),
    escalatedToName: row.escalated_to,
    findingLabel: row.finding && COMPLAINT_FINDINGS[row.finding],
    investigation: row.investigation,
    answer: row.answer,
    files: files.map(({ organisationId: _, ...file }) => file),
    leads,
    events,
    handlers,
    may: {
      assign: assigns && (row.state === 'received' || row.state === 'assigned'),
      investigate: handles && row.state === 'assigned',
      answer: handles && row.state === 'investigated',
      identity: row.is_named && (receives || handles),
      lead: handles,
    },
  };
}

/** A file, for whoever may see its complaint. */
export async function complaintFile(db: Db, scope: Scope, of: { id: string; fileId: string }) {
  const { rows } = await sql`select 1 from complaint x where x.id = ${of.id} and ${visibleComplaint(scope)}`.execute(
    db,
  );
  return rows.length === 0 ? undefined : fileOf(db, 'complaint', of);
}

/** What whoever knows the code learns; undefined for an unknown one. */
export async function readComplaintAnswer(db: Db, typed: string): Promise<ComplaintAnswer | undefined> {
  // A text that can be no code goes the same way to the database as one that is unknown.
  const hash = createHash('sha256')
    .update(readComplaintCode(typed) ?? 'none')
    .digest();
  const { rows } = await sql<Row & { files: number }>`
    select y.*, (select count(*)::int from case_file f where f.case_kind = 'complaint' and f.case_id = y.id) as files
    from (${selected} where x.code_hash = ${hash}) y`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const isAnswered = row.state === 'answered';
  return {
    number: row.number,
    state: row.state,
    stateLabel: COMPLAINT_STATES[row.state],
    receivedAt: row.received_at.toISOString(),
    assignedAt: row.assigned_at?.toISOString() ?? null,
    investigatedAt: row.investigated_at?.toISOString() ?? null,
    answeredAt: row.answered_at?.toISOString() ?? null,
    bodyName: row.handler_name ?? row.receiver_name,
    findingLabel: isAnswered && row.finding ? COMPLAINT_FINDINGS[row.finding] : null,
    answer: row.answer,
    files: row.files,
    ...whenOf(row),
    answerDueOn: row.answer_due_on,
    escalatedToName: isAnswered ? null : row.escalated_to,
  };
}

/** The places and trades to choose from, for anybody. */
export async function readComplaintChoices(db: Db) {
  const [regions, industries] = await Promise.all([
    db.selectFrom('region').select(['code', 'name', 'parent_code as parentCode']).orderBy('code').execute(),
    db.selectFrom('industry').select(['code', 'name']).orderBy('code').execute(),
  ]);
  return { regions, industries };
}

type Lead = ComplaintDetail['leads'][number];

async function leadsOf(db: Db, id: string): Promise<Lead[]> {
  const { rows } = await sql<{ kind: Lead['kind']; id: string; number: number | null }>`
    select 'check' as kind, t.id, c.number from check_task t join claim c on c.id = t.claim_id where t.complaint_id = ${id}
    union all select 'rectification', x.id, x.number from rectification x where x.source_kind = 'complaint' and x.source_id = ${id}
    union all select k.kind, k.reference, null from check_consequence k join check_task t on t.id = k.check_id
      where t.complaint_id = ${id} and k.kind = 'sanction'
    union all select 'misconduct', m.id, null from misconduct m where m.complaint_id = ${id}`.execute(db);
  return rows.map(({ kind, id: leadId, number }) => ({ kind, id: leadId, label: LEADS[kind](number) }));
}
const LEADS: Record<Lead['kind'], (number: number | null) => string> = {
  check: (number) => `核查申报 ${number ?? ''}`,
  rectification: (number) => `责令整改 ${number ?? ''}`,
  sanction: () => '弄虚作假案件',
  misconduct: () => '工作人员问题线索',
};

const summaryOf = (row: Row): ComplaintSummary => ({
  id: row.id,
  number: row.number,
  topicLabel: COMPLAINT_TOPICS[row.topic],
  aboutName: [row.about_name, row.about_text].filter(Boolean).join(' ') || '未指明',
  regionName: row.region_name,
  industryName: row.industry_name,
  handlerName: row.handler_name,
  state: row.state,
  stateLabel: COMPLAINT_STATES[row.state],
  receivedAt: row.received_at.toISOString(),
  isNamed: row.is_named,
  ...whenOf(row),
});

/** What is owed next, and by when. */
function whenOf(row: Row): Pick<ComplaintSummary, 'dutyLabel' | 'dueOn' | 'isOverdue'> {
  const due = dutyOf(row);
  return due === null
    ? { dutyLabel: null, dueOn: null, isOverdue: false }
    : { dutyLabel: COMPLAINT_DUTIES[due.duty], dueOn: due.dueOn, isOverdue: due.dueOn < row.today };
}

function nowOf(row: Row): string {
  switch (row.state) {
    case 'received':
      return `等待${row.receiver_name}转办：请交本行业主管部门调查核实（第二十条）。`;
    case 'assigned':
      return `${row.handler_name ?? ''}正在调查核实。`;
    case 'investigated':
      return `${row.handler_name ?? ''}已有调查结果，等待答复投诉人。`;
    case 'answered':
      return '已答复，投诉人凭查询码可以看到。';
  }
}

const EVENTS: CaseWords = {
  received: () => '收到投诉举报',
  'file-added': () => '投诉人补充了材料',
  assigned: ({ handler, note }) => `转交${handler ?? ''}${note === undefined || note === '' ? '' : `：${note}`}`,
  investigated: ({ finding }) => `登记调查结果：${COMPLAINT_FINDINGS[finding as ComplaintFinding]}`,
  answered: () => '答复投诉人',
  rerouted: ({ body }) => `没有未被投诉的监督人员可以办理，由系统转交${body ?? ''}（第二十条，系统默认解释 D-48）`,
  overdue: ({ duty, due }) => `应于 ${due ?? ''} 前${duty ?? ''}，已逾期，已提醒办理部门`,
  escalated: ({ duty, due, told }) => `应于 ${due ?? ''} 前${duty ?? ''}，至今未办结，已告知${told ?? ''}`,
  'due-date-recounted': ({ due }) => `按公布的节假日重新计算期限：应于 ${due ?? ''} 前答复`,
  'check-opened': ({ number }) => `对申报 ${number ?? ''} 立案核查`,
};
