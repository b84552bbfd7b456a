import { type RawBuilder, sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import {
  CHECKED_REPAIRS,
  type FindingDetail,
  type FindingsPage,
  type FindingsQuery,
  REPAIR_STATES,
  REPAIRS,
  type Repair,
  type RepairBulk,
  type RepairKind,
  repairsFor,
  type StuckFinding,
} from '../../contract/repairs.ts';
import {
  FAULT_CODES,
  type FaultCode,
  NEXT_STEPS,
  RECONCILIATION_PARTS,
  type Reconciliation,
  STUCK_CLASSES,
  STUCK_SUBJECTS,
  type StuckClass,
  type StuckSubject,
  WAITING_CASES,
  type WaitingCase,
} from '../../contract/stuck.ts';
import { legalDay } from '../../rules/calendar.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { stagesToMoveTo } from '../../rules/repair.ts';
import type { Plan } from '../../rules/routing.ts';
import {
  CLAIM_STATES,
  type ClaimState,
  codes,
  STAGE_KINDS,
  STUCK_CAUSES,
  type StuckCause,
} from '../../rules/vocabulary.ts';
import { isProvinceAdministrator, notFound } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import { candidatesFor, lateTask } from '../repairs/reassign.ts';
import { isShownTo } from '../repairs.ts';
import type { StuckFindingRow } from '../tables/reconciliation.ts';
import type { RepairRow } from '../tables/repairs.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { idsWith, overseenPlace, type Scope } from './scope.ts';

/** The stuck console: findings by cause, one of them with its facts side by side, and the repairs of them. */

type Row = StuckFindingRow & {
  sort_key: string;
  claim_title: string | null;
  claim_number: number | null;
  owner: string | null;
  /** Of a case that people know by its number. */
  number: string | null;
};

const FROM = sql`
  from stuck_finding f left join claim c on c.id = f.claim_id
  left join organisation o on o.id = f.organisation_id`;
const COLUMNS = sql`f.*, f.first_seen_at::text as sort_key, c.title as claim_title, c.number as claim_number, o.name as owner,
  case f.subject_kind
    when 'sanction' then (select s.number::text from sanction s where s.id = f.subject_id::uuid)
    when 'complaint' then (select y.number::text from complaint y where y.id = f.subject_id::uuid)
    when 'rectification' then (select t.number::text from rectification t where t.id = f.subject_id::uuid) end as number`;

/** Everything for the province's administrators; others see the claims of the bodies they administer and of the places they oversee. */
const theirs = (scope: Scope): RawBuilder<boolean> =>
  isProvinceAdministrator(scope)
    ? isShownTo(scope.personId)
    : sql<boolean>`(f.claim_id is not null and (f.organisation_id = any (${sql.val(idsWith(scope, ['administrator']))}::text[])
        or ${overseenPlace(scope, 'c')}))`;

type Wanted = Omit<FindingsQuery, 'after'> & { after: Cursor | null };

/** The oldest first. */
export async function readFindings(db: Db, scope: Scope, wanted: Wanted): Promise<FindingsPage> {
  const { limit, after, olderThanHours, state } = wanted;
  const narrowed = sql`${theirs(scope)} and f.resolved_at is null
    ${state === 'open' ? sql`and f.repaired_at is null` : state === 'waiting' ? sql`and f.repaired_at is not null` : sql``}
    ${olderThanHours === undefined ? sql`` : sql`and f.first_seen_at <= now() - make_interval(hours => ${olderThanHours}::int)`}`;
  const from =
    after === null ? sql`` : sql`and (f.first_seen_at, f.id) > (${after.key}::timestamptz, ${after.id}::uuid)`;
  const [page, classes, runs] = await Promise.all([
    sql<Row>`select ${COLUMNS} ${FROM} where ${narrowed} ${wanted.class ? sql`and f.class = ${wanted.class}` : sql``} ${from}
      order by f.first_seen_at, f.id limit ${limit + 1}`.execute(db),
    sql<{ class: StuckClass; n: number; oldest: Date }>`
      select f.class, count(*)::int as n, min(f.first_seen_at) as oldest ${FROM} where ${narrowed} group by f.class`.execute(
      db,
    ),
    isProvinceAdministrator(scope) ? readRuns(db) : [],
  ]);
  const { rows, next } = pageOf(page.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return {
    items: rows.map(shown),
    next,
    classes: codes(STUCK_CLASSES).flatMap((kind) => {
      const counted = classes.rows.find((row) => row.class === kind);
      if (!counted) return [];
      const { n: count, oldest } = counted;
      return [
        { class: kind, label: STUCK_CLASSES[kind], count, oldestAt: oldest.toISOString(), nextStep: NEXT_STEPS[kind] },
      ];
    }),
    runs,
    mayRepair: isProvinceAdministrator(scope),
  };
}

async function readRuns(db: Db): Promise<Reconciliation[]> {
  const rows = await db.selectFrom('reconciliation').selectAll().orderBy('begun_at', 'desc').limit(3).execute();
  return rows.map((row) => ({
    id: row.id,
    depth: row.depth,
    state: row.state,
    partLabel: row.part === null ? null : RECONCILIATION_PARTS[row.part],
    checked: row.checked,
    found: row.found,
    resolved: row.resolved,
    begunAt: row.begun_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }));
}

const shown = (row: Row): StuckFinding => ({
  id: row.id,
  class: row.class,
  classLabel: STUCK_CLASSES[row.class],
  nextStep: NEXT_STEPS[row.class],
  subject: row.subject_kind,
  subjectLabel: STUCK_SUBJECTS[row.subject_kind],
  title: row.claim_title === null ? titleOf(row) : `${row.claim_title}（${row.claim_number ?? ''}）`,
  claimId: row.claim_id,
  ownerName: row.owner ?? '系统管理员',
  why: whyOf(row),
  firstSeenAt: row.first_seen_at.toISOString(),
  lastSeenAt: row.last_seen_at.toISOString(),
  repairedAt: row.repaired_at?.toISOString() ?? null,
  ageHours: Math.max(0, Math.floor((Date.now() - row.first_seen_at.getTime()) / 3_600_000)),
});

/** By its number where it has one, else by its id. */
const titleOf = ({ subject_kind, subject_id, number }: Pick<Row, 'subject_kind' | 'subject_id' | 'number'>): string =>
  `${STUCK_SUBJECTS[subject_kind]} ${number ?? subject_id}`;

type WorkflowFacts = {
  status?: string;
  runId?: string | null;
  state?: string;
  appliedSeq?: number;
  failing?: { what: string; attempts: number; code: FaultCode } | null;
};
const workflowIn = (facts: Record<string, unknown>): WorkflowFacts => facts['workflow'] ?? {};
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const faultIn = (code: unknown): string =>
  typeof code === 'string' && code in FAULT_CODES ? FAULT_CODES[code as FaultCode] : '';

/** The finding's facts in a sentence. */
function whyOf({ class: kind, facts }: Pick<Row, 'class' | 'facts'>): string {
  const { failing } = workflowIn(facts);
  switch (kind) {
    case 'no-eligible-reviewer':
      return facts['cause'] === undefined ? '' : STUCK_CAUSES[facts['cause'] as StuckCause];
    case 'case-without-officers':
      return withoutOfficers(facts);
    case 'overdue':
      return `应于 ${text(facts['dueOn'])} 前办结`;
    case 'activity-failing':
      return failing ? `${FAULT_CODES[failing.code]}，已连续失败 ${failing.attempts} 次` : '';
    case 'outbox-undelivered':
    case 'notice-undeliverable':
      return [faultIn(facts['code']), `已尝试 ${text(facts['attempts'])} 次`].filter((part) => part !== '').join('，');
    case 'workflow-elsewhere':
      return `流程执行到第 ${text(workflowIn(facts).appliedSeq)} 步`;
    case 'aggregates-unequal':
      return `汇总 ${text(facts['kept'])}，记录 ${text(facts['counted'])}`;
    case 'certificate-disagrees':
      return `证书 ${formatHundredths(Number(facts['stated'] ?? 0))} 学时，年度 ${formatHundredths(Number(facts['counted'] ?? 0))} 学时`;
    case 'glyph-missing':
      return Array.isArray(facts['missing']) ? facts['missing'].map(text).join('、') : '';
    case 'workflow-missing':
    case 'workflow-ended':
    case 'claim-without-task':
    case 'task-without-claim':
    case 'ledger-unequal':
      return '';
  }
}

function withoutOfficers({ case: kind, cause, needed, eligible, since }: Record<string, unknown>): string {
  const what = caseWords(kind);
  const from = typeof since === 'string' ? `自 ${legalDay(since)} 起等候` : '';
  if (kind === 'complaint') return [`${what}涉及全部监督人员，或没有监督人员`, from].join('，');
  const why = cause === 'empty-pool' ? '在岗人员不足' : '其余人员须回避';
  return `${what}须由 ${text(needed)} 人办理，可以办理的有 ${text(eligible)} 人（${why}），${from}`;
}

type ClaimFacts = {
  person_id: string;
  year: number;
  state: ClaimState;
  act_seq: number;
  applied_seq: number;
  plan: Plan | null;
  open_tasks: string[];
  entries: number;
  public_hundredths: number | null;
  professional_hundredths: number | null;
};

/** What a workflow's own console is asked by. */
export type TemporalUi = { url: string; namespace: string } | null;

/** One finding: record, workflow and ledger side by side, what may be done, and what has been. */
export async function readFinding(
  db: Db,
  scope: Scope,
  { id, temporalUi }: { id: string; temporalUi: TemporalUi },
): Promise<Outcomes<FindingDetail>> {
  const { rows } = await sql<Row>`select ${COLUMNS} ${FROM} where f.id = ${id} and ${theirs(scope)}`.execute(db);
  const [row] = rows;
  if (!row) return notFound('个事项');
  const claim = row.claim_id === null ? undefined : await claimFacts(db, row.claim_id);
  const mayRepair = isProvinceAdministrator(scope) && row.resolved_at === null;
  const task =
    mayRepair && row.class === 'overdue' && row.claim_id !== null ? await lateTask(db, row.claim_id) : undefined;
  const kinds: readonly RepairKind[] = mayRepair ? repairsFor(row.class, row.subject_kind) : [];
  const stages = claim?.plan && kinds.includes('move') ? stagesToMoveTo(claim.plan, claim.state) : [];
  return {
    ok: true,
    value: {
      ...shown(row),
      record: recordFacts(row, claim),
      workflow: workflowFacts(row),
      ledger: ledgerFacts(row, claim),
      temporalUrl: mayRepair ? urlOf(row, temporalUi) : null,
      links: linksFor(row, scope),
      repairs: kinds.map((kind) => ({ kind, label: REPAIRS[kind], isChecked: CHECKED_REPAIRS.includes(kind) })),
      stages: stages.map((stage) => ({ stage, label: STAGE_KINDS[stage] })),
      colleagues: task ? await candidatesFor(db, task) : [],
      history: mayRepair ? await repairsOf(db, scope, sql`r.finding_id = ${id}`) : [],
    },
  };
}

async function claimFacts(db: Db, claimId: string): Promise<ClaimFacts | undefined> {
  const { rows } = await sql<ClaimFacts>`
    select c.person_id, c.year, c.state, c.act_seq, c.applied_seq, c.plan,
      array(select o.name || coalesce('：' || p.name, '') from task t join organisation o on o.id = t.organisation_id
            left join person p on p.id = t.assignee_id
            where t.claim_id = c.id and t.state in ('open', 'claimed') order by o.name) as open_tasks,
      (select count(*)::int from ledger_entry e where e.source_id = c.id) as entries,
      y.public_hundredths, y.professional_hundredths
    from claim c left join person_year y on y.person_id = c.person_id and y.year = c.year where c.id = ${claimId}`.execute(
    db,
  );
  return rows[0];
}

type Facts = FindingDetail['record'];

function recordFacts({ subject_kind, subject_id, facts }: Row, claim: ClaimFacts | undefined): Facts {
  if (!claim) {
    const known = Object.entries(facts).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
    return [
      { label: STUCK_SUBJECTS[subject_kind], value: subject_id },
      ...known.map(([key, value]) => ({
        label: FACT_WORDS[key] ?? key,
        value: factWords(key, value),
      })),
    ];
  }
  return [
    { label: '状态', value: CLAIM_STATES[claim.state] },
    { label: '已记录的步骤', value: String(claim.act_seq) },
    { label: '已执行的步骤', value: String(claim.applied_seq) },
    { label: '在办任务', value: claim.open_tasks.join('；') || '无' },
  ];
}

function factWords(key: string, value: unknown): string {
  if (key === 'code') return faultIn(value);
  if (key === 'case') return caseWords(value);
  const said = text(value);
  return key === 'cause' && said in STUCK_CAUSES ? STUCK_CAUSES[said as StuckCause] : said;
}

const caseWords = (kind: unknown): string =>
  typeof kind === 'string' && kind in WAITING_CASES ? WAITING_CASES[kind as WaitingCase] : '';

const FACT_WORDS: Readonly<Record<string, string>> = {
  task: '消息种类',
  attempts: '尝试次数',
  writtenAt: '写入时间',
  code: '原因',
  caseKind: '事项种类',
  channel: '渠道',
  state: '状态',
  kind: '通知种类',
  year: '年度',
  kept: '汇总数',
  counted: '记录数',
  stated: '证书学时（百分之一学时）',
  end: '不一致之处',
  verdict: '年度结论',
  case: '事项',
  cause: '原因',
  needed: '须办理人数',
  serving: '在岗人数',
  eligible: '可以办理的人数',
  since: '开始等候时间',
  number: '编号',
};

const STATUS_WORDS: Readonly<Record<string, string>> = { running: '运行中', missing: '不存在', ended: '已结束' };

function workflowFacts({ facts, last_seen_at }: Row): Facts {
  const { status, state, appliedSeq, failing } = workflowIn(facts);
  if (status === undefined) return [{ label: '流程', value: '本类事项不涉及流程，或流程正常' }];
  return [
    { label: '流程', value: STATUS_WORDS[status] ?? status },
    {
      label: '所在环节',
      value: state !== undefined && state in CLAIM_STATES ? CLAIM_STATES[state as ClaimState] : '未知',
    },
    { label: '已执行的步骤', value: appliedSeq === undefined ? '未知' : String(appliedSeq) },
    ...(failing ? [{ label: '失败', value: `${FAULT_CODES[failing.code]}（${failing.attempts} 次）` }] : []),
    { label: '查询时间', value: last_seen_at.toISOString() },
  ];
}

function ledgerFacts({ facts }: Row, claim: ClaimFacts | undefined): Facts {
  if (!claim) {
    const what = facts['what'];
    return Array.isArray(what) ? [{ label: '不一致', value: what.map(text).join('、') }] : [];
  }
  return [
    { label: '这份申报的分录', value: claim.entries === 0 ? '无（尚未计入）' : `${claim.entries} 条` },
    { label: `${claim.year}年度公需学时`, value: formatHundredths(claim.public_hundredths ?? 0) },
    { label: `${claim.year}年度专业学时`, value: formatHundredths(claim.professional_hundredths ?? 0) },
  ];
}

const PAGES: Partial<Record<StuckSubject, { label: string; path: (id: string) => string }>> = {
  sanction: { label: '查看案件', path: (id) => `/sanctions/${id}` },
  deferral: { label: '查看顺延申请', path: () => '/deferrals' },
  reconsideration: { label: '查看复核申请', path: () => '/reconsiderations' },
  rectification: { label: '查看责令整改', path: () => '/rectifications' },
};

/** Where the missing people are registered, by the body's own manager or the province, and where the case itself can be seen. */
function linksFor(
  { class: cause, subject_kind, subject_id, organisation_id }: Row,
  scope: Scope,
): FindingDetail['links'] {
  const page = PAGES[subject_kind];
  const own = page && isProvinceAdministrator(scope) ? [{ label: page.label, path: page.path(subject_id) }] : [];
  if (cause === 'overdue') return [{ label: '督办', path: '/escalations' }];
  if (cause === 'ledger-unequal') return [{ label: '台账核对', path: '/admin/ledger' }];
  if (cause !== 'no-eligible-reviewer' && cause !== 'case-without-officers') return own;
  const isOwn = organisation_id !== null && idsWith(scope, ['administrator']).includes(organisation_id);
  const people = { label: '登记人员与岗位', path: '/unit/register' };
  return [isOwn ? people : { label: '为机构指定管理员', path: '/admin/organisations' }, ...own];
}

/** The workflow in Temporal's own console. */
function urlOf({ subject_kind, subject_id, claim_id, facts }: Row, ui: TemporalUi): string | null {
  const isCase = ['complaint', 'deferral', 'rectification', 'sanction', 'reconsideration', 'title-order'].includes(
    subject_kind,
  );
  const workflowId =
    claim_id !== null && !isCase ? `claim/${claim_id}` : isCase ? `${subject_kind}/${subject_id}` : null;
  if (ui === null || workflowId === null) return null;
  const { runId } = workflowIn(facts);
  const run = runId ? `/${runId}/history` : '';
  return `${ui.url.replace(/\/$/, '')}/namespaces/${ui.namespace}/workflows/${encodeURIComponent(workflowId)}${run}`;
}

type ShownRepair = RepairRow & {
  proposer: string;
  decider: string | null;
  class: StuckClass;
  subject_kind: StuckFindingRow['subject_kind'];
  subject_id: string;
  claim_title: string | null;
};

async function repairsOf(db: Db, scope: Scope, which: RawBuilder<unknown>): Promise<Repair[]> {
  const { rows } = await sql<ShownRepair>`
    select r.*, p.name as proposer, d.name as decider, f.class, f.subject_kind, f.subject_id, c.title as claim_title
    from repair r join person p on p.id = r.proposed_by left join person d on d.id = r.decided_by
    join stuck_finding f on f.id = r.finding_id left join claim c on c.id = f.claim_id
    where ${which} order by r.proposed_at desc limit 100`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    kindLabel: REPAIRS[row.kind],
    state: row.state,
    stateLabel: REPAIR_STATES[row.state],
    findingId: row.finding_id,
    title: row.claim_title ?? `${STUCK_SUBJECTS[row.subject_kind]} ${row.subject_id}`,
    classLabel: STUCK_CLASSES[row.class],
    reason: row.reason,
    proposedBy: row.proposer,
    isOwn: row.proposed_by === scope.personId,
    proposedAt: row.proposed_at.toISOString(),
    decidedBy: row.decider,
    decidedAt: row.decided_at?.toISOString() ?? null,
    note: row.note,
    effect: row.effect,
  }));
}

/** One repair, as its answer shows it. */
export const readRepair = async (db: Db, scope: Scope, id: string): Promise<Repair | undefined> =>
  (await repairsOf(db, scope, sql`r.id = ${id}`))[0];

/** Those that wait for a second person first, then the newest. */
export async function readRepairs(db: Db, scope: Scope): Promise<{ items: Repair[]; bulks: RepairBulk[] }> {
  const [waiting, newest] = await Promise.all([
    repairsOf(db, scope, sql`r.bulk_id is null and r.state = 'proposed'`),
    repairsOf(db, scope, sql`r.bulk_id is null and r.state <> 'proposed'`),
  ]);
  return { items: [...waiting, ...newest.slice(0, 30)], bulks: await bulksOf(db, scope, sql`true`) };
}

export const readRepairBulk = async (db: Db, scope: Scope, id: string): Promise<RepairBulk | undefined> =>
  (await bulksOf(db, scope, sql`b.id = ${id}`))[0];

type BulkRow = {
  id: string;
  kind: RepairKind;
  class: StuckClass;
  reason: string;
  state: RepairBulk['state'];
  total: number;
  proposed_by: string;
  proposer: string;
  proposed_at: Date;
  done: number;
  refused: number;
};

async function bulksOf(db: Db, scope: Scope, which: RawBuilder<unknown>): Promise<RepairBulk[]> {
  const { rows } = await sql<BulkRow>`
    select b.*, p.name as proposer,
      (select count(*)::int from repair r where r.bulk_id = b.id and r.state = 'done') as done,
      (select count(*)::int from repair r where r.bulk_id = b.id and r.state = 'refused') as refused
    from repair_bulk b join person p on p.id = b.proposed_by where ${which} order by b.proposed_at desc limit 10`.execute(
    db,
  );
  return rows.map((row) => ({
    id: row.id,
    kindLabel: REPAIRS[row.kind],
    classLabel: STUCK_CLASSES[row.class],
    reason: row.reason,
    proposedBy: row.proposer,
    isOwn: row.proposed_by === scope.personId,
    proposedAt: row.proposed_at.toISOString(),
    state: row.state,
    total: row.total,
    done: row.done,
    refused: row.refused,
  }));
}
