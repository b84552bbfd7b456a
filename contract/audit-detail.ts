import { dayInWords, isDay } from '../rules/calendar.ts';
import { formatHundredths } from '../rules/hours.ts';
import { SUPPOSABLE } from '../rules/parameters.ts';
import { INSPECTION_KINDS } from '../rules/supervision.ts';
import {
  CERTIFICATE_ENDS,
  CLAIM_STATES,
  codes,
  DECLARED_RELATIONS,
  DOCUMENT_LEVELS,
  FORMS,
  LEVELS,
  MODES,
  ORGANISATION_KINDS,
  OUTCOMES,
  ROLES,
  STAGE_KINDS,
  STUCK_CAUSES,
  SUBJECTS,
  UNIT_KINDS,
  VERDICTS,
} from '../rules/vocabulary.ts';
import { COMPLETION_STATUSES } from './completions.ts';
import { CATALOGUE_COUNTINGS, RECOGNISED_KINDS } from './documents.ts';
import { IMPORT_KINDS } from './imports.ts';
import { MACHINE_SCOPES } from './machines.ts';
import { EMAIL_WISHES, SMS_WISHES } from './notices.ts';
import { PROBLEMS } from './problems.ts';
import { REPAIRS } from './repairs.ts';
import { EXPORTS, GROUPINGS, YEAR_STANDINGS } from './statistics.ts';
import { STUCK_CLASSES } from './stuck.ts';
import { PURPOSES } from './title-review.ts';

/**
 * What a row of the audit trail says besides who did what (留痕内容): every fact an act writes there has its label here, or does not
 * compile (`AuditDetail`), and its codes have their words. Old rows may hold facts that are written no more.
 */

/** Facts that are codes, ids, days or counts: a name or a number of a person is never one. */
export const AUDIT_FACTS = {
  actor: '办理方式',
  article: '依据（条）',
  interpretation: '系统默认解释',
  seq: '步骤',
  stage: '环节',
  stageKind: '环节',
  state: '状态',
  outcome: '结论',
  verdict: '年度结论',
  verdicts: '各类年度结论（人）',
  standing: '年度情况',
  kind: '类别',
  class: '类别',
  cause: '原因',
  relation: '关系',
  role: '岗位',
  scope: '用途',
  scopes: '用途',
  purpose: '查询目的',
  form: '申报形式',
  forInformation: '只作信息备案',
  lowered: '核减处数',
  reason: '原因',
  note: '说明',
  explanation: '说明',
  name: '名称',
  title: '名称',
  number: '编号',
  caseNumber: '案卷编号',
  version: '版本',
  revision: '修改次数',
  digest: '答复摘要',
  sha256: '文件摘要',
  sizeBytes: '文件大小（字节）',

  year: '年度',
  years: '年度',
  from: '自',
  to: '至',
  fromOn: '生效日',
  until: '至',
  untilOn: '截止日',
  dueOn: '应办结日',
  dueAt: '期限',
  due: '期限',
  issuedOn: '发文日',
  enteredOn: '列入目录日',
  withdrawnOn: '退出目录日',
  takenAt: '备份时间',

  regionCode: '地区',
  region: '地区',
  industryCode: '行业',
  industry: '行业',
  level: '层级',
  unitKind: '单位性质',
  studyArchive: '学习档案',
  supervisingDepartmentId: '省直主管部门',
  organisationId: '机构',
  organisations: '机构',
  employer: '用人单位',
  successorId: '承接机构',
  escalatedTo: '上报机构',
  body: '办理机构',
  told: '已告知',
  duty: '应办事项',
  authorityName: '认可部门',

  personId: '人员',
  standInId: '代理人',
  for: '代为办理',
  actorId: '办理人',
  confirmedBy: '确认人',
  lecturers: '授课教师',
  keptId: '保留的登记',
  absorbedId: '停用的登记',
  by: '方式',
  clientId: '系统凭证',
  claimId: '申报',
  trainingId: '培训',
  sanctionId: '案件',
  reconsiderationId: '复核',
  deferralId: '顺延',
  relationId: '申明',
  findingId: '滞留事项',
  repair: '处理',
  sources: '转入的学习记录（项）',

  subject: '科目',
  mode: '培训方式',
  month: '月份',
  days: '培训日',
  hundredths: '学时',
  counting: '计算方式',
  ratioHundredths: '换算比例',
  mostHundredths: '每年学时上限',
  emailWish: '电子邮件通知',
  smsWish: '短信通知',

  total: '合计',
  rows: '行数',
  people: '人数',
  peopleDone: '已结算人数',
  openClaims: '未办结申报',
  claims: '申报',
  cases: '案件',
  unlocked: '重新排队的消息',
  reassigned: '转交的任务',
  drawn: '抽取件数',
  registered: '已登记',
  refused: '未受理',
  changed: '结论改变人数',
  gain: '转为合格人数',
  lose: '转为不合格人数',
  missing: '还差学时',
  cancelled: '取消',
  known: '账号存在',
  figures: '试算参数',

  action: '事项',
  subjectKind: '对象',
  subjectId: '对象编号',
  what: '导出内容',
  format: '文件格式',
} as const satisfies Record<string, string>;
export type AuditFact = keyof typeof AUDIT_FACTS;
export type AuditFacts = { readonly [fact in AuditFact]?: unknown };
/** Where an entry was changed, what differs: as it was and as it is now. */
export type AuditDetail = AuditFacts & { readonly before?: AuditFacts; readonly after?: AuditFacts };

const SUPPOSED = Object.fromEntries(codes(SUPPOSABLE).map((name) => [name, SUPPOSABLE[name].label]));
const PROBLEM_TITLES = Object.fromEntries(codes(PROBLEMS).map((code) => [code, PROBLEMS[code][1]]));

type Words = Readonly<Record<string, string>>;

/** What the codes of a fact are called. */
const CODES: { readonly [fact in AuditFact]?: Words } = {
  actor: { system: '系统自动办理' },
  stage: { ...STAGE_KINDS, reopened: '重新开启' },
  stageKind: STAGE_KINDS,
  state: CLAIM_STATES,
  outcome: OUTCOMES,
  verdict: VERDICTS,
  verdicts: VERDICTS,
  standing: YEAR_STANDINGS,
  kind: { ...ORGANISATION_KINDS, ...REPAIRS, ...IMPORT_KINDS, ...INSPECTION_KINDS, ...RECOGNISED_KINDS },
  class: STUCK_CLASSES,
  cause: STUCK_CAUSES,
  relation: DECLARED_RELATIONS,
  role: ROLES,
  scope: MACHINE_SCOPES,
  scopes: MACHINE_SCOPES,
  purpose: PURPOSES,
  form: FORMS,
  reason: CERTIFICATE_ENDS,
  level: { ...LEVELS, ...DOCUMENT_LEVELS },
  unitKind: UNIT_KINDS,
  by: { ...GROUPINGS, 'other-means': '其他备份方式' },
  subject: SUBJECTS,
  mode: MODES,
  counting: CATALOGUE_COUNTINGS,
  emailWish: EMAIL_WISHES,
  smsWish: SMS_WISHES,
  refused: { ...PROBLEM_TITLES, ...COMPLETION_STATUSES },
  figures: SUPPOSED,
  what: EXPORTS,
};

/** Facts kept in hundredths (of an hour, of a ratio). */
const HUNDREDTHS: readonly string[] = [
  'hundredths',
  'ratioHundredths',
  'mostHundredths',
] satisfies readonly AuditFact[];

const wordsOfCodes = (fact: string): Words => (isFact(fact) ? CODES[fact] : undefined) ?? {};
const isFact = (name: string): name is AuditFact => Object.hasOwn(AUDIT_FACTS, name);

/** A fact that is written no more is shown by its own name. */
const factLabel = (name: string): string => (isFact(name) ? AUDIT_FACTS[name] : name);

/** What a row says, told fact by fact, and where it changed something what that was and is. */
type AuditTold = {
  facts: { label: string; text: string }[];
  changes: { label: string; before: string; after: string }[];
};

/** A row's detail as a person reads it. @param names what organisations, regions and industries are called, by their codes */
export function tellDetail(detail: Readonly<Record<string, unknown>>, names: Words = {}): AuditTold {
  const { before, after, ...rest } = detail;
  const [was, is] = [factsIn(before), factsIn(after)];
  const changed = inOrder([...new Set([...Object.keys(was), ...Object.keys(is)])]);
  return {
    facts: inOrder(Object.keys(rest)).map((fact) => ({
      label: factLabel(fact),
      text: factText(fact, rest[fact], names),
    })),
    changes: changed.map((fact) => ({
      label: factLabel(fact),
      before: factText(fact, was[fact], names),
      after: factText(fact, is[fact], names),
    })),
  };
}

/** PostgreSQL keeps no order of its own. */
const inOrder = (facts: readonly string[]): string[] => facts.toSorted((a, b) => placeOf(a) - placeOf(b));
const PLACES = new Map<string, number>(codes(AUDIT_FACTS).map((fact, at) => [fact, at]));
const placeOf = (fact: string): number => PLACES.get(fact) ?? PLACES.size;

const factsIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** `—` where there is nothing. */
function factText(fact: string, value: unknown, names: Words): string {
  if (value === undefined || value === null || value === '') return '—';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value === 'number') return HUNDREDTHS.includes(fact) ? formatHundredths(value) : String(value);
  if (typeof value === 'string') return wordsOfCodes(fact)[value] ?? names[value] ?? dayOrText(value);
  if (Array.isArray(value)) return value.map((each) => factText(fact, each, names)).join('、');
  return Object.entries(value)
    .map(
      ([name, each]) => `${wordsOfCodes(fact)[name] ?? NESTED[name] ?? factLabel(name)} ${factText(name, each, names)}`,
    )
    .join('；');
}

/** Inside a training's day. */
const NESTED: Words = { on: '日期', minutes: '分钟' };

const INSTANT = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'long',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

function dayOrText(text: string): string {
  if (isDay(text)) return dayInWords(text);
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? INSTANT.format(new Date(text)) : text;
}
