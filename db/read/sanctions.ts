import { type RawBuilder, sql } from 'kysely';
import type { SanctionDetail, SanctionSummary, SanctionsPage, SanctionsQuery } from '../../contract/sanctions.ts';
import {
  APPEAL_STATES,
  PROPOSAL_KINDS,
  type ProposalKind,
  recordLastDay,
  SANCTION_SOURCES,
  SANCTION_STATES,
} from '../../rules/sanction.ts';
import { CLAIM_STATES, FORMS } from '../../rules/vocabulary.ts';
import { hasBeenHeard, lastDayOf } from '../acts/sanction-hearings.ts';
import type { Db } from '../connect.ts';
import { CASE_OFFICERS } from '../sanction-officers.ts';
import type { ProposalRow, SanctionRow } from '../tables/sanctions.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { withNames } from './sanction-impact.ts';
import type { Scope } from './scope.ts';
import { ordersOf } from './title-orders.ts';

type Row = SanctionRow & {
  person_name: string;
  employer_name: string | null;
  authority_name: string;
  has_appeal: boolean;
  is_above: boolean;
  sort_key: string;
};

const selected = (scope: Scope) => sql`
  select s.*, s.opened_at::text as sort_key, p.name as person_name, e.name as employer_name, a.name as authority_name,
    exists (select from sanction_appeal x where x.sanction_id = s.id and x.state = 'open') as has_appeal, ${isAbove(scope)} as is_above
  from sanction s join person p on p.id = s.person_id join organisation a on a.id = s.authority_id
  left join organisation e on e.id = s.employer_id`;

const officesOf = (scope: Scope): string[] =>
  scope.holdings.filter((h) => CASE_OFFICERS.includes(h.role) || h.role === 'auditor').map((h) => h.organisationId);

/** Whether one of the caller's HRSS authorities stands above the case's. */
const isAbove = (scope: Scope): RawBuilder<boolean> => sql<boolean>`exists (
  select from region r join organisation up on up.kind = 'hrss' and up.region_code <> a.region_code
    and (up.level = 'province' or up.region_code = r.parent_code)
  where r.code = a.region_code and up.id = any (${sql.val(officesOf(scope))}::text[]))`;

const ofOffice = (scope: Scope): RawBuilder<boolean> =>
  sql<boolean>`((s.authority_id = any (${sql.val(officesOf(scope))}::text[]) or ${isAbove(scope)}) and s.person_id <> ${scope.personId})`;
/** The person sees their case from the notice on. */
const ofPerson = (scope: Scope): RawBuilder<boolean> =>
  sql<boolean>`(s.person_id = ${scope.personId} and s.noticed_at is not null)`;

/** Cases of a box, the latest first. */
export async function readSanctions(
  db: Db,
  scope: Scope,
  { box, state, limit, after }: Omit<SanctionsQuery, 'after'> & { after: Cursor | null },
): Promise<SanctionsPage> {
  const past = after ? sql`and (s.opened_at, s.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const within = box === 'mine' ? ofPerson(scope) : ofOffice(scope);
  const wanted = box === 'records' ? sql`and s.state = 'in-force'` : state ? sql`and s.state = ${state}` : sql``;
  const found = await sql<Row>`${selected(scope)}
    where ${within} ${wanted} ${past} order by s.opened_at desc, s.id desc limit ${limit + 1}`.execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map(summaryOf), next };
}

function summaryOf(row: Row): SanctionSummary {
  return {
    id: row.id,
    number: row.number,
    year: row.year,
    personName: row.person_name,
    employerName: row.employer_name ?? '',
    authorityName: row.authority_name,
    state: row.state,
    stateLabel: SANCTION_STATES[row.state],
    openedAt: row.opened_at.toISOString(),
    nextOn: nextOnOf(row),
    hasAppeal: row.has_appeal,
  };
}

/** What a case still waits for; nothing once it is over, nor of a person who has said that they said all. */
function nextOnOf({ state, defence_due_at: dueAt, defence_closed_at: closedAt, ends_on: endsOn }: Row): string | null {
  if (state === 'hearing' || state === 'decided') return closedAt === null ? dueAt && lastDayOf(dueAt) : null;
  return state === 'in-force' ? endsOn && recordLastDay(endsOn) : null;
}

/** A case for its person, the officers of its authority, and the HRSS authorities above; undefined for everybody else. */
export async function readSanction(db: Db, scope: Scope, id: string, now: Date): Promise<SanctionDetail | undefined> {
  const { rows } =
    await sql<Row>`${selected(scope)} where s.id = ${id} and (${ofPerson(scope)} or ${ofOffice(scope)})`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const isOwn = row.person_id === scope.personId;
  const proposals = await proposalsOf(db, id);
  const open = proposals.find((one) => one.answer === null);
  const imposing = proposals.findLast((one) => one.answer === 'confirmed' && one.kind !== 'refuse-appeal');
  return {
    ...summaryOf(row),
    version: row.version,
    isOwn,
    now: nowOf(row, now),
    rights: RIGHTS,
    charge: row.charge,
    noticedAt: row.noticed_at?.toISOString() ?? null,
    defenceLastDay: row.defence_due_at && lastDayOf(row.defence_due_at),
    defenceDueAt: row.defence_due_at?.toISOString() ?? null,
    defenceClosedAt: row.defence_closed_at?.toISOString() ?? null,
    effectiveOn: row.effective_on,
    endsOn: row.ends_on,
    decisionReason: imposing?.reason ?? null,
    grounds: isOwn ? [] : await groundsOf(db, id),
    claims: await claimsOf(db, id),
    files: await filesOf(db, row),
    defences: await defencesOf(db, id),
    appeals: await appealsOf(db, id),
    proposals: isOwn ? [] : await Promise.all(proposals.map((one) => shownProposal(db, one))),
    impact: row.impact,
    orders: await ordersOf(db, id),
    events: await eventsOf(db, id, isOwn),
    may: mayOf(scope, row, { isOwn, open, now }),
  };
}

const RIGHTS = [
  '您有权陈述和申辩，并可以上传证明材料；期限为告知次日起10个工作日（系统默认解释 D-14），逾期提交的仍予保存并注明。',
  '处理决定须由两名工作人员作出；审核过您申报的人员不得办理。',
  '处理生效后，您可以申诉；由没有参与原决定的工作人员或上一级人社部门答复。',
];

type Holding = { isOwn: boolean; open: ProposalRow | undefined; now: Date };

function mayOf(scope: Scope, row: Row, { isOwn, open, now }: Holding): SanctionDetail['may'] {
  const acts = (id: string) =>
    scope.holdings.some((h) => h.organisationId === id && CASE_OFFICERS.includes(h.role)) && !isOwn;
  const handles = acts(row.authority_id);
  const isHearing = row.state === 'hearing';
  const answers = open !== undefined && acts(open.organisation_id);
  return {
    notice: handles && row.state === 'opened',
    extend: handles && isHearing && !hasBeenHeard(row, now),
    defend: isOwn && (isHearing || row.state === 'decided'),
    attach: (isOwn || handles) && row.state !== 'lifted' && row.state !== 'dismissed',
    propose: open === undefined && !isOwn ? proposable(row, { handles, now }) : [],
    confirm: answers && open.proposed_by !== scope.personId,
    refuse: answers,
    appeal: isOwn && (row.state === 'in-force' || row.state === 'ended') && !row.has_appeal,
  };
}

function proposable(row: Row, { handles, now }: { handles: boolean; now: Date }): ProposalKind[] {
  const { state } = row;
  if (handles && state === 'opened') return ['dismiss'];
  if (handles && state === 'hearing') return hasBeenHeard(row, now) ? ['impose', 'dismiss'] : ['dismiss'];
  if ((handles || row.is_above) && (state === 'in-force' || state === 'ended'))
    return row.has_appeal ? ['lift', 'refuse-appeal'] : ['lift'];
  return [];
}

function nowOf(row: Row, now: Date): string {
  const lastDay = row.defence_due_at ? lastDayOf(row.defence_due_at) : '';
  const recordDay = row.ends_on ?? '';
  switch (row.state) {
    case 'opened':
      return `${row.authority_name}已立案，正在核实，尚未告知当事人。`;
    case 'hearing':
      return hasBeenHeard(row, now)
        ? `陈述申辩已结束，等待${row.authority_name}决定。`
        : `当事人可在${lastDay}（含当日）之前陈述申辩；之后由${row.authority_name}决定。`;
    case 'decided':
      return `${row.authority_name}的一名工作人员已拟定处理意见，由另一名确认后生效。`;
    case 'in-force':
      return `${row.year}年度学时已全部取消（第二十一条）。失信记录自${row.effective_on ?? ''}起，至${recordDay}零时自动终止，期间不得申报职称；对处理不服的，可以申诉。`;
    case 'ended':
      return `失信记录已于${recordDay}零时终止，可以申报职称；${row.year}年度学时仍为取消。`;
    case 'lifted':
      return row.impact?.claimsClosed.length
        ? '处理已撤销，学时和证书已恢复；因处理终止的申报恢复到当时的环节继续办理，结果见办理经过。'
        : '处理已撤销，学时和证书已恢复。';
    case 'dismissed':
      return '案件不予处理，学时、证书没有变化。';
  }
}

const proposalsOf = (db: Db, id: string): Promise<ProposalRow[]> =>
  db.selectFrom('sanction_proposal').selectAll().where('sanction_id', '=', id).orderBy('id').execute();

async function shownProposal(db: Db, one: ProposalRow): Promise<SanctionDetail['proposals'][number]> {
  const { rows } = await sql<{ by: string; answered: string | null }>`
    select (select name from person where id = ${one.proposed_by}) as by, (select name from person where id = ${one.answered_by}::uuid) as answered`.execute(
    db,
  );
  return {
    id: one.id,
    kind: one.kind,
    kindLabel: PROPOSAL_KINDS[one.kind],
    reason: one.reason,
    titles: await withNames(db, one.titles),
    by: rows[0]?.by ?? '',
    at: one.proposed_at.toISOString(),
    answer: one.answer,
    answerReason: one.answer_reason,
    answeredBy: rows[0]?.answered ?? null,
  };
}

async function groundsOf(db: Db, id: string): Promise<SanctionDetail['grounds']> {
  const rows = await db
    .selectFrom('sanction_ground as g')
    .innerJoin('person as p', 'p.id', 'g.reported_by')
    .leftJoin('organisation as o', 'o.id', 'g.organisation_id')
    .select(['g.source', 'g.explanation', 'g.reported_at', 'p.name', 'o.name as organisation'])
    .where('g.sanction_id', '=', id)
    .orderBy('g.id')
    .execute();
  return rows.map((g) => ({
    source: g.source,
    sourceLabel: SANCTION_SOURCES[g.source],
    explanation: g.explanation,
    by: [g.organisation, g.name].filter(Boolean).join(' '),
    at: g.reported_at.toISOString(),
  }));
}

type EvidenceRow = {
  claim_id: string;
  id: string;
  file_name: string;
  media_type: 'application/pdf' | 'image/jpeg' | 'image/png';
  size_bytes: number;
  sha256: string;
  uploaded_at: Date;
  used_by_others: number;
};

async function claimsOf(db: Db, id: string): Promise<SanctionDetail['claims']> {
  const claims = await db
    .selectFrom('sanction_claim as s')
    .innerJoin('claim as c', 'c.id', 's.claim_id')
    .select(['c.id', 'c.number', 'c.title', 'c.form', 'c.state'])
    .where('s.sanction_id', '=', id)
    .orderBy('c.number')
    .execute();
  const { rows } = await sql<EvidenceRow>`
    select v.claim_id, v.id, v.file_name, v.media_type, v.size_bytes, encode(v.sha256, 'hex') as sha256, v.uploaded_at,
      (select count(distinct oc.person_id)::int from evidence o join claim oc on oc.id = o.claim_id
       where o.sha256 = v.sha256 and oc.person_id <> c.person_id) as used_by_others
    from sanction_claim s join claim c on c.id = s.claim_id join evidence v on v.claim_id = c.id
    where s.sanction_id = ${id} and v.removed_at is null order by v.id`.execute(db);
  return claims.map((c) => ({
    claimId: c.id,
    number: c.number,
    title: c.title,
    formLabel: FORMS[c.form],
    state: c.state,
    stateLabel: CLAIM_STATES[c.state],
    evidence: rows
      .filter((v) => v.claim_id === c.id)
      .map((v) => ({
        id: v.id,
        fileName: v.file_name,
        mediaType: v.media_type,
        sizeBytes: v.size_bytes,
        sha256: v.sha256,
        uploadedAt: v.uploaded_at.toISOString(),
        usedByOthers: v.used_by_others,
      })),
  }));
}

async function filesOf(
  db: Db,
  { id, defence_due_at: dueAt, decided_at: decidedAt }: Row,
): Promise<SanctionDetail['files']> {
  const rows = await db
    .selectFrom('case_file')
    .select(['id', 'file_name', 'media_type', 'size_bytes', 'sha256', 'uploaded_at', 'organisation_id'])
    .where('case_kind', '=', 'sanction')
    .where('case_id', '=', id)
    .orderBy('id')
    .execute();
  return rows.map((f) => ({
    id: f.id,
    fileName: f.file_name,
    mediaType: f.media_type,
    sizeBytes: f.size_bytes,
    sha256: f.sha256.toString('hex'),
    uploadedAt: f.uploaded_at.toISOString(),
    by: f.organisation_id === null ? '当事人' : '办案机构',
    // What is handed in after the decision belongs to an appeal.
    isLate:
      f.organisation_id === null &&
      dueAt !== null &&
      f.uploaded_at >= dueAt &&
      (decidedAt === null || f.uploaded_at < decidedAt),
  }));
}

async function defencesOf(db: Db, id: string): Promise<SanctionDetail['defences']> {
  const rows = await db
    .selectFrom('sanction_defence')
    .selectAll()
    .where('sanction_id', '=', id)
    .orderBy('id')
    .execute();
  return rows.map((d) => ({ text: d.text, isLate: d.is_late, at: d.stated_at.toISOString() }));
}

async function appealsOf(db: Db, id: string): Promise<SanctionDetail['appeals']> {
  const rows = await db.selectFrom('sanction_appeal').selectAll().where('sanction_id', '=', id).orderBy('id').execute();
  return rows.map((a) => ({
    text: a.text,
    state: a.state,
    stateLabel: APPEAL_STATES[a.state],
    at: a.appealed_at.toISOString(),
    answer: a.answer,
    answeredAt: a.answered_at?.toISOString() ?? null,
  }));
}

/** A file of the case, for whoever may see the case. */
export async function sanctionFile(db: Db, scope: Scope, { id, fileId }: { id: string; fileId: string }) {
  const { rows } = await sql<{ storage_key: string; file_name: string; media_type: string; size_bytes: number }>`
    select f.storage_key, f.file_name, f.media_type, f.size_bytes
    from case_file f join sanction s on s.id = f.case_id join organisation a on a.id = s.authority_id
    where f.case_kind = 'sanction' and f.id = ${fileId} and s.id = ${id} and (${ofPerson(scope)} or ${ofOffice(scope)})`.execute(
    db,
  );
  return rows[0];
}

type Words = (detail: Record<string, string | number>) => string;
/** What officers do among themselves before a decision is not the person’s to read. */
const INTERNAL: readonly string[] = ['opened', 'reported-again', 'proposed', 'sent-back'];
const EVENTS: Record<string, Words> = {
  opened: ({ explanation }) => `立案：${explanation}`,
  'reported-again': ({ explanation }) => `补充线索：${explanation}`,
  noticed: ({ lastDay }) => `告知当事人，可在${lastDay}前陈述申辩`,
  extended: ({ until, reason }) => `陈述申辩期限延长至${until}：${reason}`,
  defended: () => '当事人陈述申辩',
  'defended-late': () => '当事人逾期陈述申辩，已保存并注明',
  'defended-finally': () => '当事人陈述申辩，并声明陈述完毕',
  'file-added': () => '上传了材料',
  'hearing-over': () => '系统登记：陈述申辩期限届满（系统默认解释 D-14）',
  proposed: ({ proposal, reason }) => `拟定“${PROPOSAL_KINDS[proposal as ProposalKind]}”：${reason}`,
  'sent-back': ({ reason }) => `退回拟定的处理：${reason}`,
  imposed: ({ endsOn, reason }) => `处理生效（第二十一条），失信记录至${endsOn}零时：${reason}`,
  dismissed: ({ reason }) => `不予处理：${reason}`,
  appealed: () => '当事人申诉',
  'appeal-refused': ({ reason }) => `申诉答复，维持原处理：${reason}`,
  lifted: ({ reason, claimsRestored, claimsLeft }) =>
    `撤销处理，学时和证书恢复：${reason}${counted(claimsRestored, '当时终止的申报恢复办理')}${counted(claimsLeft, '因同一活动已重新申报，不再恢复')}`,
  ended: () => '系统登记：失信记录期限届满，自动终止（系统默认解释 D-15）',
};

const counted = (n: string | number | undefined, words: string): string =>
  Number(n ?? 0) > 0 ? `（${n} 项${words}）` : '';

async function eventsOf(db: Db, id: string, isOwn: boolean): Promise<SanctionDetail['events']> {
  const rows = await db
    .selectFrom('case_event as v')
    .leftJoin('person as p', 'p.id', 'v.actor_id')
    .leftJoin('organisation as o', 'o.id', 'v.organisation_id')
    .select(['v.at', 'v.kind', 'v.detail', 'p.name as person', 'o.name as organisation'])
    .where('v.case_kind', '=', 'sanction')
    .where('v.case_id', '=', id)
    .orderBy('v.id')
    .execute();
  return rows
    .filter((v) => !(isOwn && INTERNAL.includes(v.kind)))
    .map((v) => ({
      at: v.at.toISOString(),
      text: EVENTS[v.kind]?.(v.detail) ?? v.kind,
      // The person learns which authority acted, not which of its officers.
      by:
        (isOwn && v.organisation !== null ? v.organisation : [v.organisation, v.person].filter(Boolean).join(' ')) ||
        '系统',
    }));
}
