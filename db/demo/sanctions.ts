import type { SanctionImpact, TitleToRevoke } from '../../contract/sanctions.ts';
import type { Day } from '../../rules/activity.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import {
  defenceDeadline,
  type ProposalKind,
  recordEndsOn,
  type SanctionSource,
  type SanctionState,
} from '../../rules/sanction.ts';
import type { TitleOrderState } from '../../rules/title-order.ts';
import { CASE_OFFICERS, UNIT_OFFICERS } from '../sanction-officers.ts';
import { DEMO_ACCOUNTS } from './accounts.ts';
import { DEMO_YEAR } from './claims.ts';
import { pdfFile } from './evidence-files.ts';
import type { ClaimLife } from './life.ts';
import { organisationOf } from './organisations.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Row, Rows } from './rows.ts';
import type { Fraud } from './years.ts';

/**
 * Fraud (弄虚作假, Art. 21) at the story's city, in every state that a case can have before its three years are over, with orders to
 * revoke titles in every state; one is the technician's own.
 */

const AUTHORITY = 'hrss-420500';
/** Above the authority: it answers appeals, since nobody answers one against their own decision. */
const PROVINCE = 'hrss-420000';
const APPROVER = 'ind-420500-health';

/** What happens to a case, so many days before the demo's day. */
type Story = {
  state: Exclude<SanctionState, 'ended'>;
  source: SanctionSource;
  explanation: string;
  opened: number;
  charge?: string;
  noticed?: number;
  /** With `closes`: they said that they have nothing to add. */
  defence?: { days: number; text: string; closes: boolean };
  /** The first officer's proposal, and the second one's confirmation. */
  proposed?: { days: number; kind: ProposalKind; reason: string };
  confirmed?: number;
  orders?: readonly TitleOrder[];
  appeal?: { days: number; text: string; answered?: { days: number; kind: 'lift' | 'refuse-appeal'; reason: string } };
};
type TitleOrder = { title: string; state: TitleOrderState; dueIn: number };

/** The technician's own comes first, then those that take hours away. */
const STORIES: readonly Story[] = [
  {
    state: 'in-force',
    source: 'inspection',
    explanation: '抽查发现两份结业证书的编号在举办单位的名册中不存在。',
    opened: 50,
    charge: '您申报所附两份结业证书，经向举办单位核实，名册中没有相应编号和姓名，属于提供虚假材料。',
    noticed: 46,
    defence: { days: 38, text: '证书由代办人员交给我，我没有核对编号，愿意接受处理。', closes: true },
    proposed: { days: 30, kind: 'impose', reason: '举办单位书面确认未发放所附证书，当事人对事实没有异议。' },
    confirmed: 29,
    orders: [{ title: '主管技师', state: 'ordered', dueIn: 20 }],
    appeal: { days: 3, text: '其中一期培训我确实参加过，已请举办单位补查签到记录，请求重新核实。' },
  },
  {
    state: 'in-force',
    source: 'complaint',
    explanation: '举报反映由他人代为参加线上培训，平台登录记录显示多地同时在线。',
    opened: 70,
    charge: '您申报的线上培训由他人代为完成，平台登录记录与您的工作地点不符。',
    noticed: 66,
    defence: { days: 60, text: '账号借给同事使用，本人确有不当。', closes: true },
    proposed: { days: 50, kind: 'impose', reason: '平台登录记录确凿，当事人承认由他人代学。' },
    confirmed: 49,
    orders: [
      { title: '主治医师', state: 'accepted', dueIn: -20 },
      { title: '执业护士长任职资格', state: 'reported', dueIn: 2 },
      { title: '全科医学专科资格', state: 'overdue', dueIn: -6 },
    ],
    appeal: {
      days: 30,
      text: '只有部分课程由他人代学，请求只取消该部分学时。',
      answered: { days: 21, kind: 'refuse-appeal', reason: '弄虚作假的，依第二十一条取消相应年度学时，不区分课程。' },
    },
  },
  {
    state: 'lifted',
    source: 'review',
    explanation: '证书编号在培训机构网站上查询不到。',
    opened: 90,
    charge: '您所附证书的编号在培训机构网站上查询不到，涉嫌提供虚假材料。',
    noticed: 86,
    proposed: { days: 60, kind: 'impose', reason: '举办单位未在期限内答复，网站查无编号。' },
    confirmed: 59,
    orders: [
      { title: '主管护师', state: 'withdrawn', dueIn: 10 },
      { title: '康复治疗师', state: 'accepted', dueIn: -25 },
    ],
    appeal: {
      days: 40,
      text: '培训机构更换了系统，旧编号没有迁移，附机构出具的书面证明。',
      answered: { days: 12, kind: 'lift', reason: '培训机构书面证明证书真实，原处理依据不成立。' },
    },
  },
  {
    state: 'opened',
    source: 'review',
    explanation: '证书照片的印章与同期其他人员的明显不同，疑似后期拼接。',
    opened: 2,
  },
  {
    state: 'hearing',
    source: 'duplicate-evidence',
    explanation: '同一份培训证明被两人使用，姓名处有涂改痕迹。',
    opened: 8,
    charge: '您上传的培训证明与他人提交的为同一份，姓名处有涂改痕迹，涉嫌提供虚假材料。',
    noticed: 4,
    defence: { days: 2, text: '证明由单位统一领取，可能装订时拿错，正在联系培训机构出具说明。', closes: false },
  },
  {
    state: 'hearing',
    source: 'complaint',
    explanation: '举报反映未参加培训而取得结业证书，签到表中没有本人签名。',
    opened: 35,
    charge: '您申报的培训，签到表中没有您的签名，举办单位也没有您的参训记录，涉嫌未参加培训而申报学时。',
    noticed: 30,
    defence: { days: 22, text: '当天因抢救病人未能到场，证书由同事代领，我没有其他说明。', closes: true },
  },
  {
    state: 'decided',
    source: 'inspection',
    explanation: '论文查无此刊，刊号属于另一种期刊。',
    opened: 40,
    charge: '您申报的论文所载期刊在国家新闻出版主管部门没有登记，涉嫌提供虚假材料。',
    noticed: 36,
    proposed: { days: 3, kind: 'impose', reason: '期刊查无登记，当事人在期限内没有陈述申辩。' },
    orders: [{ title: '副主任医师', state: 'ordered', dueIn: 30 }],
  },
  {
    state: 'dismissed',
    source: 'duplicate-evidence',
    explanation: '与另一人的签到表为同一文件。',
    opened: 28,
    charge: '您上传的签到表与另一人的完全相同，请说明来源。',
    noticed: 25,
    defence: { days: 20, text: '两人参加同一期培训，签到表本来就是同一张。', closes: true },
    proposed: { days: 15, kind: 'dismiss', reason: '经举办单位证实，两人同期参训，共用一张签到表属正常。' },
    confirmed: 14,
  },
];

type Cast = {
  first: Person;
  second: Person;
  above: Person;
  secondAbove: Person;
  approver: Person;
  people: readonly Person[];
};
type Case = {
  rows: Rows;
  random: Random;
  story: Story;
  person: Person;
  lives: readonly ClaimLife[];
  cast: Cast;
  id: string;
  number: number;
  at: (days: number, hour?: number) => string;
};

/** @returns what the cases do to their people's years, for the ledger */
export function addSanctions(
  rows: Rows,
  random: Random,
  people: readonly Person[],
  { lives, today }: { lives: readonly ClaimLife[]; today: Day },
): Fraud[] {
  const named = (username: string) => people.find((person) => person.username === username);
  const [first, second] = [named('yc-supervisor'), named('yc-second-supervisor')];
  const [approver, technician] = [named('health-supervisor'), named('technician')];
  const [above, secondAbove] = [named('supervisor'), named('admin')];
  if (!first || !second || !approver || !technician || !above || !secondAbove)
    throw new Error('the story of fraud lacks somebody');
  const cast = { first, second, above, secondAbove, approver, people };
  const accused = [technician, ...suspects(people, lives)];
  return STORIES.flatMap((story, index) => {
    const person = accused[index];
    if (!person) return [];
    const at = (days: number, hour = 2) => `${addDays(today, -days)}T${String(hour).padStart(2, '0')}:00:00.000Z`;
    const id = random.uuid(new Date(at(story.opened)));
    const own = lives.filter((life) => life.seed.person.id === person.id);
    return addCase({ rows, random, story, person, lives: own, cast, id, number: index + 1, at });
  });
}

/** The people of the city's units: first those who have nothing on its way that a sanction would close, by the hours they have to lose. */
function suspects(people: readonly Person[], lives: readonly ClaimLife[]): Person[] {
  const filed = new Map<string, number>();
  const open = new Set<string>();
  for (const { state, seed } of lives) {
    if (state === 'filed') filed.set(seed.person.id, (filed.get(seed.person.id) ?? 0) + 1);
    if (state === 'first-review' || state === 're-review' || state === 'filing' || state === 'correction')
      open.add(seed.person.id);
  }
  return people
    .filter(({ roles, username, affiliations }) => {
      const at = affiliations.at(-1);
      const isKnown = roles.length > 0 || DEMO_ACCOUNTS.some((account) => account.username === username);
      return !isKnown && at?.regionCode === '420500' && at.unitKind === 'ordinary';
    })
    .sort((a, b) => Number(open.has(a.id)) - Number(open.has(b.id)) || (filed.get(b.id) ?? 0) - (filed.get(a.id) ?? 0));
}

function addCase(one: Case): Fraud[] {
  const { rows, random, story, id, at, cast, lives } = one;
  const row = caseRow(one);
  rows.add('sanction', row);
  rows.add('sanction_ground', {
    id: random.uuid(new Date(at(story.opened))),
    sanction_id: id,
    source: story.source,
    explanation: story.explanation,
    origin_kind: null,
    origin_id: null,
    reported_by: cast.first.id,
    organisation_id: AUTHORITY,
    request_key: id,
    reported_at: at(story.opened),
  });
  for (const { seed } of lives.filter(({ state }) => state === 'filed').slice(0, 2))
    rows.add('sanction_claim', { sanction_id: id, claim_id: seed.id });
  tell(one, {
    kind: 'opened',
    days: story.opened,
    by: cast.first,
    detail: { source: story.source, explanation: story.explanation },
  });
  addHearing(one, row);
  addDecision(one, row);
  if (row.effective_on !== null) addOrders(one);
  addAppeal(one);
  return fraudsOf(one, row);
}

/** The case as it stands in the end. */
function caseRow({ story, person, cast, id, number, at }: Case): Row<'sanction'> {
  const { state, noticed, defence, proposed, confirmed, appeal } = story;
  const deadline = noticed === undefined ? null : defenceDeadline(legalDay(at(noticed)));
  const isOver = deadline !== null && deadline.dueAt < at(0);
  const wasImposed = proposed?.kind === 'impose' && confirmed !== undefined;
  const lifted = appeal?.answered?.kind === 'lift' ? appeal.answered.days : null;
  const from = wasImposed ? legalDay(at(confirmed)) : null;
  return {
    id,
    number,
    person_id: person.id,
    year: DEMO_YEAR,
    employer_id: person.affiliations.at(-1)?.employerId ?? null,
    authority_id: AUTHORITY,
    state,
    version: 8,
    opened_by: cast.first.id,
    opened_at: at(story.opened),
    charge: story.charge ?? null,
    noticed_by: noticed === undefined ? null : cast.first.id,
    noticed_at: noticed === undefined ? null : at(noticed),
    defence_due_at: deadline?.dueAt ?? null,
    defence_calendar: deadline?.calendar ?? null,
    defence_closed_at: defence?.closes ? at(defence.days) : isOver ? deadline.dueAt : null,
    decided_by: confirmed === undefined ? null : cast.first.id,
    confirmed_by: confirmed === undefined ? null : cast.second.id,
    decided_at: confirmed === undefined ? null : at(confirmed),
    effective_on: from,
    ends_on: from === null ? null : recordEndsOn(from),
    impact: null,
    lifted_by: lifted === null ? null : cast.above.id,
    lift_confirmed_by: lifted === null ? null : cast.secondAbove.id,
    lifted_at: lifted === null ? null : at(lifted),
    ended_at: lifted !== null ? at(lifted) : state === 'dismissed' && confirmed !== undefined ? at(confirmed) : null,
  };
}

function addHearing(one: Case, row: Row<'sanction'>): void {
  const { rows, random, story, person, cast, id, at } = one;
  const { noticed, defence } = story;
  if (noticed === undefined) return;
  const { lastDay } = defenceDeadline(legalDay(at(noticed)));
  tell(one, { kind: 'noticed', days: noticed, by: cast.first, detail: { lastDay } });
  if (defence) {
    const stated = at(defence.days);
    rows.add('sanction_defence', {
      id: random.uuid(new Date(stated)),
      sanction_id: id,
      person_id: person.id,
      text: defence.text,
      is_late: false,
      request_key: id,
      stated_at: stated,
    });
    tell(one, { kind: defence.closes ? 'defended-finally' : 'defended', days: defence.days, by: person });
    addFile(one, defence.days);
    return;
  }
  if (row.defence_closed_at !== null)
    rows.add('case_event', { ...lineOf(one), at: row.defence_closed_at, ...BY_SYSTEM, kind: 'hearing-over' });
}

const BY_SYSTEM = { actor_id: null, organisation_id: null, detail: { article: '21' } };
const lineOf = ({ id }: Case) => ({ case_kind: 'sanction' as const, case_id: id });

/** What the person handed in with their defence. */
function addFile(one: Case, days: number): void {
  const { rows, random, person, id, at } = one;
  const paper = pdfFile('情况说明.pdf', ['情况说明', `姓　　名：${person.name}`, at(days).slice(0, 10)]);
  const fileId = random.uuid(new Date(at(days, 3)));
  rows.files.set(fileId, paper);
  rows.add('case_file', {
    id: fileId,
    case_kind: 'sanction',
    case_id: id,
    uploaded_by: person.id,
    organisation_id: null,
    file_name: paper.fileName,
    media_type: paper.mediaType,
    size_bytes: paper.content.length,
    sha256: `\\x${paper.sha256.toString('hex')}`,
    storage_key: fileId,
    uploaded_at: at(days, 3),
  });
  tell(one, { kind: 'file-added', days, hour: 3, by: person });
}

function addDecision(one: Case, row: Row<'sanction'>): void {
  const { story, cast } = one;
  const { proposed, confirmed } = story;
  if (proposed === undefined) return;
  const titles = proposed.kind === 'impose' ? titlesOf(one) : [];
  addProposal(one, { ...proposed, titles, confirmed: confirmed ?? null });
  if (confirmed === undefined) return;
  const { reason } = proposed;
  if (proposed.kind === 'dismiss')
    tell(one, { kind: 'dismissed', days: confirmed, by: cast.second, detail: { reason } });
  else
    tell(one, {
      kind: 'imposed',
      days: confirmed,
      by: cast.second,
      detail: { reason, endsOn: row.ends_on ?? '', article: '21' },
    });
}

type Proposal = {
  days: number;
  kind: ProposalKind;
  reason: string;
  titles: TitleToRevoke[];
  confirmed: number | null;
  /** By the officers of the authority above. */
  isAbove?: boolean;
};

function addProposal(one: Case, { days, kind, reason, titles, confirmed, isAbove = false }: Proposal): void {
  const { rows, random, person, cast, id, at } = one;
  const [by, then] = isAbove ? [cast.above, cast.secondAbove] : [cast.first, cast.second];
  const key = random.uuid(new Date(at(days)));
  rows.add('sanction_proposal', {
    id: key,
    sanction_id: id,
    person_id: person.id,
    kind,
    reason,
    titles,
    request_key: key,
    organisation_id: isAbove ? PROVINCE : AUTHORITY,
    proposed_by: by.id,
    proposed_at: at(days),
    answer: confirmed === null ? null : 'confirmed',
    answer_reason: null,
    answered_by: confirmed === null ? null : then.id,
    answered_at: confirmed === null ? null : at(confirmed),
  });
  tell(one, { kind: 'proposed', days, by, detail: { proposal: kind, reason } });
}

const titlesOf = ({ story, at }: Case): TitleToRevoke[] =>
  (story.orders ?? []).map(({ title, dueIn }) => ({
    title,
    organisationId: APPROVER,
    obtainedOn: null,
    dueOn: legalDay(at(-dueIn)),
  }));

function addOrders(one: Case): void {
  const { story, cast } = one;
  const { confirmed = 0, appeal } = story;
  const lifted = appeal?.answered?.kind === 'lift' ? appeal.answered.days : null;
  for (const order of story.orders ?? []) {
    addOrder(one, { ...order, kind: 'revoke', days: confirmed, lifted, by: cast.second });
    // A title that was revoked already is given back.
    if (lifted !== null && order.state === 'accepted')
      addOrder(one, {
        ...order,
        state: 'ordered',
        kind: 'restore',
        dueIn: 18,
        days: lifted,
        lifted: null,
        by: cast.secondAbove,
      });
  }
}

type Given = TitleOrder & { kind: 'revoke' | 'restore'; days: number; lifted: number | null; by: Person };

function addOrder(one: Case, { title, state, kind, dueIn, days, lifted, by }: Given): void {
  const { rows, random, person, cast, id: sanctionId, at } = one;
  const id = random.uuid(new Date(at(days)));
  const dueOn = legalDay(at(-dueIn));
  const isReported = state === 'reported' || state === 'accepted';
  const reported = state === 'reported' ? 2 : 3 - dueIn;
  const ended = state === 'accepted' ? 1 - dueIn : state === 'withdrawn' ? lifted : null;
  const overdueAt = state === 'overdue' ? `${dueOn}T16:00:00.000Z` : null;
  rows.add('title_order', {
    id,
    sanction_id: sanctionId,
    person_id: person.id,
    kind,
    title,
    obtained_on: null,
    organisation_id: APPROVER,
    authority_id: AUTHORITY,
    state,
    due_on: dueOn,
    ordered_at: at(days),
    overdue_at: overdueAt,
    report: isReported ? '已发文撤销该职称，证书已收回，文号见附件。' : null,
    reported_by: isReported ? cast.approver.id : null,
    reported_at: isReported ? at(reported) : null,
    accepted_by: state === 'accepted' ? cast.first.id : null,
    ended_at: ended === null ? null : at(ended),
  });
  const line = { case_kind: 'title-order', case_id: id } as const;
  const note = (
    event: string,
    when: string,
    who: Person | null,
    of: string | null,
    detail: Row<'case_event'>['detail'],
  ) =>
    rows.add('case_event', { ...line, kind: event, at: when, actor_id: who?.id ?? null, organisation_id: of, detail });
  note('ordered', at(days), by, AUTHORITY, { dueOn, order: kind });
  if (isReported)
    note('reported', at(reported), cast.approver, APPROVER, { report: '已发文撤销该职称，证书已收回，文号见附件。' });
  if (overdueAt !== null) note('overdue', overdueAt, null, null, { article: '21' });
  if (ended !== null) note(state, at(ended), cast.first, AUTHORITY, {});
}

function addAppeal(one: Case): void {
  const { rows, random, story, person, cast, id, at } = one;
  const { appeal } = story;
  if (appeal === undefined) return;
  const { answered } = appeal;
  const state = answered === undefined ? 'open' : answered.kind === 'lift' ? 'upheld' : 'refused';
  rows.add('sanction_appeal', {
    id: random.uuid(new Date(at(appeal.days))),
    sanction_id: id,
    person_id: person.id,
    text: appeal.text,
    state,
    request_key: id,
    appealed_at: at(appeal.days),
    answer: answered?.reason ?? null,
    answered_at: answered === undefined ? null : at(answered.days),
  });
  tell(one, { kind: 'appealed', days: appeal.days, by: person });
  if (answered === undefined) return;
  const { days, kind, reason } = answered;
  addProposal(one, { days: days + 2, kind, reason, titles: [], confirmed: days, isAbove: true });
  if (kind === 'lift') tell(one, { kind: 'lifted', days, by: cast.secondAbove, detail: { reason, claimsClosed: 0 } });
  else tell(one, { kind: 'appeal-refused', days, by: cast.secondAbove, detail: { reason } });
}

type Told = { kind: string; days: number; hour?: number; by: Person; detail?: Row<'case_event'>['detail'] };

const tell = (one: Case, { kind, days, hour = 2, by, detail = {} }: Told): void =>
  one.rows.add('case_event', {
    ...lineOf(one),
    kind,
    at: one.at(days, hour),
    actor_id: by.id,
    organisation_id: organisationFor(one, by),
    detail,
  });

function organisationFor({ person, cast }: Case, by: Person): string | null {
  if (by === person) return null;
  return by === cast.above || by === cast.secondAbove ? PROVINCE : AUTHORITY;
}

/** The decision's impact is known when the ledger comes to it. */
function fraudsOf(one: Case, row: Row<'sanction'>): Fraud[] {
  const { id, person } = one;
  if (row.decided_at === null || row.effective_on === null || row.ends_on === null) return [];
  const record = { from: row.effective_on, endsOn: row.ends_on };
  return [
    {
      sanctionId: id,
      personId: person.id,
      imposedAt: new Date(row.decided_at),
      liftedAt: row.lifted_at === null ? null : new Date(row.lifted_at),
      imposed: (before, after, certificateNumber) => {
        row.impact = impactOf(one, { before, after, certificateNumber, record });
      },
    },
  ];
}

type Done = Pick<SanctionImpact, 'certificateNumber' | 'record'> & { before: AnnualResult; after: AnnualResult };

const impactOf = (one: Case, { before, after, certificateNumber, record }: Done): SanctionImpact => ({
  on: record.from,
  year: DEMO_YEAR,
  before: totalsOf(before),
  after: totalsOf(after),
  otherYears: [],
  certificateNumber,
  claimsClosed: [],
  claimsKept: [],
  record,
  titles: titlesOf(one).map((title) => ({ ...title, organisationName: organisationOf(APPROVER).name })),
  answers: [],
  told: toldOf(one),
});

const totalsOf = ({ publicHundredths, professionalHundredths, totalHundredths, verdict }: AnnualResult) => ({
  publicHundredths,
  professionalHundredths,
  totalHundredths,
  verdict,
});

/** The person, those who handle cases at the bodies concerned, and the unit's officers. */
function toldOf({ person, cast, story }: Case): SanctionImpact['told'] {
  const unit = person.affiliations.at(-1)?.employerId ?? '';
  const bodies = [AUTHORITY, ...((story.orders ?? []).length > 0 ? [APPROVER] : [])];
  const officers = (id: string, roles: readonly string[]) =>
    cast.people.filter((one) => one.roles.some((held) => held.organisationId === id && roles.includes(held.role)))
      .length;
  return [
    { organisationName: '当事人', people: 1 },
    ...bodies.map((id) => ({ organisationName: organisationOf(id).name, people: officers(id, CASE_OFFICERS) })),
    { organisationName: organisationOf(unit).name, people: officers(unit, UNIT_OFFICERS) },
  ];
}
