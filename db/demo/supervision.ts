import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Day } from '../../rules/activity.ts';
import { addDays, endOfDayInstant, yearOf } from '../../rules/calendar.ts';
import type { ComplaintFinding, ComplaintState, ComplaintTopic } from '../../rules/complaint.ts';
import type { RectificationState, Violation } from '../../rules/rectification.ts';
import { risksOf } from '../../rules/risk.ts';
import { drawSample, frameHash, frameOf, SAMPLING_ALGORITHM } from '../../rules/sampling.ts';
import type { CheckState, InquiryState, InspectionKind, MisconductState } from '../../rules/supervision.ts';
import { dateColumns } from '../complaints.ts';
import { riskFacts } from '../read/frames.ts';
import type { Database } from '../schema.ts';
import type { CaseKind } from '../tables/deferrals.ts';
import { STORY_HOSPITAL_ID } from './organisations.ts';

/** Supervision of the story's city in every state: drawings with their checks, inquiries, complaints, orders, misconduct. */

const CITY = 'hrss-420500';
const HEALTH = 'ind-420500-health';
const PROVINCE = 'hrss-420000';
/** As public as the demo accounts' password: what the complaint that was answered is asked for with. */
const ANSWERED_CODE = 'DEMANSWERED22222';

type Trx = Kysely<Database>;
type Stage = { trx: Trx; today: Day; people: Cast };
type Cast = { supervisor: string; health: string; province: string; manager: string };

/** Within the seed's transaction, after its rows: what is drawn is drawn from them. */
export async function addSupervision(trx: Trx, today: Day): Promise<void> {
  const stage = { trx, today, people: await castOf(trx) };
  await addInspections(stage);
  await addUses(stage);
  for (const [at, complaint] of COMPLAINTS.entries()) await addComplaint(stage, complaint, at);
  for (const [at, order] of ORDERS.entries()) await addOrder(stage, order, at);
  for (const [at, state] of (['recorded', 'referred', 'concluded'] as const).entries())
    await addMisconduct(stage, state, at);
}

async function castOf(trx: Trx): Promise<Cast> {
  const personOf = async (username: string): Promise<string> => {
    const row = await trx
      .selectFrom('account')
      .select('person_id')
      .where('username', '=', username)
      .executeTakeFirstOrThrow();
    return row.person_id;
  };
  return {
    supervisor: await personOf('yc-supervisor'),
    health: await personOf('health-supervisor'),
    province: await personOf('supervisor'),
    manager: await personOf('hospital-manager'),
  };
}

/** The same id and seed whenever the demo is made. */
const idOf = (name: string, at: number): string => {
  const hex = createHash('sha256').update(`${name} ${at}`).digest('hex');
  return `01936d70-0000-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
};
const seedOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 32);
const instant = (today: Day, daysAgo: number): string => `${addDays(today, -daysAgo)}T02:00:00.000Z`;

type Event = {
  caseKind: CaseKind;
  id: string;
  kind: string;
  at: string;
  by: string | null;
  of: string | null;
  detail?: object;
};

const tell = ({ trx }: Stage, { caseKind, id, kind, at, by, of, detail = {} }: Event) =>
  trx
    .insertInto('case_event')
    .values({
      case_kind: caseKind,
      case_id: id,
      kind,
      at,
      actor_id: by,
      organisation_id: of,
      detail: JSON.stringify(detail),
    })
    .execute();

type Drawing = {
  id: string;
  kind: InspectionKind;
  title: string;
  frame: readonly string[];
  size: number;
  daysAgo: number;
};

async function addDrawing({ trx, today, people }: Stage, drawing: Drawing): Promise<readonly string[]> {
  const { id, kind, title, frame, size, daysAgo } = drawing;
  const seed = seedOf(title);
  await trx
    .insertInto('inspection')
    .values({
      id,
      kind,
      organisation_id: CITY,
      title,
      year: yearOf(today),
      filters: '{}',
      algorithm: kind === 'risk' ? 'risk-1' : SAMPLING_ALGORITHM,
      seed,
      frame: [...frameOf(frame)],
      frame_hash: frameHash(frame),
      size,
      drawn_by: people.supervisor,
      drawn_at: instant(today, daysAgo),
      request_key: id,
    })
    .execute();
  return drawSample({ seed, frame, size: kind === 'risk' ? frame.length : size });
}

async function addInspections(stage: Stage): Promise<void> {
  const { trx, today } = stage;
  const year = yearOf(today);
  const { rows } = await sql<{ id: string }>`
    select c.id from claim c where c.year = ${year} and c.state = 'filed'
      and c.region_code in (select code from region where '420500' in (code, parent_code)) order by c.number`.execute(
    trx,
  );
  const filed = rows.map((row) => row.id);
  if (filed.length === 0) return;
  const random = {
    id: idOf('inspection', 1),
    kind: 'random',
    title: `${year}年第四季度随机抽查`,
    frame: filed,
    size: 8,
    daysAgo: 12,
  } as const;
  for (const [at, claimId] of (await addDrawing(stage, random)).entries())
    await addCheck(stage, {
      inspection: random,
      claimId,
      at,
      state: (['passed', 'finding', 'passed'] as const)[at] ?? 'open',
      risks: [],
    });
  const facts = await riskFacts(trx, filed, year);
  const risky = filed.filter((id) => risksOf(facts.get(id) ?? []).score > 0);
  if (risky.length === 0) return;
  const risk = {
    id: idOf('inspection', 2),
    kind: 'risk',
    title: `${year}年度重点核查`,
    frame: risky,
    size: 6,
    daysAgo: 3,
  } as const;
  const scoreOf = (id: string) => risksOf(facts.get(id) ?? []).score;
  const drawn = [...(await addDrawing(stage, risk))].sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, risk.size);
  for (const [at, claimId] of drawn.entries())
    await addCheck(stage, {
      inspection: risk,
      claimId,
      at,
      state: 'open',
      risks: risksOf(facts.get(claimId) ?? []).risks,
    });
}

type Check = {
  inspection: Drawing;
  claimId: string;
  at: number;
  state: CheckState;
  risks: ReturnType<typeof risksOf>['risks'];
};

async function addCheck(stage: Stage, { inspection, claimId, at, state, risks }: Check): Promise<void> {
  const { trx, today, people } = stage;
  const id = idOf(`check ${inspection.id}`, at);
  const { person_id } = await trx
    .selectFrom('claim')
    .select('person_id')
    .where('id', '=', claimId)
    .executeTakeFirstOrThrow();
  const isOpen = state === 'open';
  const concludedAt = instant(today, inspection.daysAgo - 4 - at);
  await trx
    .insertInto('check_task')
    .values({
      id,
      inspection_id: inspection.id,
      complaint_id: null,
      organisation_id: CITY,
      claim_id: claimId,
      person_id,
      position: at + 1,
      score: Math.min(
        100,
        risks.reduce((sum, risk) => sum + risk.score, 0),
      ),
      risks: JSON.stringify(risks),
      state,
      opened_at: instant(today, inspection.daysAgo),
      conclusion: isOpen
        ? null
        : state === 'passed'
          ? '材料与申报一致。'
          : '证明材料缺少主办单位盖章，已要求单位补充。',
      concluded_by: isOpen ? null : people.supervisor,
      concluded_at: isOpen ? null : concludedAt,
    })
    .execute();
  if (!isOpen)
    await tell(stage, { caseKind: 'check', id, kind: state, at: concludedAt, by: people.supervisor, of: CITY });
}

const USES: readonly InquiryState[] = ['asked', 'answered', 'passed', 'finding'];

/** Four units are asked, the story's hospital among them. */
async function addUses(stage: Stage): Promise<void> {
  const { trx, today, people } = stage;
  const employers = [STORY_HOSPITAL_ID, 'emp-420500-0002', 'emp-420500-0003', 'emp-420500-0004'];
  const { rows } = await sql<{ id: string; people: number }>`
    select employer_id as id, count(*)::int as people from affiliation
    where employer_id = any (${employers}::text[]) and from_on <= ${today}::date and (until_on is null or until_on > ${today}::date) group by 1 order by 1`.execute(
    trx,
  );
  if (rows.length === 0) return;
  const inspection = {
    id: idOf('inspection', 3),
    kind: 'use',
    title: `${yearOf(today)}年度结果应用检查`,
    frame: rows.map((row) => row.id),
    size: 4,
    daysAgo: 20,
  } as const;
  await addDrawing(stage, inspection);
  for (const [at, row] of rows.entries()) {
    const state = USES[at] ?? 'asked';
    const isAnswered = state !== 'asked';
    const isOver = state === 'passed' || state === 'finding';
    await trx
      .insertInto('use_inquiry')
      .values({
        id: idOf('inquiry', at),
        inspection_id: inspection.id,
        organisation_id: CITY,
        employer_id: row.id,
        year: yearOf(today),
        position: at + 1,
        people: row.people,
        considered: Math.floor(row.people / (at + 3)),
        state,
        asked_at: instant(today, 20),
        answer: isAnswered ? '岗位聘任已查询学时，年度考核拟于年底集中查询。' : null,
        answered_by: isAnswered ? people.manager : null,
        answered_at: isAnswered ? instant(today, 12) : null,
        conclusion: isOver
          ? state === 'passed'
            ? '说明合理，年底前复核。'
            : '未按规定将继续教育情况作为考核依据。'
          : null,
        concluded_by: isOver ? people.supervisor : null,
        concluded_at: isOver ? instant(today, 6) : null,
        rectification_id: null,
      })
      .execute();
  }
}

type Complaint = {
  state: ComplaintState;
  topic: ComplaintTopic;
  content: string;
  about: string;
  name?: string;
  finding?: ComplaintFinding;
  /** Days since it came in. */
  age: number;
  /** Handled by the receiving authority itself, so late that its superior was told. */
  isLate?: true;
};
const COMPLAINTS: readonly Complaint[] = [
  {
    state: 'received',
    topic: 'employer',
    content: '单位初审人员长期不办理申报，已等待两个月。',
    about: '某区中医医院',
    age: 4,
  },
  {
    state: 'assigned',
    topic: 'institution',
    content: '某培训机构收费后未授课，直接发放结业证明。',
    about: '某教育咨询公司',
    name: '陈先生',
    age: 17,
  },
  {
    state: 'investigated',
    topic: 'fraud',
    content: '有人用同一份结业证书为多人申报学时。',
    about: '某卫生院',
    finding: 'partly',
    age: 16,
  },
  {
    state: 'answered',
    topic: 'employer',
    content: '单位不安排职工参加继续教育，也不认可自学。',
    about: '某检测站',
    name: '刘女士',
    finding: 'true',
    age: 15,
  },
  {
    state: 'received',
    topic: 'staff',
    content: '窗口人员对补正要求说法不一，多次往返。',
    about: '某区人社窗口',
    age: 16,
  },
  {
    state: 'assigned',
    topic: 'fraud',
    content: '某单位统一代写学习心得并集中申报学时。',
    about: '某设计院',
    age: 90,
    isLate: true,
  },
];

async function addComplaint(
  stage: Stage,
  { state, topic, content, about, name, finding, age, isLate }: Complaint,
  at: number,
): Promise<void> {
  const { trx, today, people } = stage;
  const id = idOf('complaint', at);
  const [isAssigned, isInvestigated, isAnswered] = [state !== 'received', finding !== undefined, state === 'answered'];
  const when = (later: number) => instant(today, age - later);
  const handler = isLate === true ? CITY : HEALTH;
  const dates = dateColumns(addDays(today, -age));
  await trx
    .insertInto('complaint')
    .values({
      id,
      code_hash: createHash('sha256')
        .update(isAnswered ? ANSWERED_CODE : id)
        .digest(),
      topic,
      content,
      region_code: '420500',
      industry_code: 'health',
      about_organisation_id: null,
      about_person_id: null,
      about_text: about,
      receiver_id: CITY,
      handler_id: isAssigned ? handler : null,
      state,
      received_at: when(0),
      assigned_at: isAssigned ? when(1) : null,
      finding: finding ?? null,
      investigation: isInvestigated ? '查阅了单位的学习档案和签到记录，询问了有关人员。' : null,
      investigated_by: isInvestigated ? people.health : null,
      investigated_at: isInvestigated ? when(6) : null,
      answer: isAnswered ? '经查属实，已责令该单位限期制定年度计划并安排职工学习。感谢您的监督。' : null,
      answered_by: isAnswered ? people.health : null,
      answered_at: isAnswered ? when(8) : null,
      ...dates,
    })
    .execute();
  if (name !== undefined)
    await trx.insertInto('complaint_identity').values({ complaint_id: id, name, contact: '13900000000' }).execute();
  await tellOfComplaint(stage, { id, finding, isLate: isLate === true, isAssigned, isAnswered, when });
  if (isLate === true) await addWarnings(stage, id, dates);
}

type Followed = {
  id: string;
  finding: Complaint['finding'] | undefined;
  isLate: boolean;
  isAssigned: boolean;
  isAnswered: boolean;
  when: (later: number) => string;
};

async function tellOfComplaint(
  stage: Stage,
  { id, finding, isLate, isAssigned, isAnswered, when }: Followed,
): Promise<void> {
  const { people } = stage;
  const line = { caseKind: 'complaint', id } as const;
  await tell(stage, { ...line, kind: 'received', at: when(0), by: null, of: null });
  if (isAssigned)
    await tell(stage, {
      ...line,
      kind: 'assigned',
      at: when(1),
      by: people.supervisor,
      of: CITY,
      detail: { handler: isLate ? '宜昌市人力资源和社会保障局' : '宜昌市卫生健康委员会', note: '' },
    });
  if (finding !== undefined)
    await tell(stage, {
      ...line,
      kind: 'investigated',
      at: when(6),
      by: people.health,
      of: HEALTH,
      detail: { finding },
    });
  if (isAnswered) await tell(stage, { ...line, kind: 'answered', at: when(8), by: people.health, of: HEALTH });
}

/** What the clock said of a complaint that nobody answered: to the city first, then to the province. */
async function addWarnings({ trx }: Stage, id: string, dates: ReturnType<typeof dateColumns>): Promise<void> {
  const due = dates.answer_due_on;
  const steps = [
    { warning: 'overdue', told: CITY, name: '宜昌市人力资源和社会保障局', on: due },
    { warning: 'escalated', told: PROVINCE, name: '湖北省人力资源和社会保障厅', on: dates.answer_escalate_on },
  ] as const;
  for (const { warning, told, name, on } of steps) {
    const at = endOfDayInstant(on);
    await trx
      .insertInto('complaint_warning')
      .values({ complaint_id: id, duty: 'answer', warning, body_id: CITY, told_id: told, due_on: due, warned_at: at })
      .execute();
    const detail = JSON.stringify({ duty: '答复', due, told: name });
    await trx
      .insertInto('case_event')
      .values({ case_kind: 'complaint', case_id: id, at, kind: warning, actor_id: null, organisation_id: null, detail })
      .execute();
  }
}

type Order = {
  state: RectificationState;
  target: string;
  violation: Violation;
  facts: string;
  requirement: string;
  dueIn: number;
};
const ORDERS: readonly Order[] = [
  {
    state: 'ordered',
    target: STORY_HOSPITAL_ID,
    violation: 'lax-review',
    facts: '抽查发现两份申报的证明缺少盖章即通过初审。',
    requirement: '复核今年全部初审材料，报告结果。',
    dueIn: 6,
  },
  {
    state: 'reported',
    target: 'base-ctgu',
    violation: 'training-false',
    facts: '一期培训班签到人数与结业人数不符。',
    requirement: '核对参训名单，撤回多发的证明。',
    dueIn: 3,
  },
  {
    state: 'overdue',
    target: STORY_HOSPITAL_ID,
    violation: 'results-unused',
    facts: '年度考核未考虑继续教育情况。',
    requirement: '修订考核办法并报备。',
    dueIn: -4,
  },
  {
    state: 'accepted',
    target: STORY_HOSPITAL_ID,
    violation: 'no-archive',
    facts: '部分院内培训未登记学习档案。',
    requirement: '补录学习档案。',
    dueIn: -20,
  },
  {
    state: 'withdrawn',
    target: 'emp-420500-0002',
    violation: 'not-organised',
    facts: '未报送年度计划。',
    requirement: '报送年度计划。',
    dueIn: 15,
  },
];

async function addOrder(stage: Stage, order: Order, at: number): Promise<void> {
  const { trx, today, people } = stage;
  const { state, target, violation, facts, requirement, dueIn } = order;
  const id = idOf('order', at);
  const dueOn = addDays(today, dueIn);
  const orderedAt = instant(today, 30 - dueIn - (dueIn > 0 ? 10 : 5));
  const isReported = state === 'reported' || state === 'accepted';
  const reportedAt = instant(today, dueIn > 0 ? 1 : 2 - dueIn);
  const endedAt = state === 'accepted' ? instant(today, -dueIn) : state === 'withdrawn' ? instant(today, 3) : null;
  const overdueAt = state === 'overdue' ? `${dueOn}T16:00:00.000Z` : null;
  await trx
    .insertInto('rectification')
    .values({
      id,
      body_id: CITY,
      target_id: target,
      violation,
      facts,
      requirement,
      due_on: dueOn,
      state,
      source_kind: null,
      source_id: null,
      ordered_by: people.supervisor,
      ordered_at: orderedAt,
      request_key: id,
      report: isReported ? '已按要求改正，清单见附件。' : null,
      reported_by: isReported ? people.manager : null,
      reported_at: isReported ? reportedAt : null,
      overdue_at: overdueAt,
      escalated_to: state === 'overdue' ? PROVINCE : null,
      accepted_by: state === 'accepted' ? people.supervisor : null,
      ended_at: endedAt,
    })
    .execute();
  await tellOfOrder(stage, order, {
    id,
    dueOn,
    orderedAt,
    reportedAt: isReported ? reportedAt : null,
    overdueAt,
    endedAt,
  });
}

type Steps = {
  id: string;
  dueOn: string;
  orderedAt: string;
  reportedAt: string | null;
  overdueAt: string | null;
  endedAt: string | null;
};

async function tellOfOrder(stage: Stage, { state, target }: Order, { id, dueOn, ...at }: Steps): Promise<void> {
  const { people } = stage;
  const line = { caseKind: 'rectification', id } as const;
  await tell(stage, {
    ...line,
    kind: 'ordered',
    at: at.orderedAt,
    by: people.supervisor,
    of: CITY,
    detail: { until: dueOn },
  });
  if (at.reportedAt !== null)
    await tell(stage, { ...line, kind: 'reported', at: at.reportedAt, by: people.manager, of: target, detail: {} });
  if (at.overdueAt !== null)
    await tell(stage, {
      ...line,
      kind: 'overdue',
      at: at.overdueAt,
      by: null,
      of: null,
      detail: { article: '22', escalatedTo: PROVINCE },
    });
  if (at.endedAt !== null)
    await tell(stage, {
      ...line,
      kind: state,
      at: at.endedAt,
      by: people.supervisor,
      of: CITY,
      detail: { explanation: state === 'withdrawn' ? '单位已按时报送，系登记有误' : '' },
    });
}

/** Of staff of the city's trade authority; referred to the province's, and recorded by the province where the city must not see it. */
async function addMisconduct({ trx, today, people }: Stage, state: MisconductState, at: number): Promise<void> {
  const isReferred = state !== 'recorded';
  const isOver = state === 'concluded';
  await trx
    .insertInto('misconduct')
    .values({
      id: idOf('misconduct', at),
      body_id: isReferred ? PROVINCE : CITY,
      organisation_id: isReferred ? CITY : HEALTH,
      person_id: null,
      person_name: ['某工作人员', '某复审人员', '某科室负责人'][at] ?? '某人',
      kind: (['negligence', 'favouritism', 'dereliction'] as const)[at] ?? 'negligence',
      facts:
        ['长期不办理复审，二十余件逾期。', '为亲属的申报打招呼，已回避但未登记。', '批量同意未查看材料。'][at] ?? '',
      complaint_id: null,
      state,
      recorded_by: isReferred ? people.province : people.supervisor,
      recorded_at: instant(today, 15 - at),
      request_key: idOf('misconduct', at),
      referred_to: isReferred ? PROVINCE : null,
      referred_at: isReferred ? instant(today, 12 - at) : null,
      outcome: isOver ? '已约谈并责令改正。' : null,
      concluded_by: isOver ? people.province : null,
      concluded_at: isOver ? instant(today, 4) : null,
    })
    .execute();
}
